#pragma once
// What would be freed if edges were not there: computed again without them, not estimated.

#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/dominators.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <span>

namespace heapdiff {

struct CutEffect {
  std::uint64_t freed_bytes = 0;    ///< self sizes of what the root no longer reaches
  std::uint64_t freed_objects = 0;  ///< of any kind, those of size 0 left out
  bool object_freed = false;        ///< the object that was asked about is among them
  NodeIndex dominator;              ///< its immediate dominator without the edges; none when it is freed
};

/// Answers for one graph. 1 bit per node is kept; each effect costs a search, O(nodes + edges), and the dominators once
/// more where the object stays.
class EdgeCuts {
 public:
  EdgeCuts(const SnapshotGraph& graph, const BitColumn& page_owned);
  /// What goes, and how `object` is held afterwards, when all of `cuts` are made at once.
  [[nodiscard]] CutEffect effect(std::span<const EdgeCut> cuts, NodeIndex object) const;

 private:
  [[nodiscard]] BitColumn reached(std::span<const EdgeCut> cuts) const;

  const SnapshotGraph& graph_;
  const BitColumn& page_owned_;
  BitColumn before_;
};

}  // namespace heapdiff
