#pragma once
// Nodes grouped by constructor, and the heap by what it is made of.

#include "heapdiff/snapshot/class_names.h"
#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/distance.h"
#include "heapdiff/snapshot/dominators.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <vector>

namespace heapdiff {

/// One constructor of one snapshot. Nodes of self size 0 belong to none.
struct ConstructorRow {
  ClassIndex constructor;
  std::uint64_t count = 0;
  std::uint64_t self_bytes = 0;
  std::uint64_t retained_bytes = 0;  ///< of the set: an instance inside another one is not counted again
  std::int32_t distance = 0;         ///< the least
};

/// Adds up counts and self sizes by class: rows in order of ClassIndex, empty ones included. `distances` may be null.
[[nodiscard]] std::vector<ConstructorRow> count_constructors(const SnapshotGraph& graph, const ClassTable& classes,
                                                             const Column<std::int32_t>* distances);

/// Fills `retained_bytes`: an instance counts unless one of its class that was counted dominates it. One pass over
/// `tree.order`, 4 bytes per node. With C different classes on a way down the tree at most, O(nodes * C) at worst.
void add_retained(std::vector<ConstructorRow>& rows, const SnapshotGraph& graph, const ClassTable& classes,
                  const DominatorTree& tree, const WideColumn& retained);

/// What DevTools' Statistics view shows, in bytes. The parts under `v8_heap` do not add up to it: the rest is objects.
struct HeapStatistics {
  std::uint64_t total = 0;         ///< all self sizes, and native bytes that no node carries
  std::uint64_t native = 0;        ///< embedder memory: off the JavaScript heap
  std::uint64_t typed_arrays = 0;  ///< of `native`, backing stores of ArrayBuffers
  std::uint64_t extra_native = 0;  ///< of `native`, the header's extra_native_bytes
  std::uint64_t v8_heap = 0;
  std::uint64_t code = 0;
  std::uint64_t strings = 0;
  std::uint64_t js_arrays = 0;
  std::uint64_t system = 0;
};
[[nodiscard]] HeapStatistics compute_statistics(const SnapshotGraph& graph);

}  // namespace heapdiff
