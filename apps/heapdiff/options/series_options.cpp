#include "options/series_options.h"

#include "capture/capture_record.h"
#include "capture/memory_usage_file.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "options/declare_options.h"
#include "options/input_files.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <string_view>
#include <sys/stat.h>
#include <utility>

namespace heapdiff {

namespace {

/// What --at says of one file.
struct At {
  std::string file;
  std::optional<std::int64_t> time;  ///< nanoseconds since 1970
  std::optional<double> operations;
  [[nodiscard]] bool names(const SeriesInput& input) const {
    return input.path == file || std::filesystem::path(input.path).filename() == file;
  }
};

SeriesInput describe(const InputFile& file, const std::vector<At>& at) {
  SeriesInput input;
  input.path = file.path;
  input.named = file.named;
  input.name_time = time_from_name(file.path);
  struct stat status {};
  if (file.path != "-" && stat(file.path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
    input.modified_ns = static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec;
  }
  for (const At& said : at) {
    if (said.names(input)) {
      input.option_ns = said.time ? said.time : input.option_ns;
      input.operations = said.operations ? said.operations : input.operations;
    }
  }
  return input;
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

/// --at has to count the operations of all snapshots or of none.
void require_all_counted(const std::vector<SeriesInput>& series) {
  const auto counted =
      std::count_if(series.begin(), series.end(), [](const SeriesInput& s) { return s.operations.has_value(); });
  if (counted != 0 && static_cast<std::size_t>(counted) != series.size()) {
    throw Error(ErrorKind::usage, "--at names the operations of some snapshots and not of others");
  }
}

/// What the capture of the snapshots recorded. The command line says better where both do.
void add_records(std::vector<SeriesInput>& series, bool counted) {
  std::map<std::string, std::optional<capture::CaptureRecord>> records;
  std::vector<const capture::CapturedSnapshot*> found;
  for (SeriesInput& input : series) {
    const std::filesystem::path path = input.path;
    const auto [at, fresh] = records.try_emplace(path.parent_path().string());
    if (fresh && input.path != "-") {
      at->second = capture::read_record(at->first);
    }
    const capture::CapturedSnapshot* snapshot = nullptr;
    if (at->second) {
      for (const capture::CapturedSnapshot& one : at->second->snapshots) {
        snapshot = one.file == path.filename() ? &one : snapshot;
      }
    }
    found.push_back(snapshot);
  }
  counted = counted || std::any_of(series.begin(), series.end(), [](const SeriesInput& s) { return s.operations; }) ||
            !std::all_of(found.begin(), found.end(), [](const auto* s) { return s != nullptr && s->operations; });
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (found[i] != nullptr) {
      capture::describe(*found[i], series[i]);
      series[i].operations = counted ? series[i].operations : found[i]->operations;
    }
  }
}

}  // namespace

SeriesOptions::SeriesOptions(CLI::App& app, SeriesUse use) {
  if (use == SeriesUse::named) {
    add_option(app, "SERIES", inputs_, "Snapshots (.heapsnapshot, .gz, .zst), folders of them, or - for standard input")
        .required()
        .type_name("");
  }
  begin_group(app, "Times and operations");
  add_positive_option(app, "--ops", operations_, "Operations that ran between snapshots, for growth per operation",
                      "operations");
  if (use == SeriesUse::captured) {
    return;
  }
  add_option(app, "--at", at_, "Capture time of one input: FILE=2026-03-02T01:00:00Z[,ops=N]; may be repeated")
      .type_name("FILE=TIME")
      .one_value_each_time();
  add_option(app, "--interval", interval_, "Time between snapshots: 30s, 10m, 2h").type_name("DURATION");
  add_option(app, "--tz", zone_, "Zone of the times in file names (default: this machine's)").type_name("ZONE");
  if (use == SeriesUse::named) {
    add_option(app, "--memory-usage", memory_usage_,
               "Lines of a time and process.memoryUsage(): does the process grow outside of its heap")
        .type_name("FILE");
  }
}

std::optional<double> SeriesOptions::operations_per_step() const {
  return operations_ > 0 ? std::optional(operations_) : std::nullopt;
}

bool SeriesOptions::counts_operations() const {
  return operations_ > 0 || std::any_of(at_.begin(), at_.end(),
                                        [](const std::string& text) { return text.find("ops=") != std::string::npos; });
}

SeriesPlan SeriesOptions::plan(const std::vector<SeriesInput>& series) const {
  SeriesPlan plan;
  if (!interval_.empty()) {
    constexpr std::int64_t kMaxIntervalNs = 3650LL * 86'400 * 1'000'000'000;  // ten years
    plan.interval_ns = parse_duration(interval_);
    if (!plan.interval_ns || *plan.interval_ns > kMaxIntervalNs / static_cast<std::int64_t>(series.size() + 1)) {
      throw Error(ErrorKind::usage,
                  "--interval: expected a duration such as 30s, 10m or 2h, got '" + visible_text(interval_) + "'");
    }
  }
  if (operations_ > 0) {
    plan.operations_per_step = operations_;
  }
  const bool named = std::all_of(series.begin(), series.end(), [](const SeriesInput& s) { return s.named; });
  plan.arguments = !named ? ArgumentOrder::none : plan.interval_ns ? ArgumentOrder::claimed : ArgumentOrder::given;
  return plan;
}

FoundSeries SeriesOptions::find() const { return std::move(find_all({inputs_}).front()); }

std::vector<FoundSeries> SeriesOptions::find_all(const std::vector<std::vector<std::string>>& all) const {
  if (!zone_.empty()) {
    if (!is_known_zone(zone_)) {
      throw Error(
          ErrorKind::usage,
          "--tz: expected a time zone such as Europe/Berlin, UTC or CET-1CEST, got '" + visible_text(zone_) + "'",
          "Names come from the time zone database of this machine (Debian's package tzdata).");
    }
    setenv("TZ", zone_.c_str(), 1);
    tzset();
  }
  std::vector<At> at;
  for (const std::string& text : at_) {
    at.push_back(parse_at(text));
  }
  std::vector<FoundSeries> found;
  for (const std::vector<std::string>& inputs : all) {
    FoundSeries& series = found.emplace_back();
    for (const InputFile& file : find_input_files(inputs, series.set_aside)) {
      series.inputs.push_back(describe(file, at));
    }
    require_all_counted(series.inputs);
    add_records(series.inputs, operations_ > 0);
    if (!memory_usage_.empty()) {
      series.memory = capture::read_memory_usage(memory_usage_);
    }
    series.plan = plan(series.inputs);
  }
  for (const At& said : at) {
    const bool used = std::any_of(found.begin(), found.end(), [&](const FoundSeries& series) {
      return std::any_of(series.inputs.begin(), series.inputs.end(),
                         [&](const SeriesInput& s) { return said.names(s); });
    });
    if (!used) {
      throw Error(ErrorKind::usage, "--at names '" + visible_text(said.file) + "', which is not among the inputs");
    }
  }
  return found;
}

}  // namespace heapdiff
