#include "capture/capture_record.h"

#include "capture/process_files.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/diff/series.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <utility>

namespace heapdiff::capture {

namespace {

using RecordJson = nlohmann::ordered_json;

constexpr const char* kFormat = "heapdiff-capture";
constexpr int kVersion = 1;
constexpr std::size_t kMaxRecordBytes = 4'000'000;

using Part = std::optional<std::uint64_t> MemoryUsage::*;
constexpr std::array<std::pair<const char*, Part>, 5> kParts = {{{"rss", &MemoryUsage::rss},
                                                                 {"heapTotal", &MemoryUsage::heap_total},
                                                                 {"heapUsed", &MemoryUsage::heap_used},
                                                                 {"external", &MemoryUsage::external},
                                                                 {"arrayBuffers", &MemoryUsage::array_buffers}}};

template <class T>
RecordJson or_null(const std::optional<T>& value) {
  return value ? RecordJson(*value) : RecordJson(nullptr);
}

RecordJson usage_json(const MemoryUsage& usage) {
  RecordJson json = RecordJson::object();
  for (const auto& [name, part] : kParts) {
    if (usage.*part) {
      json[name] = *(usage.*part);
    }
  }
  return json;
}

RecordJson statistics_json(const HeapStatistics& statistics) {
  RecordJson json = RecordJson::object();
  for (const auto& [name, value] : statistics) {
    json[name] = value;
  }
  return json;
}

/// Reads members of a record, which somebody may have written by hand.
class RecordReader {
 public:
  explicit RecordReader(std::string file) : file_(std::move(file)) {}

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ErrorKind::input, file_, std::nullopt, "expected " + what);
  }
  [[nodiscard]] std::string text(const RecordJson& object, const char* name) const {
    const auto at = object.find(name);
    if (at == object.end() || at->is_null()) {
      return {};
    }
    if (!at->is_string()) {
      refuse(std::string("a text as \"") + name + "\"");
    }
    return at->get<std::string>();
  }
  [[nodiscard]] std::optional<double> number(const RecordJson& object, const char* name) const {
    const auto at = object.find(name);
    if (at == object.end() || at->is_null()) {
      return std::nullopt;
    }
    const double value = at->is_number() ? at->get<double>() : -1;
    constexpr double kMost = 9e15;  // each number below is exact
    if (!std::isfinite(value) || value < 0 || value > kMost) {
      refuse(std::string("a number that is not negative as \"") + name + "\"");
    }
    return value;
  }
  [[nodiscard]] std::optional<std::uint64_t> bytes(const RecordJson& object, const char* name) const {
    const auto value = number(object, name);
    return value ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
  }
  [[nodiscard]] bool flag(const RecordJson& object, const char* name) const {
    const auto at = object.find(name);
    return at != object.end() && at->is_boolean() && at->get<bool>();
  }
  [[nodiscard]] MemoryUsage usage(const RecordJson& object) const {
    MemoryUsage usage;
    if (!object.is_object()) {
      refuse("an object as the memory of a process");
    }
    for (const auto& [name, part] : kParts) {
      usage.*part = bytes(object, name);
    }
    return usage;
  }
  [[nodiscard]] HeapStatistics statistics(const RecordJson& object) const {
    if (!object.is_object()) {
      refuse("an object as \"heapStatistics\"");
    }
    HeapStatistics statistics;
    for (const auto& [name, value] : object.items()) {
      statistics.emplace_back(name, bytes(object, name.c_str()).value_or(0));
    }
    return statistics;
  }
  [[nodiscard]] CapturedSnapshot snapshot(const RecordJson& object) const {
    if (!object.is_object()) {
      refuse("an object for each snapshot");
    }
    CapturedSnapshot out;
    out.file = text(object, "file");
    if (out.file.empty() || out.file.find('/') != std::string::npos) {
      refuse("the name of a file in the record's own folder as \"file\"");
    }
    const auto time = parse_time(text(object, "takenAt"));
    if (!time) {
      refuse("a time such as 2026-03-02T01:00:00Z as \"takenAt\"");
    }
    out.taken_ns = *time;
    out.pause_seconds = number(object, "pauseSeconds").value_or(0);
    out.bytes = bytes(object, "bytes").value_or(0);
    out.garbage_collected = flag(object, "garbageCollected");
    out.operations = number(object, "operations");
    out.uptime_seconds = number(object, "uptimeSeconds");
    out.heap_limit_bytes = bytes(object, "heapLimitBytes");
    if (const auto at = object.find("memory"); at != object.end() && !at->is_null()) {
      out.before = usage(*at);
    }
    if (const auto at = object.find("heapStatistics"); at != object.end() && !at->is_null()) {
      out.heap_statistics = statistics(*at);
    }
    if (const auto at = object.find("memoryAfter"); at != object.end() && !at->is_null()) {
      out.after = usage(*at);
    }
    return out;
  }

