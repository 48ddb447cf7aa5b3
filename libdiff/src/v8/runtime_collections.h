#pragma once
// Where the collections that Node keeps for a program are found in a heap.

#include "heapdiff/diff/leak_cause.h"
#include "heapdiff/snapshot/retaining_tree.h"
#include "heapdiff/snapshot/snapshot_graph.h"

namespace heapdiff::v8 {

/// The collection that `holder` is, is a store of, or lies in, a few steps up the retaining tree; none for a program's
/// own. `holder` may be what a holder refers to. Variables of Node's are told from variables of the same name by the
/// script of the functions beside them.
[[nodiscard]] LeakCause runtime_cause_of(const SnapshotGraph& graph, const RetainingTree& tree, NodeIndex holder);

/// Edges of a FinalizationRegistry's cell, Node 14.6 to 26: the target is weak; the registry, the held value and the
/// neighbours in the list have numbers that differ from version to version.
inline constexpr std::string_view kWeakCellClass = "system / WeakCell";
inline constexpr std::string_view kWeakTargetEdge = "target";
inline constexpr std::string_view kWeakRefClass = "WeakRef";

}  // namespace heapdiff::v8
