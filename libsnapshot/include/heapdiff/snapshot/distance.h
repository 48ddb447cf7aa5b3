#pragma once
// How far each node is from the program's roots, and which nodes the page (the program) owns.

#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>

namespace heapdiff {

/// Distances by DevTools' rule, one per node: 1 for the program's roots and one more per non-weak edge; nodes that only
/// the system reaches count from `kSystem`; `kUnreached` for the rest.
struct Distances {
  static constexpr std::int32_t kUnreached = -5;
  static constexpr std::int32_t kSystem = 100'000'000;

  Column<std::int32_t> of;
  BitColumn page_owned;  ///< reachable from the root's shortcuts without weak edges
};

/// Two breadth-first passes, O(nodes + edges); 4 bytes per node for the result and 4 for the queue.
/// Needs edge names. Source: DevTools' calculateDistances and markPageOwnedNodes; marking is folded into the first
/// pass, because its reach differs from that pass only by the few edges that distances skip.
[[nodiscard]] Distances compute_distances(const SnapshotGraph& graph);

}  // namespace heapdiff
