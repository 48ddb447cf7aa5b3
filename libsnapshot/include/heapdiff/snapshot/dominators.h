#pragma once
// The dominator tree over the edges that retain.

#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <span>

namespace heapdiff {

/// Whether an edge of `source` retains its target, by DevTools' rules: not weak, not to itself, no shortcut but the
/// root's, not the table's half of a WeakMap entry, not from outside into what the page owns.
class EssentialEdges {
 public:
  explicit EssentialEdges(const BitColumn& page_owned) noexcept : page_owned_(page_owned) {}

  /// For all edges of one source.
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

/// One edge taken out of the graph, for "what would be freed".
struct EdgeCut {
  NodeIndex source;
  NodeIndex target;  ///< every edge from `source` to `target` is cut
};

/// Immediate dominators.
struct DominatorTree {
  Column<std::uint32_t> idom;   ///< one per node; the root is its own; nodes that nothing retains hang off the root
  Column<std::uint32_t> order;  ///< every node once, each behind its dominator: the root first
  [[nodiscard]] NodeIndex of(NodeIndex n) const noexcept { return NodeIndex(idom[n.get()]); }
};

/// O((nodes + edges) log nodes) at worst, near linear in practice; iterative throughout.
/// Memory beside the graph: 12 bytes per node and 4 per edge that goes from a later to an earlier node of the search;
/// then 20 and those 4, but for what the edges give back.
/// `cuts` are left out of the graph. Source: Semi-NCA (Georgiadis, Tarjan, Werneck 2006) on preorder numbers.
/// Nodes that only weak edges reach count as held by the root, as in DevTools.
/// `drop_edges_of`, when not null, is the same graph: its edges are used up, and given back when they are not needed.
[[nodiscard]] DominatorTree compute_dominators(const SnapshotGraph& graph, const BitColumn& page_owned,
                                               std::span<const EdgeCut> cuts = {},
                                               SnapshotGraph* drop_edges_of = nullptr);

/// Bytes that would be freed if each node became unreachable: the self sizes of all that it dominates.
/// One entry per node, in bytes; the root's equals the sum of all self sizes. O(nodes). Throws Error{internal} when
/// `tree.order` does not list every node behind its dominator.
[[nodiscard]] WideColumn retained_sizes(const SnapshotGraph& graph, const DominatorTree& tree);

/// Children of every node in the dominator tree. 8 bytes per node.
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
