#include "series.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

namespace heapdiff {

namespace {

bool is_snapshot_name(const std::string& name) {
  return name.ends_with(".heapsnapshot") || name.ends_with(".heapsnapshot.gz") || name.ends_with(".heapsnapshot.zst");
}

std::vector<std::string> expand(const std::vector<std::string>& inputs) {
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

void find_time(SeriesInput& input, const Options& options) {
  const std::string name = std::filesystem::path(input.path).filename().string();
  for (const auto& [file, time] : options.at) {
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

std::vector<SeriesInput> find_series(const Options& options, std::vector<std::string>& warnings) {
  std::vector<SeriesInput> series;
  for (const std::string& path : expand(options.inputs)) {
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
    find_time(input, options);
    series.push_back(std::move(input));
  }
  for (const auto& [file, time] : options.at) {
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
  if (options.interval_ns) {
    const std::int64_t start = series.front().captured_ns.value_or(0);
    for (std::size_t i = 0; i < series.size(); ++i) {
      series[i].captured_ns = start + static_cast<std::int64_t>(i) * *options.interval_ns;
      series[i].captured_source = "option";
    }
  }
  return series;
}

}  // namespace heapdiff
