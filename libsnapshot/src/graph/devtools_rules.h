#pragma once
// Steps that make the graph what DevTools shows, in DevTools' order: the first two end loading, the third waits for
// `compute_heap`.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace heapdiff {

/// Marks the table's copy of each WeakMap entry's edge, which does not retain. `names`: string -> node id of the table.
void mark_ephemeron_edges(SnapshotGraph& graph, const std::vector<std::pair<std::uint32_t, std::uint64_t>>& names);

/// Spreads attached, then detached, through native nodes.
void spread_detachedness(SnapshotGraph& graph);

/// Gives the size of a store that has exactly one owner to that owner.
void attribute_shallow_sizes(SnapshotGraph& graph);

/// Whether a child of the root is an object of the program: what DevTools calls a user root.
[[nodiscard]] bool is_user_root(const SnapshotGraph& graph, NodeIndex child);

}  // namespace heapdiff
