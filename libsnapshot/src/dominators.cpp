// Semi-NCA on preorder numbers.
//
// A depth-first search from the root numbers the nodes it reaches. The semidominator of a node is the lowest number
// from which a path leads to it whose inner nodes all have higher numbers. Tree and forward edges (from a lower to a
// higher number) contribute their source's own number: a tree edge's is the tree parent, and forward edges, about one
// in a hundred, are noted aside. Only the others, which go from a higher to a lower number, need a list of
// predecessors, which is about two thirds of a mixed heap's edges. One sweep down the numbers finds all semidominators,
// with path compression over the part of the tree already seen. Then one walk up the numbers finds the immediate
// dominators: the nearest ancestor in the tree so far that does not lie below the semidominator. Source: Georgiadis,
// Tarjan, Werneck, "Finding Dominators in Practice", JGAA 10(1), 2006.

#include "heapdiff/snapshot/dominators.h"

#include "heapdiff/snapshot/error.h"

#include <algorithm>
#include <vector>

namespace heapdiff {
namespace {

constexpr std::uint32_t kNone = 0;  // numbers are stored plus one, so that fresh memory says "not reached"

class SemiNca {
 public:
  SemiNca(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const EdgeCut> cuts)
      : graph_(graph),
        essential_(page_owned),
        cuts_(cuts),
        n_(graph.node_count()),
        number_(n_),
        parent_(n_),
        list_(std::size_t{n_} + 1) {
    number_.prefault();
    list_.prefault();
  }

  DominatorTree run(SnapshotGraph* drop_edges_of) {
    visit(SnapshotGraph::root(), 0);
    visit_orphans();
    fill_predecessors();
    if (drop_edges_of != nullptr) {
      drop_edges_of->drop_edges();
    }
    sweep();
    predecessors_.release();
    links_.release();
    return walk();
  }

 private:
  [[nodiscard]] bool is_cut(NodeIndex source, NodeIndex target) const {
    return std::any_of(cuts_.begin(), cuts_.end(),
                       [&](const EdgeCut& cut) { return cut.source == source && cut.target == target; });
  }

  template <class OnEdge>
  void each_essential(NodeIndex source, OnEdge on_edge) const {
    const EssentialEdges::From essential = essential_.from(source);
    const bool check_cuts = !cuts_.empty();
    for (const SnapshotGraph::Edge e : graph_.edges(source)) {
      if (essential(e.type, e.target) && !(check_cuts && is_cut(source, e.target))) {
        on_edge(e.target);
      }
    }
  }

  /// Depth-first from `start`, whose tree parent has the number `above`. Gives numbers and tree parents, notes forward
  /// edges, and counts, per node, the edges that come from a higher number.
  void visit(NodeIndex start, std::uint32_t above) {
    struct Frame {
      std::uint32_t node;
      std::uint32_t cursor;
    };
    const GraphColumns& c = graph_.columns();
    const std::uint32_t* const targets = c.edge_target.data();
    std::vector<Frame> stack;
    const auto enter = [&](std::uint32_t node, std::uint32_t parent) {
      number_[node] = reached_ + 1;
      parent_[reached_] = parent;
      ++reached_;
      stack.push_back({node, c.first_edge[node]});
      for (std::uint32_t e = c.first_edge[node], last = std::min(e + 16, c.first_edge[node + 1]); e < last; ++e) {
        __builtin_prefetch(&number_[targets[e] & GraphColumns::kTargetMask]);
      }
    };
    enter(start.get(), above);
    while (!stack.empty()) {
      const NodeIndex node(stack.back().node);
      const std::uint32_t number = number_[node.get()] - 1;
      const EssentialEdges::From essential = essential_.from(node);
      const std::uint32_t last = c.first_edge[node.get() + 1];
      std::uint32_t cursor = stack.back().cursor;
      bool entered = false;
      while (cursor < last) {
        const std::uint32_t raw = targets[cursor++];
        const NodeIndex target(raw & GraphColumns::kTargetMask);
        if (!essential(static_cast<EdgeType>(raw >> GraphColumns::kTargetBits), target) ||
            (!cuts_.empty() && is_cut(node, target))) {
          continue;
        }
        const std::uint32_t seen = number_[target.get()];
        if (seen == kNone) {
          stack.back().cursor = cursor;
          enter(target.get(), number);
          entered = true;
          break;
        }
        if (seen - 1 > number) {
          note_forward(seen - 1, number);
        } else if (seen != 1) {
          ++list_[seen - 1];
        }
      }
      if (!entered) {
        stack.pop_back();
      }
    }
  }

