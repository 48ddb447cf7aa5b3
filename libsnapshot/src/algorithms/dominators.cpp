// Semi-NCA on preorder numbers.
//
// A depth-first search from the root numbers the nodes that it reaches. The semidominator of a node is the lowest
// number from which a path leads to it whose inner nodes all have higher numbers. Tree edges and forward edges lead
// from a lower to a higher number: each contributes the number of its source. A tree edge's source is the tree parent;
// forward edges are about one in a hundred and go into a list of their own. The other edges lead from a higher to a
// lower number. They are about two thirds of a mixed heap's edges, and only they need lists of predecessors. One sweep
// down the numbers finds all semidominators, with path compression over the part of the tree that it has seen. Then one
// walk up the numbers finds the immediate dominators: the nearest ancestor whose number is not above the semidominator.
// Source: Georgiadis, Tarjan, Werneck, "Finding Dominators in Practice", JGAA 10(1), 2006.

#include "heapdiff/snapshot/dominators.h"

#include "algorithms/dominators_in_place.h"
#include "graph/graph_access.h"
#include "heapdiff/snapshot/error.h"

#include <algorithm>
#include <vector>

namespace heapdiff {
namespace {

using graph::GraphAccess;

constexpr std::uint32_t kNotReached = 0;            // numbers are stored plus one, so that fresh memory means this
constexpr std::uint32_t kNotRetained = UINT32_MAX;  // in place of a number: the edge does not retain
/// Up to this many edges, one number per edge fits the caches, and storing them pays.
constexpr std::uint64_t kMaxNumberedEdges = 1U << 19U;
constexpr std::uint32_t kPrefetchDistance = 16;  // elements

class SemiNca {
 public:
  SemiNca(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const EdgeCut> cuts)
      : graph_(graph),
        essential_(page_owned),
        cuts_(cuts),
        n_(graph.node_count()),
        stack_(n_),
        nodes_(std::size_t{n_} + 1),
        parent_(n_),
        predecessor_begin_(std::size_t{n_} + 1) {
    nodes_.prefault();
    predecessor_begin_.prefault();
    for (std::size_t i = 0; i <= n_; ++i) {
      nodes_[i].first_edge = GraphAccess::columns(graph).first_edge[i];
    }
  }

  /// Leaves the graph as it is.
  DominatorTree run() {
    if (graph_.edge_count() <= kMaxNumberedEdges) {
      own_numbers_ = Column<std::uint32_t>(static_cast<std::size_t>(graph_.edge_count()));
      edge_number_ = own_numbers_.data();
    }
    search();
    own_numbers_.release();
    return dominators(Column<std::uint32_t>());
  }

  /// Uses up the edges of `graph`, which is the graph given at construction: the number of an edge's target takes the
  /// place of the target.
  DominatorTree run_in_place(SnapshotGraph& graph) {
    edge_number_ = GraphAccess::columns(graph).edge_target.data();
    GraphAccess::columns(graph).first_edge.release();  // `nodes_` has it
    search();
    Column<std::uint32_t> spare = std::move(GraphAccess::columns(graph).edge_target);
    GraphAccess::drop_edges(graph);
    return dominators(std::move(spare));
  }

 private:
  /// All that needs edges.
  void search() {
    visit(SnapshotGraph::root(), 0);
    visit_orphans();
    stack_.release();
    fill_predecessors();
  }

  /// All that comes after. The memory of `spare` is used where it is large enough.
  DominatorTree dominators(Column<std::uint32_t> spare) {
    order_nodes(std::move(spare));
    find_semidominators();
    return find_dominators();
  }

  [[nodiscard]] bool is_cut(NodeIndex source, NodeIndex target) const {
    return std::any_of(cuts_.begin(), cuts_.end(),
                       [&](const EdgeCut& cut) { return cut.source == source && cut.target == target; });
  }

