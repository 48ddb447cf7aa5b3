#pragma once
// What is odd about a graph as a whole. Each check counts what it finds in a warning and changes nothing.

#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/distance.h"
#include "heapdiff/snapshot/snapshot_graph.h"

namespace heapdiff::graph {

/// Nodes that have the id of another one. O(nodes), and a sort of the ids that are above 64 times the number of nodes.
/// Memory during the call: 8 bytes per node at most.
void warn_about_equal_ids(const SnapshotGraph& graph, Diagnostics& diagnostics);

/// Nodes whose allocation stack is not in the file. O(nodes with a stack * log stacks).
void warn_about_unknown_traces(const SnapshotGraph& graph, Diagnostics& diagnostics);

/// Nodes that nothing reaches from the root, where they are too many to be the usual ones: V8 writes a few objects that
/// only weak edges lead to. `distances`: of `compute_distances`. O(nodes).
void warn_about_unreachable(const SnapshotGraph& graph, const Distances& distances, Diagnostics& diagnostics);

}  // namespace heapdiff::graph
