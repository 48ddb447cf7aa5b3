#pragma once
// The columns of a SnapshotGraph. Not part of the API: SnapshotGraph's inline accessors read them, and the loader
// fills them. Layout and names may change in any version.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/detail/edge_names.h"

#include <cstdint>

namespace heapdiff {

/// What the loader fills and SnapshotGraph takes over. Sizes: N nodes, E edges.
struct GraphColumns {
  static constexpr std::uint32_t kTargetBits = 29;
  static constexpr std::uint32_t kTargetMask = (std::uint32_t{1} << kTargetBits) - 1;
  static constexpr std::uint8_t kTypeMask = 0x1F;
  static constexpr unsigned kDetachedShift = 5;

  std::uint64_t node_count = 0;
  std::uint64_t edge_count = 0;
  Column<std::uint8_t> kind;          ///< N: node type in 5 bits, detachedness in 2
  Column<std::uint32_t> name;         ///< N: string index
  WideColumn id;                      ///< N
  WideColumn self_size;               ///< N: bytes
  Column<std::uint32_t> first_edge;   ///< N + 1
  Column<std::uint32_t> trace_id;     ///< N, or empty when no node has a trace
  Column<std::uint32_t> edge_target;  ///< E: type in the top 3 bits, target node below
  EdgeNames edge_name;                ///< E: string index, or number for element and hidden edges
};

}  // namespace heapdiff
