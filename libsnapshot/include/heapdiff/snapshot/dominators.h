#pragma once
// The dominator tree over the edges that retain.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <span>

namespace heapdiff {

/// Whether an edge retains its target, by DevTools' rules. These do not: weak edges, edges of a node to itself,
/// shortcuts (but the root's do), the table's half of a WeakMap entry, and edges from nodes that the page does not own
/// to nodes that it owns. Keeps a reference to `page_owned`, which has to outlive it.
class EssentialEdges {
 public:
  explicit EssentialEdges(const BitColumn& page_owned) noexcept : page_owned_(page_owned) {}

  /// The same question for the edges of one source.
  class From {
   public:
    From(const BitColumn& page_owned, NodeIndex source) noexcept
        : page_owned_(page_owned),
          source_(source),
          is_root_(source == SnapshotGraph::root()),
          free_(is_root_ || page_owned.test(source.get())) {}
    [[nodiscard]] bool operator()(EdgeType type, NodeIndex target) const noexcept {
      if (type >= EdgeType::shortcut && (type != EdgeType::shortcut || !is_root_)) {
        return false;  // weak, the table's half of an ephemeron, or a shortcut
      }
      return target != source_ && (free_ || !page_owned_.test(target.get()));
    }

   private:
    const BitColumn& page_owned_;
    NodeIndex source_;
    bool is_root_;
    bool free_;
  };
  [[nodiscard]] From from(NodeIndex source) const noexcept { return {page_owned_, source}; }

 private:
  const BitColumn& page_owned_;
};

/// Edges to leave out of the graph, to find what would be freed without them.
struct EdgeCut {
  NodeIndex source;
  NodeIndex target;  ///< every edge from `source` to `target` is cut
};

/// The immediate dominator of every node. Does not refer to the graph that it was made from.
struct DominatorTree {
  Column<std::uint32_t> idom;   ///< by node. The root's is the root; so is that of nodes that nothing retains
  Column<std::uint32_t> order;  ///< every node once, the root first, each node after its dominator
  [[nodiscard]] NodeIndex of(NodeIndex n) const noexcept { return NodeIndex(idom[n.get()]); }
};

/// Dominators of the graph without the edges in `cuts`. Nodes that only weak edges reach count as held by the root, as
/// in DevTools. `page_owned`: of `compute_distances`, one bit per node. O((nodes + edges) log nodes) at worst, near
/// linear in practice; iterative, so that depth costs no stack. Memory during the call: 20 bytes per node, 4 per edge
/// that goes from a later to an earlier node of the search, and 4 per edge in graphs of up to 2^19 edges. Source:
/// Semi-NCA (Georgiadis, Tarjan, Werneck 2006) on preorder numbers.
[[nodiscard]] DominatorTree compute_dominators(const SnapshotGraph& graph, const BitColumn& page_owned,
                                               std::span<const EdgeCut> cuts = {});

/// The retained size of every node, in bytes: the self sizes of all that it dominates, itself included. One entry per
/// node; the root's equals the sum of all self sizes. O(nodes). Throws Error{internal} when `tree.order` does not list
/// every node after its dominator.
[[nodiscard]] WideColumn retained_sizes(const SnapshotGraph& graph, const DominatorTree& tree);

/// The children of every node in the dominator tree. O(nodes) to make; 8 bytes per node, 4 more while it is made. Spans
/// are valid as long as it lives.
class DominatorChildren {
 public:
  explicit DominatorChildren(const DominatorTree& tree);
  /// In node order.
  [[nodiscard]] std::span<const std::uint32_t> of(NodeIndex n) const noexcept {
    return {child_.data() + first_[n.get()], first_[n.get() + 1] - first_[n.get()]};
  }

 private:
  Column<std::uint32_t> first_;
  Column<std::uint32_t> child_;
};

}  // namespace heapdiff
