#include "suspects/new_objects.h"

#include "v8/collections.h"
#include "v8/node_predicates.h"
#include "v8/runtime_collections.h"

#include <algorithm>
#include <numeric>

namespace heapdiff::suspects {

namespace {

/// A group with at most this many subtrees may be one collection that the program replaces at each change.
constexpr std::size_t kMaxReplacedSubtrees = 4;

/// Whether `n` is the object in which an emitter keeps its listeners by event.
bool is_events_object(const series::SeriesView& view, NodeIndex n) {
  const SnapshotGraph& graph = view.last.graph;
  if (n == SnapshotGraph::root() || !view.tree.reaches(n)) {
    return false;
  }
  return v8::is_events_edge(graph, edge_at(graph, view.tree.parent_edge(n)));
}

/// Whether `n` is an embedder's object around a new JavaScript object, such as that of a listener or an observer.
bool is_wrapper(const series::SeriesView& view, NodeIndex n) {
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

constexpr std::size_t kMaxInnerStores = 16;  // of one collection that are searched for older objects

/// Whether a collection is younger than an object that only it holds. Then the program makes a new collection at each
/// change: `list = [...list, item]`.
bool is_replaced_collection(const series::SeriesView& view, NodeIndex n) {
  const SnapshotGraph& graph = view.last.graph;
  if (graph.type(n) != NodeType::object || !v8::is_collection_class(graph.name(n))) {
    return false;
  }
  const std::uint8_t own = view.cohorts.first_seen[n.get()];
  std::vector<NodeIndex> stores{n};
  for (std::size_t i = 0; i < stores.size(); ++i) {
    for (const auto edge : graph.edges(stores[i])) {
      if (edge.type == EdgeType::weak || view.last.dominators.of(edge.target) != stores[i]) {
        continue;
      }
      const bool inner = view.cohorts.first_seen[edge.target.get()] == own && stores.size() < kMaxInnerStores &&
                         graph.type(edge.target) == NodeType::object &&
                         v8::is_collection_class(graph.name(edge.target));
      if (graph.type(edge.target) == NodeType::array || inner) {
        stores.push_back(edge.target);  // as in `state = {...state, byId: {...state.byId, item}}`
      } else if (view.cohorts.first_seen[edge.target.get()] < own &&
                 (graph.type(edge.target) == NodeType::object || graph.type(edge.target) == NodeType::closure)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::vector<std::uint32_t> new_objects_of(const series::SeriesView& view, const Accumulation& group) {
  BitColumn is_root(view.last.graph.node_count());
  for (const std::uint32_t root : group.subtree_roots) {
    is_root.set(root);
  }
  std::vector<std::uint32_t> objects;
  objects.reserve(
      static_cast<std::size_t>(std::accumulate(group.cohort_objects.begin(), group.cohort_objects.end(), 0.0)));
  for (std::uint32_t i = 0; i < view.last.graph.node_count(); ++i) {
    if (view.cohorts.first_seen[i] != 0 && is_root.test(view.cohorts.subtree_root[i])) {
      objects.push_back(i);
    }
  }
  return objects;
}

std::vector<std::uint32_t> items_of(const series::SeriesView& view, const Accumulation& group) {
  const SnapshotGraph& graph = view.last.graph;
  std::vector<std::uint32_t> items;
  std::vector<std::uint32_t> open;
  for (auto root = group.subtree_roots.begin(); root != group.subtree_roots.end() || !open.empty();) {
    if (open.empty()) {
      open.push_back(*root++);
    }
    const std::uint32_t n = open.back();
    open.pop_back();
    const NodeType type = graph.type(NodeIndex(n));
    const bool listeners = type == NodeType::object && graph.name(NodeIndex(n)) == v8::kArrayClass &&
                           view.tree.parent(NodeIndex(n)) && is_events_object(view, view.tree.parent(NodeIndex(n)));
    const bool is_registry_cell = type == NodeType::hidden && graph.name(NodeIndex(n)) == v8::kWeakCellClass;
    if (type != NodeType::array && !is_registry_cell && !listeners && !is_wrapper(view, NodeIndex(n)) &&
        !(group.subtree_roots.size() <= kMaxReplacedSubtrees && is_replaced_collection(view, NodeIndex(n)))) {
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
  if (!std::is_sorted(items.begin(), items.end())) {  // roots mostly are
    std::sort(items.begin(), items.end());
  }
  items.erase(std::unique(items.begin(), items.end()), items.end());
  return items;
}

std::vector<std::uint32_t> items_with_links(const series::SeriesView& view, const Accumulation& group) {
  constexpr std::size_t kMaxChains = 64;  // chains hang below few roots
  constexpr int kMaxBetween = 6;          // objects from one link to the next
  std::vector<std::uint32_t> items = items_of(view, group);
  if (items.empty() || items.size() > kMaxChains) {
    return items;
  }
  const Heap& heap = view.last;
  BitColumn is_link(heap.graph.node_count());
  for (const std::uint32_t item : items) {
    if (!v8::is_string(heap.graph.type(NodeIndex(item)))) {
      is_link.set(item);
    }
  }
  for (const std::uint32_t n : heap.dominators.order.span()) {
    if (n == 0 || view.cohorts.first_seen[n] == 0 || is_link.test(n)) {
      continue;
    }
    NodeIndex at = heap.dominators.of(NodeIndex(n));
    for (int step = 0; step < kMaxBetween && at != SnapshotGraph::root(); ++step) {
      if (is_link.test(at.get()) && heap.classes.of(at).get() == heap.classes.of(NodeIndex(n)).get()) {
        is_link.set(n);
        items.push_back(n);
        break;
      }
      at = heap.dominators.of(at);
    }
  }
  std::sort(items.begin(), items.end());
  return items;
}

}  // namespace heapdiff::suspects
