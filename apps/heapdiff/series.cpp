#include "series.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <sys/stat.h>

namespace heapdiff {

namespace {

bool is_snapshot_name(const std::string& name) {
  return name.ends_with(".heapsnapshot") || name.ends_with(".heapsnapshot.gz") || name.ends_with(".heapsnapshot.zst");
}

}  // namespace

std::vector<std::string> expand_folders(const std::vector<std::string>& inputs) {
  std::vector<std::string> files;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (!std::filesystem::is_directory(input, error)) {
      files.push_back(input);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(input, error)) {
      if (is_snapshot_name(entry.path().filename().string()) && entry.is_regular_file(error)) {
        found.push_back(entry.path().string());
      }
    }
    if (found.empty()) {
      throw Error(ErrorKind::input, input, std::nullopt, "expected a folder with .heapsnapshot files, found none");
    }
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

namespace {

using TimeOf = std::pair<std::string, std::int64_t>;  // file, nanoseconds since 1970

void find_time(SeriesInput& input, const std::vector<TimeOf>& at) {
  const std::string name = std::filesystem::path(input.path).filename().string();
  for (const auto& [file, time] : at) {
    if (file == input.path || file == name) {
      input.captured_ns = time;
      input.captured_source = "option";
      return;
    }
  }
  if (const auto time = time_from_name(input.path)) {
    input.captured_ns = time;
    input.captured_source = "file-name";
    return;
  }
  struct stat status {};
  if (input.path != "-" && stat(input.path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
    input.captured_ns = static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
    input.captured_source = "modification-time";
  }
}

}  // namespace

SeriesOptions::SeriesOptions(CLI::App& app) {
  app.add_option("SERIES", inputs_, "Snapshots (.heapsnapshot, .gz, .zst), folders of them, or - for standard input")
      ->required()
      ->type_name("");
  app.add_option("--at", at_, "Capture time of one input: FILE=2026-03-02T01:00:00Z; may be repeated")
      ->type_name("FILE=TIME")
      ->allow_extra_args(false);
  app.add_option("--interval", interval_, "Time between snapshots: 30s, 10m, 2h")->type_name("DURATION");
  app.add_option("--tz", zone_, "Zone of the times in file names (default: this machine's)")->type_name("ZONE");
}

std::vector<SeriesInput> SeriesOptions::find(std::vector<std::string>& warnings) const {
  if (!zone_.empty()) {
    setenv("TZ", zone_.c_str(), 1);
    tzset();
  }
  std::vector<TimeOf> at;
  for (const std::string& text : at_) {
    const std::size_t equals = text.rfind('=');
    const auto time =
        equals == std::string::npos ? std::nullopt : parse_time(std::string_view(text).substr(equals + 1));
    if (!time) {
      throw Error(ErrorKind::usage, "--at: expected FILE=TIME with a time such as 2026-03-02T01:00:00Z, got '" +
                                        visible_text(text) + "'");
    }
    at.emplace_back(text.substr(0, equals), *time);
  }
  const std::optional<std::int64_t> interval_ns = interval_.empty() ? std::nullopt : parse_duration(interval_);
  if (!interval_.empty() && !interval_ns) {
    throw Error(ErrorKind::usage,
                "--interval: expected a duration such as 30s, 10m or 2h, got '" + visible_text(interval_) + "'");
  }
  std::vector<SeriesInput> series;
  for (const std::string& path : expand_folders(inputs_)) {
    for (const SeriesInput& other : series) {
      std::error_code error;
      if (other.path == path || (path != "-" && std::filesystem::equivalent(other.path, path, error))) {
        throw Error(ErrorKind::usage,
                    "'" + visible_text(path) + "' is the same file as '" + visible_text(other.path) + "'",
                    "Name each snapshot once.");
      }
    }
    SeriesInput input;
    input.path = path;
    find_time(input, at);
    series.push_back(std::move(input));
  }
  for (const auto& [file, time] : at) {
    const bool used = std::any_of(series.begin(), series.end(), [&, &wanted = file](const SeriesInput& s) {
      return s.path == wanted || std::filesystem::path(s.path).filename() == wanted;
    });
    if (!used) {
      throw Error(ErrorKind::usage, "--at names '" + visible_text(file) + "', which is not among the inputs");
    }
  }
  const bool timed =
      std::all_of(series.begin(), series.end(), [](const SeriesInput& s) { return s.captured_ns.has_value(); });
  if (timed) {
    const auto earlier = [](const SeriesInput& a, const SeriesInput& b) {
      if (*a.captured_ns != *b.captured_ns) {
        return *a.captured_ns < *b.captured_ns;
      }
      const auto x = sequence_from_name(a.path);
      const auto y = sequence_from_name(b.path);
      return x && y && *x < *y;
    };
    if (!std::is_sorted(series.begin(), series.end(), earlier)) {
      warnings.push_back("The snapshots were not given in time order; they were put in order by their capture times.");
      std::stable_sort(series.begin(), series.end(), earlier);
    }
  }
  if (interval_ns) {
    const std::int64_t start = series.front().captured_ns.value_or(0);
    for (std::size_t i = 0; i < series.size(); ++i) {
      series[i].captured_ns = start + static_cast<std::int64_t>(i) * *interval_ns;
      series[i].captured_source = "option";
    }
  }
  return series;
}

}  // namespace heapdiff
