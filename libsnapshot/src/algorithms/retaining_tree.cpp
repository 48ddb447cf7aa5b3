// Breadth-first search in three passes. The loop is our own, because Boost.Graph with a filtered graph took longer: the
// order of the nodes is the queue, and their parents say which were found.

#include "heapdiff/snapshot/retaining_tree.h"

#include "graph/devtools_rules.h"
#include "graph/graph_access.h"
#include "heapdiff/snapshot/dominators.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace heapdiff {
namespace {

/// Names of internal edges that lead to V8's machinery.
constexpr std::array<std::string_view, 24> kMachinery = {"map",
                                                         "code",
                                                         "feedback_cell",
                                                         "shared",
                                                         "scope_info",
                                                         "script",
                                                         "script_or_debug_info",
                                                         "function_data",
                                                         "trusted_function_data",
                                                         "feedback_metadata",
                                                         "descriptors",
                                                         "prototype_info",
                                                         "transition_info",
                                                         "raw_outer_scope_info_or_feedback_metadata",
                                                         "name_or_scope_info",
                                                         "dependent_code",
                                                         "native_context",
                                                         "constructor",
                                                         "back_pointer",
                                                         "boilerplate",
                                                         "initial_map",
                                                         "prototype",
                                                         "prototype_or_initial_map",
                                                         "transition"};

/// Of the leaves of a search, one in so many may be left out: what only weak references hold is not found at all.
constexpr std::size_t kMostLeftOut = 50;

bool is_machinery(NodeType type) { return type == NodeType::code || type == NodeType::object_shape; }

/// The strings of this snapshot that are names of such edges, or `__proto__`.
class MachineryNames {
 public:
  explicit MachineryNames(const SnapshotGraph& graph) : marked_(static_cast<std::size_t>(graph.strings().size())) {
    for (std::uint32_t s = 0; s < graph.strings().size(); ++s) {
      const std::string_view text = graph.strings()[StringIndex(s)];
      if (!text.empty() && text.size() < 48 &&
          (text == "__proto__" || std::find(kMachinery.begin(), kMachinery.end(), text) != kMachinery.end())) {
        marked_.set(s);
      }
    }
  }
  [[nodiscard]] bool contains(std::uint32_t string) const noexcept { return marked_.test(string); }

 private:
  BitColumn marked_;
};

}  // namespace

SnapshotGraph::Edge edge_at(const SnapshotGraph& graph, EdgeIndex e) noexcept {
  const std::uint32_t raw = graph::GraphAccess::columns(graph).edge_target[e.get()];
  return {e, static_cast<EdgeType>(raw >> GraphColumns::kTargetBits), NodeIndex(raw & GraphColumns::kTargetMask)};
}

RetainingTree::RetainingTree(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const NodeIndex> avoid)
    : parent_(graph.node_count()), edge_(graph.node_count()), order_(graph.node_count()) {
  search(graph, page_owned, avoid, nullptr);
}

RetainingTree::RetainingTree(const SnapshotGraph& graph, const BitColumn& page_owned, const Leaves& leaves)
    : parent_(graph.node_count()), edge_(graph.node_count()), order_(graph.node_count()) {
  search(graph, page_owned, {}, &leaves);
}

