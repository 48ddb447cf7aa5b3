#pragma once
// What would be freed if edges did not exist. It is computed on the graph without them, not estimated.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/dominators.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <span>

namespace heapdiff {

struct CutEffect {
  std::uint64_t freed_bytes = 0;    ///< self sizes of nodes that the root no longer reaches
  std::uint64_t freed_objects = 0;  ///< those nodes, of any type, without those of size 0
  bool object_freed = false;        ///< whether the given object is among them
  NodeIndex dominator;              ///< its immediate dominator without the edges; none when it is freed
};

/// Computes the effect of cuts in one graph. Keeps references to `graph` and `page_owned`, which have to outlive it,
/// and 1 bit per node. Each effect costs a search, O(nodes + edges), and where the object stays the dominators, too.
class EdgeCuts {
 public:
  EdgeCuts(const SnapshotGraph& graph, const BitColumn& page_owned);
  /// What is freed when all of `cuts` are made at once, and what dominates `object` afterwards.
  [[nodiscard]] CutEffect effect(std::span<const EdgeCut> cuts, NodeIndex object) const;

 private:
  [[nodiscard]] BitColumn reached(std::span<const EdgeCut> cuts) const;

  const SnapshotGraph& graph_;
  const BitColumn& page_owned_;
  BitColumn before_;
};

}  // namespace heapdiff