 private:
  std::string file_;
};

}  // namespace

void describe(const CapturedSnapshot& snapshot, SeriesInput& input) {
  input.option_ns = input.option_ns ? input.option_ns : snapshot.taken_ns;
  input.memory = MemoryPoint{snapshot.taken_ns, snapshot.before, snapshot.after};
}

std::string to_json(const CaptureRecord& record) {
  RecordJson json = {{"format", kFormat},
                     {"version", kVersion},
                     {"tool", "heapdiff " + record.tool_version},
                     {"target", record.target},
                     {"runtime", record.runtime},
                     {"runtimeVersion", record.runtime_version},
                     {"v8Version", record.v8_version},
                     {"pid", or_null(record.pid)},
                     {"memoryLimitBytes", or_null(record.memory_limit_bytes)},
                     {"complete", record.complete},
                     {"ended", record.ended},
                     {"snapshots", RecordJson::array()}};
  for (const CapturedSnapshot& s : record.snapshots) {
    json["snapshots"].push_back({{"file", s.file},
                                 {"takenAt", format_time(s.taken_ns)},
                                 {"pauseSeconds", s.pause_seconds},
                                 {"bytes", s.bytes},
                                 {"garbageCollected", s.garbage_collected},
                                 {"operations", or_null(s.operations)},
                                 {"uptimeSeconds", or_null(s.uptime_seconds)},
                                 {"heapLimitBytes", or_null(s.heap_limit_bytes)},
                                 {"memory", usage_json(s.before)},
                                 {"heapStatistics", statistics_json(s.heap_statistics)},
                                 {"memoryAfter", s.after ? usage_json(*s.after) : RecordJson(nullptr)}});
  }
  return json.dump(1, ' ', false, RecordJson::error_handler_t::replace) + "\n";
}

std::optional<CaptureRecord> parse_record(const std::string& text, const std::string& file) {
  const RecordReader reader(file);
  const RecordJson json = RecordJson::parse(text, nullptr, false);
  if (!json.is_object()) {
    if (text.find(kFormat) != std::string::npos) {
      reader.refuse("a whole record of a capture, got JSON that is cut or damaged");
    }
    return std::nullopt;
  }
  const auto format = json.find("format");
  if (format == json.end() || !format->is_string() || format->get<std::string>() != kFormat) {
    return std::nullopt;
  }
  if (reader.number(json, "version").value_or(0) != kVersion) {
    reader.refuse("version 1 of a capture's record");
  }
  CaptureRecord record;
  record.tool_version = reader.text(json, "tool");
  record.target = reader.text(json, "target");
  record.runtime = reader.text(json, "runtime");
  record.runtime_version = reader.text(json, "runtimeVersion");
  record.v8_version = reader.text(json, "v8Version");
  record.memory_limit_bytes = reader.bytes(json, "memoryLimitBytes");
  record.complete = reader.flag(json, "complete");
  record.ended = reader.text(json, "ended");
  const auto snapshots = json.find("snapshots");
  if (snapshots == json.end() || !snapshots->is_array()) {
    reader.refuse("a list as \"snapshots\"");
  }
  for (const RecordJson& one : *snapshots) {
    record.snapshots.push_back(reader.snapshot(one));
  }
  return record;
}

std::optional<CaptureRecord> read_record(const std::string& folder) {
  const std::string file = (folder.empty() ? std::string(".") : folder) + "/" + kRecordName;
  const auto text = read_small_file(file, kMaxRecordBytes + 1);
  if (!text) {
    return std::nullopt;
  }
  if (text->size() > kMaxRecordBytes) {
    throw Error(ErrorKind::limit, file, std::nullopt, "expected a record of at most 4 MB");
  }
  return parse_record(*text, file);
}

}  // namespace heapdiff::capture
