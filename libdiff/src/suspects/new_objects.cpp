#include "suspects/new_objects.h"

#include "v8/node_predicates.h"

#include <algorithm>
#include <unordered_set>

namespace heapdiff {

namespace {

/// A place that holds one collection, made anew: with what else came there, of shapes and the like.
constexpr std::size_t kFewTops = 4;

bool is_events_object(const SeriesView& view, NodeIndex n) {
  const SnapshotGraph& graph = view.last.graph;
  if (n == SnapshotGraph::root() || !view.tree.reaches(n)) {
    return false;
  }
  const auto edge = edge_at(graph, view.tree.parent_edge(n));
  return edge.type == EdgeType::property && graph.edge_name(edge) == "_events";
}

/// An embedder's object around a new one of the heap: what a listener or observer is kept in.
bool is_wrapper(const SeriesView& view, NodeIndex n) {
  const SnapshotGraph& graph = view.last.graph;
  if (graph.type(n) != NodeType::native || graph.id(n) % 2 != 0) {
    return false;
  }
  for (const auto edge : graph.edges(n)) {
    if (edge.target != n && edge.type != EdgeType::weak && view.last.dominators.of(edge.target) == n &&
        view.cohorts.first_seen[edge.target.get()] != 0 &&
        view.last.retained_size(edge.target) * 2 > view.last.retained_size(n)) {
      return true;
    }
  }
  return false;
}

constexpr std::size_t kMostInner = 16;  ///< collections and stores looked into for what is older

/// A collection younger than what it alone holds: the program makes it anew at each change, `list = [...list, item]`.
bool is_made_anew(const SeriesView& view, NodeIndex n) {
  const SnapshotGraph& graph = view.last.graph;
  if (graph.type(n) != NodeType::object || !is_collection(graph.name(n))) {
    return false;
  }
  const std::uint8_t own = view.cohorts.first_seen[n.get()];
  std::vector<NodeIndex> stores{n};
  for (std::size_t i = 0; i < stores.size(); ++i) {
    for (const auto edge : graph.edges(stores[i])) {
      if (edge.type == EdgeType::weak || view.last.dominators.of(edge.target) != stores[i]) {
        continue;
      }
      const bool inner = view.cohorts.first_seen[edge.target.get()] == own && stores.size() < kMostInner &&
                         graph.type(edge.target) == NodeType::object && is_collection(graph.name(edge.target));
      if (graph.type(edge.target) == NodeType::array || inner) {
        stores.push_back(edge.target);  // also `state = {...state, byId: {...state.byId, item}}`
      } else if (view.cohorts.first_seen[edge.target.get()] < own &&
                 (graph.type(edge.target) == NodeType::object || graph.type(edge.target) == NodeType::closure)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::vector<std::uint32_t> new_objects_of(const SeriesView& view, const Accumulation& group) {
  const std::unordered_set<std::uint32_t> tops(group.tops.begin(), group.tops.end());
  std::vector<std::uint32_t> objects;
  for (std::uint32_t i = 0; i < view.last.graph.node_count(); ++i) {
    if (view.cohorts.first_seen[i] != 0 && tops.count(view.cohorts.top[i]) != 0) {
      objects.push_back(i);
    }
  }
  return objects;
}

std::vector<std::uint32_t> items_of(const SeriesView& view, const Accumulation& group) {
  const SnapshotGraph& graph = view.last.graph;
  std::vector<std::uint32_t> items;
  std::vector<std::uint32_t> open = group.tops;
  while (!open.empty()) {
    const std::uint32_t n = open.back();
    open.pop_back();
    const NodeType type = graph.type(NodeIndex(n));
    const bool listeners = type == NodeType::object && graph.name(NodeIndex(n)) == "Array" &&
                           view.tree.parent(NodeIndex(n)) && is_events_object(view, view.tree.parent(NodeIndex(n)));
    if (type != NodeType::array && !listeners && !is_wrapper(view, NodeIndex(n)) &&
        !(group.tops.size() <= kFewTops && is_made_anew(view, NodeIndex(n)))) {
      items.push_back(n);
      continue;
    }
    for (const auto edge : graph.edges(NodeIndex(n))) {
      if (view.last.dominators.of(edge.target) == NodeIndex(n) && edge.target != NodeIndex(n) &&
          edge.type != EdgeType::weak && view.cohorts.first_seen[edge.target.get()] != 0) {
        open.push_back(edge.target.get());
      }
    }
  }
  std::sort(items.begin(), items.end());
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

}  // namespace heapdiff
