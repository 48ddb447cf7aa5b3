#pragma once
// The distance of each node from the program's roots, and which nodes the page (the program) owns.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>

namespace heapdiff {

/// Distances by DevTools' rule, in edges: 1 for the program's roots and one more per non-weak edge. Nodes that only the
/// system's roots reach count from `kSystem`. Nodes that nothing reaches have `kUnreached`.
struct Distances {
  static constexpr std::int32_t kUnreached = -5;
  static constexpr std::int32_t kSystem = 100'000'000;

  Column<std::int32_t> of;  ///< by node
  BitColumn page_owned;     ///< by node: reachable from the root's shortcuts without weak edges
  BitColumn reached;        ///< by node: has a distance; freed by compute_heap
};

/// Two breadth-first passes, O(nodes + edges); 4 bytes per node for the result and 4 for the queue. Needs edge names.
/// Source: DevTools' calculateDistances and markPageOwnedNodes. The first pass also marks the page's nodes: it reaches
/// the same ones but for a few edges that do not count for distances.
[[nodiscard]] Distances compute_distances(const SnapshotGraph& graph);

}  // namespace heapdiff
