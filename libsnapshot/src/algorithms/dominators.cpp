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
constexpr std::uint32_t kNotRetained = UINT32_MAX;   // in place of a number: the edge does not count
constexpr std::uint64_t kNumberedEdges = 1U << 19U;  // a number for each fits the caches, where that pays
constexpr std::uint32_t kAhead = 16;                 // how far ahead memory is asked for

class SemiNca {
 public:
  SemiNca(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const EdgeCut> cuts)
      : graph_(graph),
        essential_(page_owned),
        cuts_(cuts),
        n_(graph.node_count()),
        stack_(n_),
        places_(std::size_t{n_} + 1),
        parent_(n_),
        list_(std::size_t{n_} + 1) {
    places_.prefault();
    list_.prefault();
    for (std::size_t i = 0; i <= n_; ++i) {
      places_[i].first_edge = graph.columns().first_edge[i];
    }
  }

  DominatorTree run(SnapshotGraph* drop_edges_of) {
    if (drop_edges_of != nullptr) {
      mine_ = drop_edges_of->columns().edge_target.data();
      drop_edges_of->columns().first_edge.release();  // `places_` has it
    } else if (graph_.edge_count() <= kNumberedEdges) {
      numbers_ = Column<std::uint32_t>(static_cast<std::size_t>(graph_.edge_count()));
      mine_ = numbers_.data();
    }
    visit(SnapshotGraph::root(), 0);
    visit_orphans();
    stack_.release();
    fill_predecessors();
    numbers_.release();
    Column<std::uint32_t> spare;
    if (drop_edges_of != nullptr) {
      spare = std::move(drop_edges_of->columns().edge_target);
      drop_edges_of->drop_edges();
    }
    order_nodes(std::move(spare));
    sweep();
    return walk();
  }

 private:
  [[nodiscard]] bool is_cut(NodeIndex source, NodeIndex target) const {
    return std::any_of(cuts_.begin(), cuts_.end(),
                       [&](const EdgeCut& cut) { return cut.source == source && cut.target == target; });
  }

  [[nodiscard]] SnapshotGraph::EdgeRange edges(NodeIndex n) const {
    return {graph_.columns().edge_target.data(), places_[n.get()].first_edge, places_[n.get() + 1].first_edge};
  }

  template <class OnEdge>
  void each_essential(NodeIndex source, OnEdge on_edge) const {
    const EssentialEdges::From essential = essential_.from(source);
    const bool check_cuts = !cuts_.empty();
    for (const SnapshotGraph::Edge e : edges(source)) {
      if (essential(e.type, e.target) && !(check_cuts && is_cut(source, e.target))) {
        on_edge(e.target);
      }
    }
  }

  /// Depth-first from `start`, whose tree parent has the number `above`. Gives numbers and tree parents, notes forward
  /// edges, and counts, per node, the edges that come from a higher number. Every edge is looked at once; with `mine_`
  /// the number of its target is noted, so that nobody has to look that up again.
  void visit(NodeIndex start, std::uint32_t above) {
    const std::uint32_t* const targets = graph_.columns().edge_target.data();
    const auto enter = [&](std::uint32_t node, std::uint32_t parent) {
      places_[node].number = reached_ + 1;
      parent_[reached_] = parent;
      ++reached_;
      const std::uint32_t first = places_[node].first_edge;
      stack_[depth_++] = {node, first};
      for (std::uint32_t e = first, last = std::min(first + 16, places_[node + 1].first_edge); e < last; ++e) {
        __builtin_prefetch(places_.data() + (targets[e] & GraphColumns::kTargetMask));
      }
    };
    enter(start.get(), above);
    while (depth_ != 0) {
      Frame& frame = stack_[depth_ - 1];
      const NodeIndex node(frame.node);
      const std::uint32_t number = places_[node.get()].number - 1;
      const EssentialEdges::From essential = essential_.from(node);
      const std::uint32_t last = places_[node.get() + 1].first_edge;
      std::uint32_t cursor = frame.cursor;
      bool entered = false;
      while (cursor < last) {
        const std::uint32_t at = cursor++;
        const std::uint32_t raw = targets[at];
        const NodeIndex target(raw & GraphColumns::kTargetMask);
        if (!essential(static_cast<EdgeType>(raw >> GraphColumns::kTargetBits), target) ||
            (!cuts_.empty() && is_cut(node, target))) {
          note_number(at, kNotRetained);
          continue;
        }
        const std::uint32_t seen = places_[target.get()].number;
        if (seen == kNone) {
          note_number(at, reached_ + 1);
          frame.cursor = cursor;
          // The siblings' edges, for when the search comes back.
          for (std::uint32_t e = cursor, until = std::min(cursor + 3, last); e < until; ++e) {
            const Place& sibling = places_[targets[e] & GraphColumns::kTargetMask];
            if (sibling.number == kNone) {
              __builtin_prefetch(targets + sibling.first_edge);
            }
          }
          enter(target.get(), number);
          entered = true;
          break;
        }
        note_number(at, seen);
        if (seen - 1 > number) {
          note_forward(seen - 1, number);
        } else if (seen != 1) {
          ++list_[seen - 1];
        }
      }
      if (!entered) {
        --depth_;
      }
    }
  }