  [[nodiscard]] SnapshotGraph::EdgeRange edges(NodeIndex n) const {
    return {GraphAccess::columns(graph_).edge_target.data(), nodes_[n.get()].first_edge,
            nodes_[n.get() + 1].first_edge};
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

  /// Depth-first search from `start`, whose tree parent has the number `above`. Gives numbers and tree parents, notes
  /// forward edges, and counts, per node, the edges that come from a higher number. Every edge is read once. Where
  /// `edge_number_` is not null, the number of the edge's target is stored there, so that later passes need not look it
  /// up.
  void visit(NodeIndex start, std::uint32_t above) {
    const std::uint32_t* const targets = GraphAccess::columns(graph_).edge_target.data();
    const auto enter = [&](std::uint32_t node, std::uint32_t parent) {
      nodes_[node].number = reached_ + 1;
      parent_[reached_] = parent;
      ++reached_;
      const std::uint32_t first = nodes_[node].first_edge;
      stack_[depth_++] = {node, first};
      for (std::uint32_t e = first, last = std::min(first + 16, nodes_[node + 1].first_edge); e < last; ++e) {
        __builtin_prefetch(nodes_.data() + (targets[e] & GraphColumns::kTargetMask));
      }
    };
    enter(start.get(), above);
    while (depth_ != 0) {
      Frame& frame = stack_[depth_ - 1];
      const NodeIndex node(frame.node);
      const std::uint32_t number = nodes_[node.get()].number - 1;
      const EssentialEdges::From essential = essential_.from(node);
      const std::uint32_t last = nodes_[node.get() + 1].first_edge;
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
        const std::uint32_t seen = nodes_[target.get()].number;
        if (seen == kNotReached) {
          note_number(at, reached_ + 1);
          frame.cursor = cursor;
          // The search comes back to the siblings: prefetch their edges.
          for (std::uint32_t e = cursor, until = std::min(cursor + 3, last); e < until; ++e) {
            const SearchNode& sibling = nodes_[targets[e] & GraphColumns::kTargetMask];
            if (sibling.number == kNotReached) {
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
          ++predecessor_begin_[seen - 1];
        }
      }
      if (!entered) {
        --depth_;
      }
    }
  }

  void note_number(std::uint32_t edge, std::uint32_t number) {
    if (edge_number_ != nullptr) {
      edge_number_[edge] = number;
    }
  }

  /// Nodes that no retaining edge reaches count as children of the root. Nodes that only an unreachable cycle holds get
  /// no number: the root dominates each of them, and they dominate nothing.
  void visit_orphans() {
    if (reached_ == n_) {
      return;
    }
    BitColumn retained(n_);
    for (std::uint32_t i = 0; i < n_; ++i) {
      if (nodes_[i].number == kNotReached) {
        each_essential(NodeIndex(i), [&](NodeIndex target) { retained.set(target.get()); });
      }
    }
    for (std::uint32_t i = 0; i < n_; ++i) {
      if (nodes_[i].number == kNotReached && !retained.test(i)) {
        visit(NodeIndex(i), 0);
      }
    }
  }

  /// Notes an edge from an ancestor that is not the tree parent: the number of its source is an upper bound of the
  /// semidominator. The search meets the sources of one target in any order.
  void note_forward(std::uint32_t target, std::uint32_t source) {
    if (source == parent_[target]) {
      return;  // parallel to the tree edge
    }
    if (!lowest_source_.empty()) {
      keep_lowest(target, source);
      return;
    }
    forward_.push_back({target, source});
    if (forward_.size() > n_ / 16 && forward_.size() > 65536) {
      // Far more than the one in a hundred of a program's heap: one number per node takes less than the list, and needs
      // no sorting.
      lowest_source_ = Column<std::uint32_t>(n_);
      for (const ForwardEdge& f : forward_) {
        keep_lowest(f.target, f.source);
      }
      forward_ = std::vector<ForwardEdge>();
    }
  }

  void keep_lowest(std::uint32_t target, std::uint32_t source) {
    std::uint32_t& lowest = lowest_source_[target];
    lowest = lowest == kNotReached ? source + 1 : std::min(lowest, source + 1);
  }

  /// The lowest source of a forward edge to `w`, or `semi` if there is none lower; asked in descending order of w.
  std::uint32_t lower_by_forward(std::uint32_t w, std::uint32_t semi) {
    if (!lowest_source_.empty()) {
      return lowest_source_[w] == kNotReached ? semi : std::min(semi, lowest_source_[w] - 1);
    }
    for (; !forward_.empty() && forward_.back().target == w; forward_.pop_back()) {
      semi = std::min(semi, forward_.back().source);
    }
    return semi;
  }

  /// Collects, for each node, the predecessors with a higher number. `predecessor_begin_[w]` first becomes the end of
  /// w's list; the list is filled downwards, so that it ends up as the beginning.
  void fill_predecessors() {
    std::uint64_t total = 0;
    for (std::uint32_t w = 0; w < reached_; ++w) {
      total += predecessor_begin_[w];
      predecessor_begin_[w] = static_cast<std::uint32_t>(total);
    }
    predecessor_begin_[reached_] = static_cast<std::uint32_t>(total);
    predecessors_ = Column<std::uint32_t>(static_cast<std::size_t>(total));
    predecessors_.prefault();
    if (edge_number_ != nullptr) {
      fill_from_numbers();
    } else {
      fill_from_targets();
    }
  }

  void fill_from_numbers() {
    const std::uint32_t edges = nodes_[n_].first_edge;
    for (std::uint32_t i = 0; i < n_; ++i) {
      const std::uint32_t seen = nodes_[i].number;
      if (seen == kNotReached) {
        continue;  // not searched: its edges still hold targets
      }
      for (std::uint32_t e = nodes_[i].first_edge, last = nodes_[i + 1].first_edge; e < last; ++e) {
        if (e + 32 < edges) {
          __builtin_prefetch(predecessor_begin_.data() + std::min(edge_number_[e + 32], reached_), 1);
        }
        const std::uint32_t to = edge_number_[e];
        if (to < seen && to != 1) {
          predecessors_[--predecessor_begin_[to - 1]] = seen - 1;
        }
      }
    }
  }

  void fill_from_targets() {
    const GraphColumns& c = GraphAccess::columns(graph_);
    const std::uint32_t* const targets = c.edge_target.data();
    for (std::uint32_t i = 0; i < n_; ++i) {
      const std::uint32_t seen = nodes_[i].number;
      if (seen == kNotReached) {
        continue;
      }
      if (i + 4 < n_) {
        for (std::uint32_t e = c.first_edge[i + 4], last = std::min(e + 8, c.first_edge[i + 5]); e < last; ++e) {
          __builtin_prefetch(nodes_.data() + (targets[e] & GraphColumns::kTargetMask));
        }
      }
      each_essential(NodeIndex(i), [&](NodeIndex target) {
        const std::uint32_t to = nodes_[target.get()].number;
        if (to != kNotReached && to < seen && to != 1) {
          predecessors_[--predecessor_begin_[to - 1]] = seen - 1;
        }
      });
    }
  }

  struct Link {
    std::uint32_t ancestor;
    std::uint32_t label;  // lowest semidominator on the compressed path
  };

  /// The lowest semidominator on the path from `v` up to its highest linked ancestor. Nodes from number `linked` on are
  /// linked.
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

  /// Fills `order_`, which leads from numbers back to nodes: the later passes use numbers only. Nodes that were not
  /// reached come last.
  void order_nodes(Column<std::uint32_t> spare) {
    order_ = Column<std::uint32_t>::reuse(std::move(spare), n_);
    std::uint32_t orphan = reached_;
    for (std::uint32_t i = 0; i < n_; ++i) {
      if (i + kPrefetchDistance < n_) {
        __builtin_prefetch(order_.data() + nodes_[i + kPrefetchDistance].number, 1);
      }
      order_[nodes_[i].number == kNotReached ? orphan++ : nodes_[i].number - 1] = i;
    }
  }

  /// Fills `semi_`, which takes over the memory of `predecessor_begin_`: `semi_[w]` still says where w's list begins
  /// until w is done.
  void find_semidominators() {
    semi_ = std::move(predecessor_begin_);
    std::sort(forward_.begin(), forward_.end(),
              [](const ForwardEdge& a, const ForwardEdge& b) { return a.target < b.target; });
    links_ = Column<Link>::reuse(std::move(nodes_), reached_);
    std::uint32_t last = semi_[reached_];
    for (std::uint32_t w = reached_; w-- > 1;) {
      const std::uint32_t first = semi_[w];
      std::uint32_t semi = lower_by_forward(w, parent_[w]);
      for (std::uint32_t p = last; p-- > first && semi != 0;) {
        if (p >= kPrefetchDistance) {
          __builtin_prefetch(links_.data() + predecessors_[p - kPrefetchDistance], 1);
        }
        semi = std::min(semi, evaluate(predecessors_[p], w + 1));
      }
      last = first;
      semi_[w] = semi;
      links_[w] = {parent_[w], semi};
    }
    predecessors_.release();
    lowest_source_.release();
  }

  DominatorTree find_dominators() {
    // `parent_` becomes the dominator, in numbers.
    for (std::uint32_t w = 1; w < reached_; ++w) {
      std::uint32_t d = parent_[w];
      while (d > semi_[w]) {
        d = parent_[d];
      }
      parent_[w] = d;
    }
    semi_.release();
    DominatorTree tree;
    tree.order = std::move(order_);
    tree.idom = Column<std::uint32_t>::reuse(std::move(links_), n_);
    for (std::uint32_t w = 0; w < n_; ++w) {
      if (w + kPrefetchDistance < n_) {
        __builtin_prefetch(tree.idom.data() + tree.order[w + kPrefetchDistance], 1);
      }
      tree.idom[tree.order[w]] = w < reached_ ? tree.order[parent_[w]] : 0;
    }
    return tree;
  }

  /// What the search reads of a node, in one place, so that it takes one cache line.
  struct SearchNode {
    std::uint32_t first_edge;
    std::uint32_t number;  // in preorder, plus one
  };
  struct Frame {
    std::uint32_t node;
    std::uint32_t cursor;
  };
  struct ForwardEdge {
    std::uint32_t target;
    std::uint32_t source;
  };

  const SnapshotGraph& graph_;
  EssentialEdges essential_;
  std::span<const EdgeCut> cuts_;
  std::uint32_t n_;
  std::uint32_t reached_ = 0;
  Column<std::uint32_t> own_numbers_;
  /// By edge: number of its target plus one. In `own_numbers_`, in the graph's column of targets, or null: not stored.
  std::uint32_t* edge_number_ = nullptr;
  Column<Frame> stack_;  // room for a path through all nodes; pages exist only as deep as the search went
  std::uint32_t depth_ = 0;
  Column<SearchNode> nodes_;                 // by node, and one for the end
  Column<std::uint32_t> parent_;             // by number: the tree parent's number, then the dominator's
  Column<std::uint32_t> predecessor_begin_;  // by number: how many, then where they begin in `predecessors_`
  Column<std::uint32_t> predecessors_;
  std::vector<ForwardEdge> forward_;
  Column<std::uint32_t> lowest_source_;  // by number, where forward edges are many: lowest source plus one
  Column<std::uint32_t> order_;          // by number: node
  Column<Link> links_;                   // by number
  Column<std::uint32_t> semi_;           // by number: semidominator's number
  std::vector<std::uint32_t> compress_;
};

}  // namespace

DominatorTree compute_dominators(const SnapshotGraph& graph, const BitColumn& page_owned,
                                 std::span<const EdgeCut> cuts) {
  return SemiNca(graph, page_owned, cuts).run();
}

DominatorTree algorithms::compute_dominators_in_place(SnapshotGraph& graph, const BitColumn& page_owned) {
  return SemiNca(graph, page_owned, {}).run_in_place(graph);
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
  // Backwards: each node is complete before its dominator.
  for (std::uint32_t k = n; k-- > 1;) {
    if (k >= kPrefetchDistance) {
      const std::uint32_t ahead = tree.order[k - kPrefetchDistance];
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
