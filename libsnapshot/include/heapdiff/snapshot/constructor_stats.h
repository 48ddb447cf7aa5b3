#pragma once
// Nodes grouped by constructor, and the heap grouped by what it consists of.

#include "heapdiff/snapshot/class_names.h"
#include "heapdiff/snapshot/detail/column.h"
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
  std::uint64_t retained_bytes = 0;  ///< of all instances; one that another instance dominates is not counted again
  std::int32_t distance = 0;         ///< the lowest of all instances
};

/// Counts and self sizes by class. One row per ClassIndex, in that order; rows may be empty. `distances` may be null:
/// then each `distance` is 0. O(nodes).
[[nodiscard]] std::vector<ConstructorRow> count_constructors(const SnapshotGraph& graph, const ClassTable& classes,
                                                             const Column<std::int32_t>* distances);

/// Fills `retained_bytes`. An instance counts unless another instance of its class dominates it. One pass over
/// `tree.order`; 4 bytes per node. O(nodes * C) at worst, where C is the largest number of different classes on a path
/// down the dominator tree.
void add_retained(std::vector<ConstructorRow>& rows, const SnapshotGraph& graph, const ClassTable& classes,
                  const DominatorTree& tree, const WideColumn& retained);

/// What DevTools' Statistics view shows, in bytes. Code, strings, arrays and system are parts of `v8_heap`; the rest of
/// it is objects.
struct HeapStatistics {
  std::uint64_t total = 0;         ///< all self sizes and `extra_native`
  std::uint64_t native = 0;        ///< embedder memory: off the JavaScript heap
  std::uint64_t typed_arrays = 0;  ///< of `native`, backing stores of ArrayBuffers
  std::uint64_t extra_native = 0;  ///< of `native`, the header's extra_native_bytes
  std::uint64_t v8_heap = 0;
  std::uint64_t code = 0;
  std::uint64_t strings = 0;
  std::uint64_t js_arrays = 0;
  std::uint64_t system = 0;
};
/// Uses self sizes as DevTools shows them, so call it after `compute_heap`'s transfer of owned sizes. O(nodes + edges).
[[nodiscard]] HeapStatistics compute_statistics(const SnapshotGraph& graph);

}  // namespace heapdiff
