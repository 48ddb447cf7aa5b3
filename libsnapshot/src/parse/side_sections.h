#pragma once
// The smaller sections: source positions, allocation stacks, samples.

#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/meta.h"
#include "parse/json_text.h"
#include "parse/row_checks.h"
#include "parse/section_handler.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::parse {

/// `value`, or the largest number of 32 bits where it is larger.
[[nodiscard]] constexpr std::uint32_t clamp32(std::uint64_t value) noexcept {
  return value < UINT32_MAX ? static_cast<std::uint32_t>(value) : UINT32_MAX;
}

/// Finds the first of many values that reaches a limit which becomes known later. Only a value above all before it can
/// be the first, so only those are kept: 8 bytes each.
class FirstFrom {
 public:
  struct Entry {
    std::uint32_t value;
    std::uint32_t row;
  };
  void add(std::uint32_t value, std::uint32_t row) {
    if (entries_.empty() || value > entries_.back().value) {
      entries_.push_back({value, row});
    }
  }
  /// The first value that is `limit` or above.
  [[nodiscard]] std::optional<Entry> find(std::uint64_t limit) const;

 private:
  std::vector<Entry> entries_;  // values ascend
};

/// What the trace sections refer to. The sections come in any order, so that is checked at the end of the file.
class TraceChecks {
 public:
  void add_function(const TraceFunction& function);
  /// A row of "trace_tree": its id, for the message, and the row of its function.
  void add_node(std::uint32_t id, std::uint32_t function) { node_functions_.add(function, id); }
  /// Throws Error{input} for a function whose names are no strings, and for a trace node without its function.
  void check(const std::string& file, std::uint64_t string_count, std::uint64_t end_offset) const;

 private:
  std::uint32_t functions_ = 0;
  FirstFrom function_names_;
  FirstFrom node_functions_;
};

/// The rows of "locations" of a file where they come before "nodes", as in files of Julia.
struct EarlyLocations {
  std::vector<std::uint64_t> values;  ///< row after row
};

/// Reads such a section. What the rows refer to is checked when they are handed out.
[[nodiscard]] EarlyLocations read_early_locations(JsonText& text, const SnapshotMeta& meta);
/// Hands them out once "nodes" has been read. Errors have the offset of the end of "nodes".
void hand_out_locations(const EarlyLocations& early, const RowChecks& checks, const io::TextWindow& window,
                        SectionHandler& handler);

/// Each reads a section whose opening bracket has been consumed, and hands its rows to `handler`. Throws Error{input}
/// with the offset of the first thing that is wrong.
void read_locations(JsonText& text, const RowChecks& checks, SectionHandler& handler);
void read_trace_functions(JsonText& text, const SnapshotMeta& meta, SectionHandler& handler, TraceChecks& checks);
void read_trace_tree(JsonText& text, const SnapshotMeta& meta, const Limits& limits, SectionHandler& handler,
                     TraceChecks& checks);
/// Rows of non-negative integers below 2^64, complete ones. Nothing in heapdiff uses them.
void read_samples(JsonText& text, const SnapshotMeta& meta, SectionHandler& handler);

/// The position of a field in a list of fields, or SnapshotMeta::kAbsent.
[[nodiscard]] std::uint32_t field_position(const std::vector<std::string>& fields, std::string_view name);

}  // namespace heapdiff::parse
