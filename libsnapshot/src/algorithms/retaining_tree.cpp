// Breadth-first search by Boost.Graph, in three passes that share one colour map.

#include "heapdiff/snapshot/retaining_tree.h"

#include "algorithms/boost_graph.h"
#include "graph/devtools_rules.h"
#include "graph/graph_access.h"
#include "heapdiff/snapshot/dominators.h"

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/graph/two_bit_color_map.hpp>
#include <boost/pending/queue.hpp>
#include <boost/property_map/property_map.hpp>

#include <algorithm>
#include <array>
#include <string_view>

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

struct Retains {
  const SnapshotGraph* graph = nullptr;
  const BitColumn* page_owned = nullptr;
  const MachineryNames* machinery = nullptr;  // null: follow every edge that retains

  bool operator()(const algorithms::EdgeDescriptor& e) const {
    const SnapshotGraph::Edge edge = edge_at(*graph, EdgeIndex(e.edge));
    const NodeIndex from(e.source);
    if (!EssentialEdges(*page_owned).from(from)(edge.type, edge.target)) {
      return false;
    }
    if (machinery == nullptr) {
      return true;
    }
    if (is_machinery(graph->type(from)) || is_machinery(graph->type(edge.target))) {
      return false;
    }
    return SnapshotGraph::is_numbered(edge.type) || !machinery->contains(graph->edge_name_raw(edge));
  }
};

struct Recorder : boost::default_bfs_visitor {
  Column<std::uint32_t>* parent = nullptr;
  Column<std::uint32_t>* edge = nullptr;
  Column<std::uint32_t>* order = nullptr;
  std::size_t* reached = nullptr;

  template <class Graph>
  void tree_edge(const algorithms::EdgeDescriptor& e, const Graph& g) const {
    const std::uint32_t to = target(e, g);
    (*parent)[to] = e.source + 1;
    (*edge)[to] = e.edge;
    (*order)[(*reached)++] = to;
  }
};

}  // namespace

SnapshotGraph::Edge edge_at(const SnapshotGraph& graph, EdgeIndex e) noexcept {
  const std::uint32_t raw = graph::GraphAccess::columns(graph).edge_target[e.get()];
  return {e, static_cast<EdgeType>(raw >> GraphColumns::kTargetBits), NodeIndex(raw & GraphColumns::kTargetMask)};
}

RetainingTree::RetainingTree(const SnapshotGraph& graph, const BitColumn& page_owned, std::span<const NodeIndex> avoid)
    : parent_(graph.node_count()), edge_(graph.node_count()), order_(graph.node_count()) {
  using Identity = boost::typed_identity_property_map<std::uint32_t>;
  const algorithms::BoostGraph view(graph);
  const MachineryNames machinery(graph);
  boost::two_bit_color_map<Identity> colour(graph.node_count(), Identity());
  boost::queue<std::uint32_t> queue;
  Recorder recorder;
  recorder.parent = &parent_;
  recorder.edge = &edge_;
  recorder.order = &order_;
  recorder.reached = &reached_;

  // The root first, then the program's roots, so that their paths are preferred to the system's.
  order_[reached_++] = 0;
  put(colour, 0U, boost::two_bit_black);
  for (const NodeIndex n : avoid) {
    put(colour, n.get(), boost::two_bit_black);
  }
  std::vector<std::uint32_t> roots;
  for (const SnapshotGraph::Edge e : graph.edges(SnapshotGraph::root())) {
    const std::uint32_t to = e.target.get();
    if (e.type != EdgeType::weak && graph::is_user_root(graph, e.target) && get(colour, to) == boost::two_bit_white &&
        parent_[to] == 0) {
      parent_[to] = 1;
      edge_[to] = static_cast<std::uint32_t>(e.index.get());
      order_[reached_++] = to;
      roots.push_back(to);
    }
  }
  const auto search = [&](std::span<const std::uint32_t> sources, const MachineryNames* skip) {
    const boost::filtered_graph<algorithms::BoostGraph, Retains> filtered(view, Retains{&graph, &page_owned, skip});
    boost::breadth_first_visit(filtered, sources.begin(), sources.end(), queue, recorder, colour);
  };
  search(roots, &machinery);
  search(order_.span().first(1), &machinery);
  search(order_.span().first(reached_), nullptr);  // what this finds is appended to them
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