void RetainingTree::search(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const NodeIndex> avoid,
                           const Leaves* leaves) {
  const MachineryNames machinery(graph);
  const EssentialEdges essential(page_owned);
  BitColumn avoided(graph.node_count());
  for (const NodeIndex n : avoid) {
    avoided.set(n.get());
  }
  const BitColumn* stop_at = leaves == nullptr ? nullptr : &leaves->nodes;  // null: paths pass every node
  std::size_t leaves_reached = 0;
  const auto reach = [&](std::uint32_t to, std::uint32_t from, EdgeIndex edge) {
    parent_[to] = from + 1;
    edge_[to] = static_cast<std::uint32_t>(edge.get());
    order_[reached_++] = to;
    leaves_reached += leaves != nullptr && leaves->wanted.test(to) ? 1U : 0U;
  };
  // Follows the edges of one node; `skip`: none of V8's machinery.
  const auto visit = [&](std::uint32_t n, bool skip) {
    const NodeIndex from(n);
    if (skip && is_machinery(graph.type(from))) {
      return;
    }
    const bool to_leaves_only = stop_at != nullptr && stop_at->test(n);
    const auto retains = essential.from(from);
    for (const SnapshotGraph::Edge edge : graph.edges(from)) {
      const std::uint32_t to = edge.target.get();
      if (parent_[to] != 0 || to == 0 || !retains(edge.type, edge.target) || avoided.test(to) ||
          (to_leaves_only && !stop_at->test(to))) {
        continue;
      }
      if (skip && (is_machinery(graph.type(edge.target)) ||
                   (!SnapshotGraph::is_numbered(edge.type) && machinery.contains(graph.edge_name_raw(edge))))) {
        continue;
      }
      reach(to, n, edge.index);
    }
  };
  // What the next nodes of the queue need: where their edges are, then the edges, then whether those lead to new nodes.
  const GraphColumns& columns = graph::GraphAccess::columns(graph);
  const auto prefetch = [&](std::size_t next) {
    constexpr std::size_t kAhead = 6;         // nodes
    constexpr std::uint32_t kMostEdges = 12;  // of one node
    if (next + 3 * kAhead >= reached_) {
      return;
    }
    __builtin_prefetch(columns.first_edge.data() + order_[next + 3 * kAhead]);
    __builtin_prefetch(columns.edge_target.data() + columns.first_edge[order_[next + 2 * kAhead]]);
    const std::uint32_t soon = order_[next + kAhead];
    const std::uint32_t begin = columns.first_edge[soon];
    for (std::uint32_t e = begin, end = std::min(columns.first_edge[soon + 1], begin + kMostEdges); e < end; ++e) {
      __builtin_prefetch(parent_.data() + (columns.edge_target[e] & GraphColumns::kTargetMask), 1);
    }
  };
  // `order_` is the queue: what a search finds is appended, and followed in that order.
  const auto follow = [&](std::size_t first, bool skip) {
    for (std::size_t next = first; next < reached_; ++next) {
      prefetch(next);
      visit(order_[next], skip);
    }
  };
  const auto has_enough = [&] {
    return leaves != nullptr && leaves_reached + leaves->count / kMostLeftOut >= leaves->count;
  };

  // The root first, then the program's roots, so that their paths are preferred to the system's.
  order_[reached_++] = 0;
  for (const SnapshotGraph::Edge e : graph.edges(SnapshotGraph::root())) {
    const std::uint32_t to = e.target.get();
    if (e.type != EdgeType::weak && graph::is_user_root(graph, e.target) && !avoided.test(to) && to != 0 &&
        parent_[to] == 0) {
      reach(to, 0, e.index);
    }
  }
  follow(1, true);
  // Where the program holds leaves only by way of what other leaves keep, the paths lead through these.
  if (leaves != nullptr && !has_enough()) {
    const BitColumn* nodes = std::exchange(stop_at, nullptr);
    follow(1, true);
    stop_at = nodes;
  }
  const std::size_t found = reached_;
  visit(0, true);
  follow(found, true);
  if (has_enough()) {
    return;
  }
  stop_at = nullptr;
  follow(0, false);
}

std::vector<PathStep> RetainingTree::path(const SnapshotGraph& graph, NodeIndex n) const {
  std::vector<PathStep> steps;
  while (n != SnapshotGraph::root() && reaches(n)) {
    steps.push_back({edge_at(graph, parent_edge(n)), parent(n)});
    n = parent(n);
  }
  std::reverse(steps.begin(), steps.end());
  return steps;
}

}  // namespace heapdiff