  void note_number(std::uint32_t edge, std::uint32_t number) {
    if (mine_ != nullptr) {
      mine_[edge] = number;
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
      if (places_[i].number == kNone) {
        each_essential(NodeIndex(i), [&](NodeIndex target) { retained.set(target.get()); });
      }
    }
    for (std::uint32_t i = 0; i < n_; ++i) {
      if (places_[i].number == kNone && !retained.test(i)) {
        visit(NodeIndex(i), 0);
      }
    }
  }

  /// An edge down the tree that skips `target`'s parent: lowers the semidominator to the number of its source. The
  /// search meets sources of one target in any order.
  void note_forward(std::uint32_t target, std::uint32_t source) {
    if (source == parent_[target]) {
      return;  // a second edge beside the tree's
    }
    if (!lowest_.empty()) {
      keep_lowest(target, source);
      return;
    }
    forward_.push_back({target, source});
    if (forward_.size() > n_ / 16 && forward_.size() > 65536) {
      // Not the one in a hundred of a program's heap: one place per node is smaller than a list, and needs no sorting.
      lowest_ = Column<std::uint32_t>(n_);
      for (const Forward& f : forward_) {
        keep_lowest(f.target, f.source);
      }
      forward_ = std::vector<Forward>();
    }
  }

  void keep_lowest(std::uint32_t target, std::uint32_t source) {
    std::uint32_t& lowest = lowest_[target];
    lowest = lowest == kNone ? source + 1 : std::min(lowest, source + 1);
  }

  /// The lowest source of a forward edge to `w`, or `semi` if there is none lower; asked in descending order of w.
  std::uint32_t lower_by_forward(std::uint32_t w, std::uint32_t semi) {
    if (!lowest_.empty()) {
      return lowest_[w] == kNone ? semi : std::min(semi, lowest_[w] - 1);
    }
    for (; !forward_.empty() && forward_.back().target == w; forward_.pop_back()) {
      semi = std::min(semi, forward_.back().source);
    }
    return semi;
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
    if (mine_ != nullptr) {
      fill_from_numbers();
    } else {
      fill_from_targets();
    }
  }

  void fill_from_numbers() {
    const std::uint32_t edges = places_[n_].first_edge;
    for (std::uint32_t i = 0; i < n_; ++i) {
      const std::uint32_t seen = places_[i].number;
      if (seen == kNone) {
        continue;  // its edges still hold targets
      }
      for (std::uint32_t e = places_[i].first_edge, last = places_[i + 1].first_edge; e < last; ++e) {
        if (e + 32 < edges) {
          __builtin_prefetch(list_.data() + std::min(mine_[e + 32], reached_), 1);
        }
        const std::uint32_t to = mine_[e];
        if (to < seen && to != 1) {
          predecessors_[--list_[to - 1]] = seen - 1;
        }
      }
    }
  }

