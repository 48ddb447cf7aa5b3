#pragma once
// Source positions in a snapshot: where functions and classes begin, and allocation stacks where they were recorded.

#include "heapdiff/snapshot/index.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heapdiff {

/// Where the function (of a closure or generator) or the class (of an object) starts.
struct Location {
  static constexpr std::uint32_t kUnknown = UINT32_MAX;
  NodeIndex node;
  std::uint32_t script_id = 0;
  std::uint32_t line = kUnknown;    ///< 0-based
  std::uint32_t column = kUnknown;  ///< 0-based
  NodeIndex script;                 ///< the Script node; none where the file does not name it
};

/// A function that allocated. Line and column are where it begins, 1-based; 0 is unknown.
struct TraceFunction {
  std::uint64_t function_id = 0;  ///< node id of its SharedFunctionInfo
  StringIndex name;
  StringIndex script_name;
  std::uint32_t script_id = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// One frame of an allocation stack; `parent` is its caller, none at the top.
struct TraceNode {
  static constexpr std::uint32_t kNoParent = UINT32_MAX;
  std::uint32_t id = 0;
  std::uint32_t function = 0;        ///< row of trace_functions
  std::uint32_t parent = kNoParent;  ///< row of trace_nodes
  std::uint64_t count = 0;           ///< allocations by exactly this stack, freed objects included
  std::uint64_t size_bytes = 0;
};

/// A moment while allocations were tracked. Objects that were allocated before have an id of at most `last_id`, those
/// that came later a higher one.
struct AllocationSample {
  std::uint64_t time_us = 0;  ///< microseconds since the first sample
  std::uint64_t last_id = 0;
};

/// All positions of one snapshot. O(log rows) per question. Pointers are valid as long as the graph that has it.
struct Locations {
  std::vector<Location> rows;  ///< ascending by node
  std::vector<TraceFunction> trace_functions;
  std::vector<TraceNode> trace_nodes;     ///< ascending by id
  std::vector<AllocationSample> samples;  ///< as in the file; empty where allocations were not tracked

  /// The position of a node, or null.
  [[nodiscard]] const Location* find(NodeIndex node) const noexcept;
  /// Rows of trace_functions from the innermost frame outwards; empty when the stack is not known.
  [[nodiscard]] std::vector<std::uint32_t> stack(std::uint32_t trace_id) const;
};

}  // namespace heapdiff
