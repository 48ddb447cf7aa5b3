#pragma once
// Steps that change the graph as DevTools does, in DevTools' order. The loader does the first two, `compute_heap` the
// third.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace heapdiff::graph {

/// Marks, for each WeakMap entry, the edge that leaves the table: it does not retain. `names`: pairs of string index
/// and node id of the table, ascending.
void mark_ephemeron_edges(SnapshotGraph& graph, const std::vector<std::pair<std::uint32_t, std::uint64_t>>& names);

/// Spreads the states attached and then detached through native nodes.
void spread_detachedness(SnapshotGraph& graph);

/// Adds the self size of each store that has exactly one owner to that owner's, and sets its own to 0.
void attribute_shallow_sizes(SnapshotGraph& graph);

/// Whether a child of the root is one of the program's roots: what DevTools calls a user root.
[[nodiscard]] bool is_user_root(const SnapshotGraph& graph, NodeIndex child);

}  // namespace heapdiff::graph
