#pragma once
// Shortest retaining paths: for every node, how it is held.

#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/distance.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff {

/// One step of a path: the edge, and the node it leads to.
struct PathStep {
  SnapshotGraph::Edge edge;
  NodeIndex source;
};

/// A tree of shortest paths from the root over edges that retain.
///
/// Paths that a programmer would draw come first: from the program's own roots, then from the system's, over
/// properties, elements, contexts and stores; edges of the machinery (hidden classes, code, feedback, prototypes) are
/// followed only into what nothing else reaches. 12 bytes per node. O(nodes + edges).
class RetainingTree {
 public:
  /// Paths through a node of `avoid` do not count: such nodes, and what only they hold, are not reached.
  RetainingTree(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const NodeIndex> avoid = {});

  static constexpr std::uint32_t kNone = UINT32_MAX;
  /// The node that holds `n` on its path; none for the root and for what no path reaches.
  [[nodiscard]] NodeIndex parent(NodeIndex n) const noexcept { return NodeIndex(parent_[n.get()] - 1); }
  /// The edge from parent(n) to n.
  [[nodiscard]] EdgeIndex parent_edge(NodeIndex n) const noexcept { return EdgeIndex(edge_[n.get()]); }
  [[nodiscard]] bool reaches(NodeIndex n) const noexcept { return parent_[n.get()] != 0 || n == SnapshotGraph::root(); }
  /// All nodes that are reached, parents before children.
  [[nodiscard]] std::span<const std::uint32_t> order() const noexcept { return {order_.data(), reached_}; }
  /// From the root to `n`: empty for the root itself and for what is not reached.
  [[nodiscard]] std::vector<PathStep> path(const SnapshotGraph& graph, NodeIndex n) const;

 private:
  Column<std::uint32_t> parent_;  // plus one, so that fresh memory says "none"
  Column<std::uint32_t> edge_;
  Column<std::uint32_t> order_;
  std::size_t reached_ = 0;
};

/// The edge of row `e` that leaves `source`.
[[nodiscard]] SnapshotGraph::Edge edge_at(const SnapshotGraph& graph, EdgeIndex e) noexcept;

}  // namespace heapdiff