  /// Nodes that no retaining edge reaches at all count as children of the root. Those that only a ring of their own
  /// kind holds are left out: the root dominates each of them, and they dominate nothing.
  void visit_orphans() {
    if (reached_ == n_) {
      return;
    }
    BitColumn retained(n_);
    for (std::uint32_t i = 0; i < n_; ++i) {
      if (number_[i] == kNone) {
        each_essential(NodeIndex(i), [&](NodeIndex target) { retained.set(target.get()); });
      }
    }
    for (std::uint32_t i = 0; i < n_; ++i) {
      if (number_[i] == kNone && !retained.test(i)) {
        visit(NodeIndex(i), 0);
      }
    }
  }

  /// An edge down the tree that skips `target`'s parent: lowers the semidominator to the number of its source.
  void note_forward(std::uint32_t target, std::uint32_t source) {
    if (source == parent_[target]) {
      return;  // a second edge beside the tree's
    }
    if (forward_.size() == forward_limit_) {
      settle_forward();
      forward_limit_ = std::max(forward_limit_, forward_.size() * 2);
    }
    forward_.push_back({target, source});
  }

  /// By target, the lowest source of each: never more than one per node.
  void settle_forward() {
    std::sort(forward_.begin(), forward_.end(), [](const Forward& a, const Forward& b) {
      return a.target != b.target ? a.target < b.target : a.source < b.source;
    });
    forward_.erase(std::unique(forward_.begin(), forward_.end(),
                               [](const Forward& a, const Forward& b) { return a.target == b.target; }),
                   forward_.end());
  }

  /// For each node the numbers of its predecessors with a higher number. `list_[w]` becomes the end of w's list, then,
  /// filling downwards, its beginning.
  void fill_predecessors() {
    std::uint64_t total = 0;
    for (std::uint32_t w = 0; w < reached_; ++w) {
      total += list_[w];
      list_[w] = static_cast<std::uint32_t>(total);
    }
    list_[reached_] = static_cast<std::uint32_t>(total);
    predecessors_ = Column<std::uint32_t>(static_cast<std::size_t>(total));
    predecessors_.prefault();
    const GraphColumns& c = graph_.columns();
    const std::uint32_t* const targets = c.edge_target.data();
    for (std::uint32_t i = 0; i < n_; ++i) {
      const std::uint32_t seen = number_[i];
      if (seen == kNone) {
        continue;
      }
      if (i + 4 < n_) {
        for (std::uint32_t e = c.first_edge[i + 4], last = std::min(e + 8, c.first_edge[i + 5]); e < last; ++e) {
          __builtin_prefetch(&number_[targets[e] & GraphColumns::kTargetMask]);
        }
      }
      each_essential(NodeIndex(i), [&](NodeIndex target) {
        const std::uint32_t to = number_[target.get()];
        if (to != kNone && to < seen && to != 1) {
          predecessors_[--list_[to - 1]] = seen - 1;
        }
      });
    }
  }

  struct Link {
    std::uint32_t ancestor;
    std::uint32_t label;  // lowest semidominator on the compressed path above
  };

  /// Lowest semidominator between `v` and the lowest linked ancestor; everything above `linked` is linked.
  std::uint32_t evaluate(std::uint32_t v, std::uint32_t linked) {
    if (links_[v].ancestor < linked) {
      return links_[v].label;
    }
    compress_.clear();
    std::uint32_t u = v;
    do {
      compress_.push_back(u);
      u = links_[u].ancestor;
    } while (links_[u].ancestor >= linked);
    std::uint32_t label = links_[u].label;
    const std::uint32_t ancestor = links_[u].ancestor;
    for (std::size_t i = compress_.size(); i-- != 0;) {
      Link& link = links_[compress_[i]];
      label = std::min(label, link.label);
      link.label = label;
      link.ancestor = ancestor;
    }
    return label;
  }