  void fill_from_targets() {
    const GraphColumns& c = graph_.columns();
    const std::uint32_t* const targets = c.edge_target.data();
    for (std::uint32_t i = 0; i < n_; ++i) {
      const std::uint32_t seen = places_[i].number;
      if (seen == kNone) {
        continue;
      }
      if (i + 4 < n_) {
        for (std::uint32_t e = c.first_edge[i + 4], last = std::min(e + 8, c.first_edge[i + 5]); e < last; ++e) {
          __builtin_prefetch(places_.data() + (targets[e] & GraphColumns::kTargetMask));
        }
      }
      each_essential(NodeIndex(i), [&](NodeIndex target) {
        const std::uint32_t to = places_[target.get()].number;
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

  /// From here on everything goes by number; `order_` leads back to the nodes. What was not reached comes last.
  void order_nodes(Column<std::uint32_t> spare) {
    order_ = Column<std::uint32_t>::reuse(std::move(spare), n_);
    std::uint32_t orphan = reached_;
    for (std::uint32_t i = 0; i < n_; ++i) {
      if (i + kAhead < n_) {
        __builtin_prefetch(order_.data() + places_[i + kAhead].number, 1);
      }
      order_[places_[i].number == kNone ? orphan++ : places_[i].number - 1] = i;
    }
  }

  /// From here on `list_` holds semidominators: a list's place is not needed once its node is done.
  void sweep() {
    std::sort(forward_.begin(), forward_.end(), [](const Forward& a, const Forward& b) { return a.target < b.target; });
    links_ = Column<Link>::reuse(std::move(places_), reached_);
    std::uint32_t last = list_[reached_];
    for (std::uint32_t w = reached_; w-- > 1;) {
      const std::uint32_t first = list_[w];
      std::uint32_t semi = lower_by_forward(w, parent_[w]);
      for (std::uint32_t p = last; p-- > first && semi != 0;) {
        if (p >= kAhead) {
          __builtin_prefetch(links_.data() + predecessors_[p - kAhead], 1);
        }
        semi = std::min(semi, evaluate(predecessors_[p], w + 1));
      }
      last = first;
      list_[w] = semi;
      links_[w] = {parent_[w], semi};
    }
    predecessors_.release();
    lowest_.release();
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
    DominatorTree tree;
    tree.order = std::move(order_);
    tree.idom = Column<std::uint32_t>::reuse(std::move(links_), n_);
    for (std::uint32_t w = 0; w < n_; ++w) {
      if (w + kAhead < n_) {
        __builtin_prefetch(tree.idom.data() + tree.order[w + kAhead], 1);
      }
      tree.idom[tree.order[w]] = w < reached_ ? tree.order[parent_[w]] : 0;
    }
    return tree;
  }

  /// What the search asks of a node, side by side: one cache line.
  struct Place {
    std::uint32_t first_edge;
    std::uint32_t number;  // in preorder, plus one
  };
  struct Frame {
    std::uint32_t node;
    std::uint32_t cursor;
  };
  struct Forward {
    std::uint32_t target;
    std::uint32_t source;
  };

  const SnapshotGraph& graph_;
  EssentialEdges essential_;
  std::span<const EdgeCut> cuts_;
  std::uint32_t n_;
  std::uint32_t reached_ = 0;
  Column<std::uint32_t> numbers_;
  std::uint32_t* mine_ = nullptr;  // numbers of the edges' targets: in `numbers_`, in place of the targets, or nowhere
  Column<Frame> stack_;            // room for the longest path; only what a path needed has pages
  std::uint32_t depth_ = 0;
  Column<Place> places_;          // by node, and one for the end
  Column<std::uint32_t> parent_;  // by number: tree parent's number
  Column<std::uint32_t> list_;    // by number: counts, then positions in predecessors_, then semidominators
  std::vector<Forward> forward_;
  Column<std::uint32_t> lowest_;  // by number, in place of `forward_` where there are many: source's number plus one
  Column<std::uint32_t> predecessors_;
  Column<std::uint32_t> order_;  // by number: node
  Column<Link> links_;           // by number
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

WideColumn retained_sizes(const SnapshotGraph& graph, const DominatorTree& tree) {
  const std::uint32_t n = graph.node_count();
  WideColumn retained(n);
  retained.prefault(0, n);
  for (std::uint32_t i = 0; i < n; ++i) {
    retained.set(i, graph.self_size(NodeIndex(i)));
  }
  // Backwards, a node is done before its dominator.
  for (std::uint32_t k = n; k-- > 1;) {
    if (k >= kAhead) {
      const std::uint32_t ahead = tree.order[k - kAhead];
      retained.prefetch(ahead);
      __builtin_prefetch(tree.idom.data() + ahead);
    }
    const std::uint32_t node = tree.order[k];
    const std::uint32_t above = tree.idom[node];
    retained.set(above, retained[above] + retained[node]);
  }
  if (retained[0] != graph.total_self_size()) {
    throw Error(ErrorKind::internal, "the dominators are not a tree");
  }
  return retained;
}

}  // namespace heapdiff
