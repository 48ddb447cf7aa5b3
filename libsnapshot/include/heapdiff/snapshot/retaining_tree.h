#pragma once
// A shortest retaining path for every node.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/distance.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff {

/// One step of a path: an edge, and the node that it leaves.
struct PathStep {
  SnapshotGraph::Edge edge;
  NodeIndex source;
};

/// A tree of shortest paths from the root over edges that retain.
///
/// It prefers the paths that a programmer would draw: from the program's roots first, then from the system's, along
/// properties, elements, contexts and stores. Edges of V8's machinery (hidden classes, code, feedback, prototypes) are
/// followed only to nodes that nothing else reaches. O(nodes + edges) to make; 12 bytes per node. Does not refer to the
/// graph. Spans are valid as long as the tree. Any number of threads may read it at the same time.
class RetainingTree {
 public:
  /// No path passes a node of `avoid`: those nodes, and nodes that only they hold, are not reached.
  RetainingTree(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const NodeIndex> avoid = {});

  /// The same up to `leaves`: their paths are found, and paths go on from them to other leaves only. Saves the search
  /// of all that only leaves keep. Where that does not find nearly all of them, the whole graph is searched.
  struct Leaves {
    const BitColumn& nodes;
    const BitColumn& wanted;  ///< those of `nodes` that have to be found
    std::size_t count = 0;    ///< of `wanted`
  };
  RetainingTree(const SnapshotGraph& graph, const BitColumn& page_owned, const Leaves& leaves);

  static constexpr std::uint32_t kNone = UINT32_MAX;
  /// The node before `n` on its path; none for the root and for nodes that no path reaches.
  [[nodiscard]] NodeIndex parent(NodeIndex n) const noexcept { return NodeIndex(parent_[n.get()] - 1); }
  /// The edge from parent(n) to n.
  [[nodiscard]] EdgeIndex parent_edge(NodeIndex n) const noexcept { return EdgeIndex(edge_[n.get()]); }
  [[nodiscard]] bool reaches(NodeIndex n) const noexcept { return parent_[n.get()] != 0 || n == SnapshotGraph::root(); }
  /// All nodes that are reached, each after its parent.
  [[nodiscard]] std::span<const std::uint32_t> order() const noexcept { return {order_.data(), reached_}; }
  /// The path from the root to `n`; empty for the root and for nodes that no path reaches. O(length).
  [[nodiscard]] std::vector<PathStep> path(const SnapshotGraph& graph, NodeIndex n) const;

 private:
  void search(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const NodeIndex> avoid,
              const Leaves* leaves);

  Column<std::uint32_t> parent_;  // plus one, so that fresh memory says "none"
  Column<std::uint32_t> edge_;
  Column<std::uint32_t> order_;
  std::size_t reached_ = 0;
};

/// The edge in row `e`. O(1).
[[nodiscard]] SnapshotGraph::Edge edge_at(const SnapshotGraph& graph, EdgeIndex e) noexcept;

}  // namespace heapdiff
