#include "options/series_options.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "options/declare_options.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <glob.h>
#include <string_view>
#include <sys/stat.h>

namespace heapdiff {

namespace {

bool is_snapshot_name(const std::string& name) {
  return name.ends_with(".heapsnapshot") || name.ends_with(".heapsnapshot.gz") || name.ends_with(".heapsnapshot.zst");
}

}  // namespace

namespace {

template <class Iterator>
std::vector<std::string> snapshots_in(const std::string& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (const auto& entry : Iterator(folder, error)) {
    std::error_code ignored;
    if (is_snapshot_name(entry.path().filename().string()) && entry.is_regular_file(ignored)) {
      found.push_back(entry.path().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> matches_of(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  return paths;
}

}  // namespace

std::vector<std::string> expand_folders(const std::vector<std::string>& inputs) {
  std::vector<std::string> files;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (input.find_first_of("*?[") != std::string::npos && !std::filesystem::exists(input, error)) {
      const std::vector<std::string> matches = matches_of(input);
      if (matches.empty()) {
        throw Error(ErrorKind::input, input, std::nullopt, "expected a pattern that matches files, it matches none");
      }
      const std::vector<std::string> found = expand_folders(matches);
      files.insert(files.end(), found.begin(), found.end());
      continue;
    }
    if (!std::filesystem::is_directory(input, error)) {
      files.push_back(input);
      continue;
    }
    std::vector<std::string> found = snapshots_in<std::filesystem::directory_iterator>(input);
    if (found.empty()) {
      found = snapshots_in<std::filesystem::recursive_directory_iterator>(input);
    }
    if (found.empty()) {
      throw Error(ErrorKind::input, input, std::nullopt, "expected a folder with .heapsnapshot files, found none");
    }
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

namespace {

/// One value of --at.
struct At {
  std::string file;
  std::optional<std::int64_t> time;  ///< nanoseconds since 1970
  std::optional<double> operations;
  [[nodiscard]] bool names(const SeriesInput& input) const {
    return input.path == file || std::filesystem::path(input.path).filename() == file;
  }
};

void find_time(SeriesInput& input, const std::vector<At>& at) {
  for (const At& entry : at) {
    if (entry.names(input)) {
      input.operations = entry.operations;
      if (entry.time) {
        input.captured_ns = entry.time;
        input.captured_source = CaptureSource::option;
        return;
      }
    }
  }
  if (const auto time = time_from_name(input.path)) {
    input.captured_ns = time;
    input.captured_source = CaptureSource::file_name;
    return;
  }
  struct stat status {};
  if (input.path != "-" && stat(input.path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
    input.captured_ns = static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
    input.captured_source = CaptureSource::modification_time;
  }
}

At parse_at(const std::string& text) {
  static constexpr std::string_view kOperations = "ops=";
  At at;
  std::string_view rest = text;
  bool sound = true;
  const std::size_t counted = rest.rfind(kOperations);
  if (counted != std::string_view::npos && counted > 0 && (rest[counted - 1] == ',' || rest[counted - 1] == '=')) {
    const std::string_view digits = rest.substr(counted + kOperations.size());
    const auto value = ascii::parse_number<double>(digits);
    sound = value && std::isfinite(*value) && *value >= 0;
    at.operations = value.value_or(0);
    rest = rest.substr(0, counted - (rest[counted - 1] == ',' ? 1 : 0));
  }
  const std::size_t equals = rest.rfind('=');
  sound = sound && equals != std::string_view::npos && equals > 0;
  if (sound && !(equals + 1 == rest.size() && at.operations)) {
    at.time = parse_time(rest.substr(equals + 1));
    sound = at.time.has_value();
  }
  if (!sound) {
    throw Error(ErrorKind::usage,
                "--at: expected FILE=TIME, FILE=TIME,ops=N or FILE=ops=N with a time such as 2026-03-02T01:00:00Z, "
                "got '" +
                    visible_text(text) + "'");
  }
  at.file = std::string(rest.substr(0, equals));
  return at;
}

void order_by_time(std::vector<SeriesInput>& series, std::vector<std::string>& warnings) {
  const bool timed =
      std::all_of(series.begin(), series.end(), [](const SeriesInput& s) { return s.captured_ns.has_value(); });
  if (!timed) {
    return;
  }
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

void count_operations(std::vector<SeriesInput>& series, double each) {
  const auto told =
      std::count_if(series.begin(), series.end(), [](const SeriesInput& s) { return s.operations.has_value(); });
  if (each > 0) {
    for (std::size_t k = 0; k < series.size(); ++k) {
      series[k].operations = static_cast<double>(k) * each;
    }
    return;
  }
  if (told != 0 && static_cast<std::size_t>(told) != series.size()) {
    throw Error(ErrorKind::usage, "--at names the operations of some snapshots and not of others");
  }
  for (std::size_t k = 1; told != 0 && k < series.size(); ++k) {
    if (*series[k].operations <= *series[k - 1].operations) {
      throw Error(ErrorKind::usage,
                  "--at: ops= counts the operations run until then, from any start; it has to grow with time, and does "
                  "not from '" +
                      visible_text(series[k - 1].path) + "' to '" + visible_text(series[k].path) + "'");
    }
  }
}

}  // namespace

SeriesOptions::SeriesOptions(CLI::App& app, bool named) {
  if (named) {
    add_option(app, "SERIES", inputs_, "Snapshots (.heapsnapshot, .gz, .zst), folders of them, or - for standard input")
        .required()
        .type_name("");
  }
  begin_group(app, "Times and operations");
  add_option(app, "--at", at_, "Capture time of one input: FILE=2026-03-02T01:00:00Z[,ops=N]; may be repeated")
      .type_name("FILE=TIME")
      .one_value_each_time();
  add_option(app, "--interval", interval_, "Time between snapshots: 30s, 10m, 2h").type_name("DURATION");
  add_option(app, "--tz", zone_, "Zone of the times in file names (default: this machine's)").type_name("ZONE");
  add_positive_option(app, "--ops", operations_, "Operations that ran between snapshots, for growth per operation",
                      "operations");
}

bool SeriesOptions::counts_operations() const {
  return operations_ > 0 || std::any_of(at_.begin(), at_.end(),
                                        [](const std::string& text) { return text.find("ops=") != std::string::npos; });
}

void SeriesOptions::place(std::vector<SeriesInput>& series) const {
  const std::optional<std::int64_t> interval_ns = interval_.empty() ? std::nullopt : parse_duration(interval_);
  if (!interval_.empty() && !interval_ns) {
    throw Error(ErrorKind::usage,
                "--interval: expected a duration such as 30s, 10m or 2h, got '" + visible_text(interval_) + "'");
  }
  if (interval_ns) {
    const std::int64_t start = series.front().captured_ns.value_or(0);
    for (std::size_t i = 0; i < series.size(); ++i) {
      series[i].captured_ns = start + static_cast<std::int64_t>(i) * *interval_ns;
      series[i].captured_source = CaptureSource::option;
    }
  }
  count_operations(series, operations_);
}

std::vector<SeriesInput> SeriesOptions::find(std::vector<std::string>& warnings) const {
  return std::move(find_all({inputs_}, warnings).front());
}

std::vector<std::vector<SeriesInput>> SeriesOptions::find_all(const std::vector<std::vector<std::string>>& all,
                                                              std::vector<std::string>& warnings) const {
  if (!zone_.empty()) {
    setenv("TZ", zone_.c_str(), 1);
    tzset();
  }
  std::vector<At> at;
  for (const std::string& text : at_) {
    at.push_back(parse_at(text));
  }
  std::vector<std::vector<SeriesInput>> found;
  for (const std::vector<std::string>& inputs : all) {
    std::vector<SeriesInput>& series = found.emplace_back();
    for (const std::string& path : expand_folders(inputs)) {
      for (const SeriesInput& other : series) {
        std::error_code error;
        if (path == "-" && other.path == path) {
          throw Error(ErrorKind::usage, "standard input is named twice, and can be read once");
        }
        if (other.path == path || std::filesystem::equivalent(other.path, path, error)) {
          warnings.push_back("'" + visible_text(path) + "' is the same file as '" + visible_text(other.path) +
                             "': nothing can have grown between them.");
          break;
        }
      }
      SeriesInput input;
      input.path = path;
      input.named = std::find(inputs.begin(), inputs.end(), path) != inputs.end();
      find_time(input, at);
      series.push_back(std::move(input));
    }
    order_by_time(series, warnings);
    place(series);
  }
  for (const At& entry : at) {
    const bool used = std::any_of(found.begin(), found.end(), [&](const std::vector<SeriesInput>& series) {
      return std::any_of(series.begin(), series.end(), [&](const SeriesInput& s) { return entry.names(s); });
    });
    if (!used) {
      throw Error(ErrorKind::usage, "--at names '" + visible_text(entry.file) + "', which is not among the inputs");
    }
  }
  return found;
}

}  // namespace heapdiff