  /// From here on `list_` holds semidominators: a list's place is not needed once its node is done.
  void sweep() {
    settle_forward();
    links_ = Column<Link>(reached_);
    links_.prefault();
    std::uint32_t last = list_[reached_];
    for (std::uint32_t w = reached_; w-- > 1;) {
      const std::uint32_t first = list_[w];
      std::uint32_t semi = parent_[w];
      if (!forward_.empty() && forward_.back().target == w) {
        semi = std::min(semi, forward_.back().source);
        forward_.pop_back();
      }
      for (std::uint32_t p = first; p < last && semi != 0; ++p) {
        semi = std::min(semi, evaluate(predecessors_[p], w + 1));
      }
      last = first;
      list_[w] = semi;
      links_[w] = {parent_[w], semi};
    }
  }

  DominatorTree walk() {
    // parent_ turns into the dominator, in numbers.
    for (std::uint32_t w = 1; w < reached_; ++w) {
      std::uint32_t d = parent_[w];
      while (d > list_[w]) {
        d = parent_[d];
      }
      parent_[w] = d;
    }
    list_.release();
    Column<std::uint32_t> vertex(reached_);  // by number: node
    vertex.prefault();
    for (std::uint32_t i = 0; i < n_; ++i) {
      if (number_[i] != kNone) {
        vertex[number_[i] - 1] = i;
      }
    }
    number_.release();
    DominatorTree tree{Column<std::uint32_t>(n_)};  // zero is the root: right for what was not reached
    tree.idom.prefault();
    for (std::uint32_t w = 1; w < reached_; ++w) {
      tree.idom[vertex[w]] = vertex[parent_[w]];
    }
    return tree;
  }

  struct Forward {
    std::uint32_t target;
    std::uint32_t source;
  };

  const SnapshotGraph& graph_;
  EssentialEdges essential_;
  std::span<const EdgeCut> cuts_;
  std::uint32_t n_;
  std::uint32_t reached_ = 0;
  Column<std::uint32_t> number_;  // by node: preorder number plus one
  Column<std::uint32_t> parent_;  // by number: tree parent's number
  Column<std::uint32_t> list_;    // by number: counts, then positions in predecessors_, then semidominators
  std::vector<Forward> forward_;
  std::size_t forward_limit_ = 65536;
  Column<std::uint32_t> predecessors_;
  Column<Link> links_;
  std::vector<std::uint32_t> compress_;
};

}  // namespace

DominatorTree compute_dominators(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const EdgeCut> cuts,
                                 SnapshotGraph* drop_edges_of) {
  return SemiNca(graph, page_owned, cuts).run(drop_edges_of);
}

DominatorChildren::DominatorChildren(const DominatorTree& tree)
    : first_(tree.idom.size() + 1), child_(tree.idom.size()) {
  const std::size_t n = tree.idom.size();
  for (std::size_t i = 1; i < n; ++i) {
    ++first_[tree.idom[i] + std::size_t{1}];
  }
  for (std::size_t i = 0; i < n; ++i) {
    first_[i + 1] += first_[i];
  }
  Column<std::uint32_t> next(n);
  for (std::size_t i = 1; i < n; ++i) {
    const std::uint32_t d = tree.idom[i];
    child_[first_[d] + next[d]++] = static_cast<std::uint32_t>(i);
  }
}

Column<std::uint64_t> retained_sizes(const SnapshotGraph& graph, const DominatorTree& tree) {
  // Leaves first: a node is done when all its children are. Counting children gives an order without the search's
  // numbers, and works for any tree.
  const std::uint32_t n = graph.node_count();
  Column<std::uint64_t> retained(n);
  Column<std::uint32_t> pending(n);
  retained.prefault();
  pending.prefault();
  for (std::uint32_t i = 1; i < n; ++i) {
    ++pending[tree.idom[i]];
  }
  for (std::uint32_t i = 0; i < n; ++i) {
    retained[i] = graph.self_size(NodeIndex(i));
  }
  std::uint32_t done = 0;
  for (std::uint32_t i = 1; i < n; ++i) {
    std::uint32_t at = i;
    while (at != 0 && pending[at] == 0) {
      pending[at] = UINT32_MAX;  // done
      ++done;
      const std::uint32_t above = tree.idom[at];
      retained[above] += retained[at];
      --pending[above];
      // A child with a higher position comes by itself; one that was passed already is done here.
      at = above < i ? above : 0;
    }
  }
  if (done + 1 != n) {
    throw Error(ErrorKind::internal, "the dominators are not a tree");
  }
  return retained;
}

}  // namespace heapdiff
