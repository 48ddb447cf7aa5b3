#pragma once
// capture.json: what is known of each snapshot of a capture, so that the analysis need not guess.

#include "heapdiff/diff/process_memory.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace heapdiff {
struct SeriesInput;
}

namespace heapdiff::capture {

inline constexpr const char* kRecordName = "capture.json";

/// What V8 counts of its heap, by V8's names: {"malloced_memory", 8192}.
using HeapStatistics = std::vector<std::pair<std::string, std::uint64_t>>;

struct CapturedSnapshot {
  std::string file;           ///< its name, in the folder of the record
  std::int64_t taken_ns = 0;  ///< when V8 began to take it; nanoseconds since 1970
  double pause_seconds = 0;   ///< how long it took to take and to send it
  std::uint64_t bytes = 0;    ///< uncompressed
  bool garbage_collected = false;
  std::optional<double> operations;  ///< run before it, counted from the first snapshot
  std::optional<double> uptime_seconds;
  std::optional<std::uint64_t> heap_limit_bytes;
  MemoryUsage before;
  HeapStatistics heap_statistics;  ///< at the same time
  std::optional<MemoryUsage> after;
};

struct CaptureRecord {
  std::string tool_version;
  std::string target;   ///< without a URL's path
  std::string runtime;  ///< "node"; empty when it is not known
  std::string runtime_version;
  std::string v8_version;
  std::optional<int> pid;
  std::optional<std::uint64_t> memory_limit_bytes;
  bool complete = false;  ///< all that was asked for
  std::string ended;      ///< why not; empty when it is complete
  std::vector<CapturedSnapshot> snapshots;
};

/// Adds the time (where `input` has none from the caller) and the memory of the process to what is known of a snapshot.
void describe(const CapturedSnapshot& snapshot, SeriesInput& input);

[[nodiscard]] std::string to_json(const CaptureRecord& record);

/// Throws Error{input} for a text that begins as a record and is not one. Empty for any other JSON, which is somebody
/// else's capture.json. `file` is for messages.
[[nodiscard]] std::optional<CaptureRecord> parse_record(const std::string& text, const std::string& file);

/// The record in a folder; empty where it has none. Throws as parse_record() does, and Error{limit} above 4 MB.
[[nodiscard]] std::optional<CaptureRecord> read_record(const std::string& folder);

}  // namespace heapdiff::capture
