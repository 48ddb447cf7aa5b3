#pragma once
// Reads a snapshot row by row, in file order, and keeps nothing: for what rewrites a file rather than judges it.

#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/limits.h"
#include "heapdiff/snapshot/meta.h"
#include "parse/array_reader.h"
#include "parse/json_text.h"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace heapdiff {

using RowValues = std::span<const std::uint64_t>;

/// What a walk tells; all are called in file order.
class SnapshotVisitor {
 public:
  SnapshotVisitor() = default;
  SnapshotVisitor(const SnapshotVisitor&) = delete;
  SnapshotVisitor& operator=(const SnapshotVisitor&) = delete;
  virtual ~SnapshotVisitor() = default;
  virtual void on_header(const SnapshotMeta& meta) = 0;
  virtual void on_section_begin(std::string_view name) = 0;
  virtual void on_section_end() = 0;
  virtual void on_node(RowValues row) = 0;
  virtual void on_edge(RowValues row) = 0;
  virtual void on_trace_function(RowValues row) = 0;
  virtual void on_numbers(std::string_view json) = 0;  ///< pieces of a section that holds numbers and brackets only
  virtual void on_string(const std::string& text) = 0;
};

/// Throws Error{input} at the first thing that is wrong.
void walk_snapshot(TextWindow& window, const Limits& limits, SnapshotVisitor& visitor);

}  // namespace heapdiff
