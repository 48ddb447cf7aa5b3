// Paths that differ from the shortest one. Every other edge that enters a node of the shortest path is a candidate. It
// makes a path of its own when its source can be reached without that node and those after it. For most sources the
// tree of shortest paths answers that. Where the tree reaches the source through those nodes, a second tree that avoids
// them answers it. A source that the entered node dominates closes a cycle: no path to it avoids that node.

#include "heapdiff/snapshot/retaining_paths.h"

#include "heapdiff/snapshot/dominators.h"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxSearches = 4;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a ^ (b + 0x9E3779B97F4A7C15U + (a << 6U) + (a >> 2U));
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

bool is_tree_edge(const RetainingTree& tree, const PathStep& step) {
  return tree.parent(step.edge.target) == step.source && tree.parent_edge(step.edge.target) == step.edge.index;
}

/// Whether the step leaves a store whose owner has the same reference.
bool is_second_half(const SnapshotGraph& graph, const RetainingTree& tree, const PathStep& step) {
  if (graph.type(step.source) != NodeType::array || step.edge.type != EdgeType::internal) {
    return false;
  }
  const NodeIndex owner = tree.parent(step.source);
  if (!owner || !is_own_store(graph, owner, step.source)) {
    return false;
  }
  const auto edges = graph.edges(owner);
  return std::any_of(edges.begin(), edges.end(), [&](const SnapshotGraph::Edge& e) {
    return e.target == step.edge.target && (e.type == EdgeType::property || e.type == EdgeType::element);
  });
}

/// An edge that enters the shortest path. Stands for all such edges of its shape.
struct Candidate {
  std::uint32_t position = 0;  ///< in the path, of the node that it enters; the root has 0
  PathStep step;
  bool around = false;     ///< the tree reaches its source through that node or those after it
  std::uint32_t rank = 0;  ///< of the source in the order of the tree: shorter paths first
  std::uint64_t alike = 0;
};

class PathFinder {
 public:
  PathFinder(const SnapshotGraph& graph, const BitColumn& page_owned, const RetainingTree& tree,
             const DominatorOrder& order, const PathShapes& shapes)
      : graph_(graph),
        page_owned_(page_owned),
        tree_(tree),
        order_(order),
        shapes_(shapes),
        on_path_(graph.node_count()),
        last_shared_(graph.node_count()) {}

  RetainingPaths find(NodeIndex n, std::size_t limit) {
    found_.shortest = tree_.path(graph_, n);
    nodes_.push_back(SnapshotGraph::root());
    for (const PathStep& step : found_.shortest) {
      nodes_.push_back(step.edge.target);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      on_path_[nodes_[i].get()] = static_cast<std::uint32_t>(i) + 1;
      last_shared_[nodes_[i].get()] = static_cast<std::uint32_t>(i) + 1;
    }
    collect();
    for (const Candidate& candidate : candidates_) {
      found_.direct += candidate.position + std::size_t{1} == nodes_.size() ? 1U : 0U;
      if (found_.others.size() == limit) {
        ++found_.left_out;
      } else if (candidate.around) {
        add_around(candidate);
      } else {
        add(candidate, tree_, last_shared_position(candidate.step.source));
      }
    }
    return std::move(found_);
  }

 private:
  /// Position of the last node of the shortest path that the tree's path to `n` passes.
  std::uint32_t last_shared_position(NodeIndex n) {
    walked_.clear();
    std::uint32_t at = n.get();
    while (last_shared_[at] == 0) {
      walked_.push_back(at);
      at = tree_.parent(NodeIndex(at)).get();
    }
    for (const std::uint32_t w : walked_) {
      last_shared_[w] = last_shared_[at];
    }
    return last_shared_[at] - 1;
  }

