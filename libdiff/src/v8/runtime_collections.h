#pragma once
// Where the collections that Node keeps for a program are found in a heap.

#include "heapdiff/diff/leak_cause.h"
#include "heapdiff/snapshot/retaining_tree.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <string_view>

namespace heapdiff::v8 {

/// The collection that `holder` is, is a store of, or lies in, a few steps up the retaining tree; none for a program's
/// own, and none for what is an entry of such a collection and holds something itself. `below` is what the holder
/// refers to on the path, where that is known: an object may have such a collection as a property. Variables of Node's
/// are told from variables of the same name by the script of the functions beside them.
[[nodiscard]] LeakCause runtime_cause_of(const SnapshotGraph& graph, const RetainingTree& tree, NodeIndex holder,
                                         NodeIndex below = NodeIndex::none());

/// Node's own subclasses of collections, which no program can replace: lib/internal/per_context/primordials.js, Node 12
/// to 26; WeakRefMap of lib/diagnostics_channel.js, Node 20 on.
[[nodiscard]] constexpr bool is_runtime_collection_class(std::string_view name) noexcept {
  return name == "SafeMap" || name == "SafeSet" || name == "SafeWeakMap" || name == "SafeWeakSet" ||
         name == "SafeFinalizationRegistry" || name == "WeakRefMap";
}

/// What an http.Agent keeps in one of its lists, in words; empty for other names. Node 14 to 26.
[[nodiscard]] std::string_view agent_list_words(std::string_view list) noexcept;

/// Edges of a FinalizationRegistry's cell, Node 14.6 to 26: the target is weak; the registry, the held value and the
/// neighbours in the list have numbers that differ from version to version.
inline constexpr std::string_view kWeakCellClass = "system / WeakCell";
inline constexpr std::string_view kWeakTargetEdge = "target";
inline constexpr std::string_view kWeakRefClass = "WeakRef";

}  // namespace heapdiff::v8