  void collect() {
    Column<std::uint32_t> rank(graph_.node_count());
    for (std::size_t i = 0; i < tree_.order().size(); ++i) {
      rank[tree_.order()[i]] = static_cast<std::uint32_t>(i);
    }
    const EssentialEdges essential(page_owned_);
    std::map<std::tuple<std::uint32_t, std::uint64_t, bool>, std::size_t> group_of;
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      const NodeIndex source(i);
      if (!tree_.reaches(source)) {
        continue;
      }
      const auto retains = essential.from(source);
      for (const SnapshotGraph::Edge e : graph_.edges(source)) {
        if (on_path_[e.target.get()] == 0 || e.target == SnapshotGraph::root() || !retains(e.type, e.target)) {
          continue;
        }
        const PathStep step{e, source};
        if (is_tree_edge(tree_, step) || is_second_half(graph_, tree_, step)) {
          continue;
        }
        if (order_.dominates(e.target, source)) {
          ++found_.cycles_folded;
          continue;
        }
        const std::uint32_t position = on_path_[e.target.get()] - 1;
        const bool around = last_shared_position(source) >= position;
        const auto [group, fresh] =
            group_of.try_emplace({position, shapes_.of_step(graph_, step), around}, candidates_.size());
        if (fresh) {
          candidates_.push_back({position, step, around, rank[i], 0});
        }
        Candidate& candidate = candidates_[group->second];
        ++candidate.alike;
        if (rank[i] < candidate.rank) {
          candidate.step = step;
          candidate.rank = rank[i];
        }
      }
    }
    std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
      return std::tuple(b.position, a.around, a.rank, a.step.edge.index) <
             std::tuple(a.position, b.around, b.rank, b.step.edge.index);
    });
  }

  void add(const Candidate& candidate, const RetainingTree& tree, std::size_t shared_head) {
    OtherPath other;
    other.steps = tree.path(graph_, candidate.step.source);
    other.steps.push_back(candidate.step);
    other.shared_head = shared_head;
    const auto rest = found_.shortest.begin() + static_cast<std::ptrdiff_t>(candidate.position);
    other.shared_tail = static_cast<std::size_t>(found_.shortest.end() - rest);
    other.steps.insert(other.steps.end(), rest, found_.shortest.end());
    other.alike = candidate.alike;
    found_.others.push_back(std::move(other));
  }

  void add_around(const Candidate& candidate) {
    if (!around_ || around_position_ != candidate.position) {
      if (searches_ == kMaxSearches) {
        ++found_.not_searched;
        return;
      }
      ++searches_;
      around_position_ = candidate.position;
      const std::span<const NodeIndex> rest = std::span(nodes_).subspan(candidate.position);
      around_ = std::make_unique<RetainingTree>(graph_, page_owned_, rest);
    }
    if (!around_->reaches(candidate.step.source)) {
      found_.direct -= candidate.position + std::size_t{1} == nodes_.size() ? 1U : 0U;
      found_.cycles_folded += candidate.alike;
      return;
    }
    std::size_t shared = 0;
    const std::vector<PathStep> path = around_->path(graph_, candidate.step.source);
    while (shared < path.size() && shared < found_.shortest.size() &&
           path[shared].edge.index == found_.shortest[shared].edge.index) {
      ++shared;
    }
    add(candidate, *around_, shared);
  }

  const SnapshotGraph& graph_;
  const BitColumn& page_owned_;
  const RetainingTree& tree_;
  const DominatorOrder& order_;
  const PathShapes& shapes_;
  Column<std::uint32_t> on_path_;      // by node: position plus one
  Column<std::uint32_t> last_shared_;  // by node: position plus one; 0 is not known yet
  std::vector<std::uint32_t> walked_;
  std::vector<NodeIndex> nodes_;  // of the path, root first
  std::vector<Candidate> candidates_;
  std::unique_ptr<RetainingTree> around_;
  std::uint32_t around_position_ = 0;
  std::size_t searches_ = 0;
  RetainingPaths found_;
};

}  // namespace

PathShapes::PathShapes(const SnapshotGraph& graph, const ClassTable& classes, const RetainingTree& tree,
                       const Fold& fold)
    : name_(static_cast<std::size_t>(graph.strings().size())), shape_(graph.node_count()) {
  for (std::uint32_t s = 0; s < graph.strings().size(); ++s) {
    if (graph.strings().has_text(StringIndex(s))) {
      const std::string text = fold(graph.strings()[StringIndex(s)]);
      name_[s] = XXH3_64bits(text.data(), text.size());
    }
  }
  Column<std::uint64_t> last(graph.node_count());  // the last step alone
  for (const std::uint32_t i : tree.order()) {
    const NodeIndex n(i);
    if (n == SnapshotGraph::root()) {
      shape_[i] = 1;
      continue;
    }
    const std::uint32_t above = tree.parent(n).get();
    last[i] = mix(of_edge(graph, edge_at(graph, tree.parent_edge(n))), classes.of(n).get());
    const std::uint64_t shape = last[i] == last[above] ? shape_[above] : mix(shape_[above], last[i]);
    shape_[i] = shape == 0 ? 1 : shape;
  }
}

std::uint64_t PathShapes::of_edge(const SnapshotGraph& graph, const SnapshotGraph::Edge& e) const noexcept {
  const std::uint64_t name = SnapshotGraph::is_numbered(e.type) ? 0 : name_[graph.edge_name_raw(e)];
  return mix(name, static_cast<std::uint64_t>(e.type));
}

std::uint64_t PathShapes::of_step(const SnapshotGraph& graph, const PathStep& step) const noexcept {
  return mix(of(step.source), of_edge(graph, step.edge));
}

bool is_own_store(const SnapshotGraph& graph, NodeIndex owner, NodeIndex store) {
  return graph.find_target(owner, EdgeType::internal, "elements") == store ||
         graph.find_target(owner, EdgeType::internal, "properties") == store;
}

std::vector<Holder> holders_of(const SnapshotGraph& graph, const BitColumn& page_owned, const RetainingTree& tree,
                               const DominatorOrder& order, NodeIndex n) {
  const EssentialEdges essential(page_owned);
  std::vector<Holder> holders;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex source(i);
    for (const SnapshotGraph::Edge e : graph.edges(source)) {
      if (e.target != n) {
        continue;
      }
      const PathStep step{e, source};
      const Hold hold = e.type == EdgeType::weak                    ? Hold::weak
                        : source == n                               ? Hold::cycle
                        : !essential.from(source)(e.type, e.target) ? Hold::no_hold
                        : !tree.reaches(source)                     ? Hold::unreached
                        : is_tree_edge(tree, step)                  ? Hold::path
                        : is_second_half(graph, tree, step)         ? Hold::store
                        : order.dominates(n, source)                ? Hold::cycle
                                                                    : Hold::holds;
      holders.push_back({step, hold});
    }
  }
  return holders;
}

RetainingPaths find_paths(const SnapshotGraph& graph, const BitColumn& page_owned, const RetainingTree& tree,
                          const DominatorOrder& order, const PathShapes& shapes, NodeIndex n, std::size_t limit) {
  if (!tree.reaches(n) || n == SnapshotGraph::root()) {
    return {};
  }
  return PathFinder(graph, page_owned, tree, order, shapes).find(n, limit);
}

}  // namespace heapdiff
