#include "suspects/suspect_path.h"

#include "heapdiff/snapshot/visible_text.h"
#include "v8/collections.h"
#include "v8/dom.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/strings.h"
#include "v8/timers.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace heapdiff::suspects {

namespace {

constexpr int kMaxStepsToName = 4;   // from the holder up to the property or variable that names it
constexpr int kMaxContentSteps = 5;  // shown below the root of the new subtree

SuspectStep step_of(const series::SeriesView& view, const SnapshotGraph::Edge& edge) {
  const SnapshotGraph& graph = view.last.graph;
  SuspectStep step;
  step.edge = SnapshotGraph::is_numbered(edge.type) ? graph.edge_label(edge) : visible_text(graph.edge_name(edge), 120);
  step.edge_type = edge.type;
  step.node = visible_text(view.last.classes.name(edge.target), 120);
  if (graph.type(edge.target) == NodeType::closure) {
    const std::string name = visible_text(graph.name(edge.target), 80);
    step.node = name.empty() ? "(anonymous)" : name;
  }
  step.node_type = graph.type(edge.target);
  step.node_type_name = std::string(graph.type_name(edge.target));
  step.node_id = graph.id(edge.target);
  return step;
}

/// The edge to what a reader wants to see below `n`: the scope of a closure, the function of a timer or listener, else
/// the object that retains most of all that `n` dominates, of a new store the new object that does. None when `n`
/// dominates nothing of the program.
std::optional<SnapshotGraph::Edge> heaviest_content(const series::SeriesView& view, NodeIndex n) {
  const SnapshotGraph& graph = view.last.graph;
  std::optional<SnapshotGraph::Edge> best;
  std::uint64_t bytes = 0;
  const bool is_store = v8::is_backing_store(graph, n) && view.cohorts.first_seen[n.get()] != 0;
  for (const auto edge : graph.edges(n)) {
    const std::string_view name = graph.edge_name(edge);
    const bool is_callback =
        (graph.type(n) == NodeType::closure && edge.type == EdgeType::internal && name == v8::kContextEdge) ||
        name == v8::kTimeoutCallback || name == v8::kCallbackProperty || name == v8::kListenerProperty;
    if (edge.type >= EdgeType::shortcut || (!is_callback && view.last.dominators.of(edge.target) != n)) {
      continue;
    }
    if (edge.type == EdgeType::internal && v8::is_code_edge(name)) {
      continue;
    }
    std::uint64_t weight = is_callback ? UINT64_MAX : view.last.retained_size(edge.target);
    constexpr std::uint64_t kNewFirst = std::uint64_t{1} << 62U;
    if (is_store && !is_callback && weight > 0 && view.cohorts.first_seen[edge.target.get()] != 0) {
      weight |= kNewFirst;  // a table that was made again has old elements as well
    }
    if (weight > bytes) {
      bytes = weight;
      best = edge;
    }
  }
  return best;
}

/// The class of DOM node that a reader recognises where most of the new memory is a part of the page that was removed,
/// and `heaviest` is a function around it or one of Blink's own objects. Of the classes, that with the count nearest to
/// the number of items: a removed row, not its cells. None elsewhere.
ClassIndex detached_class(const series::SeriesView& view, const Accumulation& group, ClassIndex heaviest,
                          std::size_t items) {
  const std::string_view name = view.last.classes.info(heaviest).name;
  if (v8::is_dom_node_class(name) ||
      (name != v8::kFunctionClass && name.find("blink::") == std::string_view::npos && !v8::is_listener_class(name))) {
    return ClassIndex::none();
  }
  std::int64_t all = 0;
  std::int64_t detached = 0;
  ClassIndex best = ClassIndex::none();
  double nearest = 0;
  for (const auto& [constructor, bytes] : group.class_bytes) {
    all += bytes;
    if (!v8::is_detached_dom_node_class(view.last.classes.info(ClassIndex(constructor)).name)) {
      continue;
    }
    detached += bytes;
    const std::vector<double>& counts = group.class_counts.at(constructor);
    const double distance = std::abs(std::accumulate(counts.begin(), counts.end(), 0.0) - static_cast<double>(items));
    if (!best || distance < nearest) {
      best = ClassIndex(constructor);
      nearest = distance;
    }
  }
  return 10 * detached > all ? best : ClassIndex::none();
}

/// Whether `n` is an element of what holds it, or what holds it is the store of a collection: then the name of the
/// collection stands for `n` too. A key of a WeakMap, a Proxy, a page's window or a function's scope is another object,
/// and its name is not that of `n`.
bool lies_in_collection(const series::SeriesView& view, NodeIndex n) {
  const SnapshotGraph& graph = view.last.graph;
  const NodeIndex parent = view.tree.parent(n);
  if (!parent) {
    return false;
  }
  const auto edge = edge_at(graph, view.tree.parent_edge(n));
  const bool through_key = edge.type == EdgeType::weak || edge.type == EdgeType::ephemeron_table ||
                           graph.edge_name(edge).find(v8::kEphemeronEdgePart) != std::string_view::npos;
  const std::string_view holder = view.last.classes.name(parent);
  return !through_key && (v8::is_backing_store(graph, parent) || v8::is_collection_class(holder) ||
                          v8::is_plain_object_class(holder) || holder == v8::kTimersListClass);
}

}  // namespace

NodeIndex representative(const series::SeriesView& view, const Accumulation& group) {
  // The weighted median of the subtrees, largest first, by halving the range that it lies in.
  using Sized = std::pair<std::uint64_t, std::uint32_t>;  // retained size, root
  constexpr std::ptrdiff_t kMinHalved = 32;
  const auto larger = [](const Sized& a, const Sized& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  };
  std::vector<Sized> roots;
  roots.reserve(group.subtree_roots.size());
  double all = 0;
  for (const std::uint32_t root : group.subtree_roots) {
    roots.emplace_back(view.last.retained_size(NodeIndex(root)), root);
    all += static_cast<double>(roots.back().first);
  }
  const auto sum_of = [](auto first, auto last) {
    return std::accumulate(first, last, 0.0,
                           [](double sum, const Sized& root) { return sum + static_cast<double>(root.first); });
  };
  auto first = roots.begin();
  auto last = roots.end();
  double before = 0;  // what the roots before `first` retain
  while (last - first > kMinHalved) {
    const auto middle = first + (last - first) / 2;
    std::nth_element(first, middle, last, larger);
    const double half = sum_of(first, middle);
    if (before + half >= all / 2) {
      last = middle;
    } else {
      before += half;
      first = middle;
    }
  }
  std::sort(first, last, larger);
  for (auto root = first; root != last; ++root) {
    before += static_cast<double>(root->first);
    if (before >= all / 2) {
      return NodeIndex(root->second);
    }
  }
  return NodeIndex(std::min_element(roots.begin(), roots.end(), larger)->second);
}

NodeIndex holder_on_path(const series::SeriesView& view, const Accumulation& group, NodeIndex root) {
  NodeIndex at = root;
  while (at && at != SnapshotGraph::root() && view.tree.reaches(at)) {
    at = view.tree.parent(at);
    if (at && std::binary_search(group.holders.begin(), group.holders.end(), at.get())) {
      return at;
    }
  }
  return SnapshotGraph::root();
}

std::string holder_name(const series::SeriesView& view, NodeIndex holder, NodeIndex root) {
  const SnapshotGraph& graph = view.last.graph;
  const auto named = [&](NodeIndex n) -> std::string {
    const auto edge = edge_at(graph, view.tree.parent_edge(n));
    const std::string_view name = graph.edge_name(edge);
    if ((edge.type != EdgeType::property && edge.type != EdgeType::context) || v8::is_timer_ring_edge(name) ||
        !v8::is_name_in_code(name)) {
      return {};
    }
    return visible_text(name, 120);
  };
  if (!v8::is_keyed_collection_class(view.last.classes.name(holder))) {
    NodeIndex at = root;
    while (at != SnapshotGraph::root() && view.tree.reaches(at) && view.tree.parent(at) != holder) {
      at = view.tree.parent(at);
    }
    std::string name = at == SnapshotGraph::root() ? std::string() : named(at);
    // The variables of a scope have names that a programmer wrote; a property with a digit may be data.
    const bool is_scope = v8::is_context_class(graph.name(holder));
    if (!name.empty() && (is_scope || fold_data(name) == name) && view.last.classes.name(holder) != v8::kObjectClass) {
      return name;
    }
  }
  NodeIndex at = holder;
  for (int step = 0; step < kMaxStepsToName && at && at != SnapshotGraph::root() && view.tree.reaches(at); ++step) {
    std::string name = named(at);
    if (!name.empty()) {
      return name;
    }
    if (!lies_in_collection(view, at)) {
      break;
    }
    at = view.tree.parent(at);
  }
  return {};
}

std::vector<NodeIndex> set_path(Suspect& suspect, const series::SeriesView& view, NodeIndex root) {
  std::vector<SnapshotGraph::Edge> edges;
  for (const PathStep& step : view.tree.path(view.last.graph, root)) {
    edges.push_back(step.edge);
  }
  NodeIndex at = root;
  for (int depth = 0; depth < kMaxContentSteps; ++depth) {
    const auto next = heaviest_content(view, at);
    if (!next) {
      break;
    }
    edges.push_back(*next);
    at = next->target;
  }
  for (const auto& edge : edges) {
    SuspectStep step = step_of(view, edge);
    SuspectStep* previous = suspect.path.empty() ? nullptr : &suspect.path.back();
    if (previous != nullptr && previous->edge == step.edge && previous->edge_type == step.edge_type &&
        previous->node == step.node) {
      step.repeats = previous->repeats + 1;
      *previous = std::move(step);
    } else {
      suspect.path.push_back(std::move(step));
    }
  }
  std::vector<NodeIndex> nodes{SnapshotGraph::root()};
  for (const auto& edge : edges) {
    nodes.push_back(edge.target);
  }
  return nodes;
}

void set_constructor(Suspect& suspect, const series::SeriesView& view, const Accumulation& group, NodeIndex root,
                     const std::vector<std::uint32_t>& items) {
  std::map<std::uint32_t, double> weight;
  for (const std::uint32_t item : items) {
    weight[view.last.classes.of(NodeIndex(item)).get()] +=
        static_cast<double>(view.last.retained_size(NodeIndex(item)));
  }
  // A text that only slices refer to is what the slices cost.
  std::set<std::uint32_t> moved;
  for (const std::uint32_t item : items) {
    const SnapshotGraph& graph = view.last.graph;
    const NodeIndex text = graph.type(NodeIndex(item)) == NodeType::sliced_string
                               ? graph.find_target(NodeIndex(item), EdgeType::internal, v8::kSliceParentEdge)
                               : NodeIndex::none();
    if (text && std::binary_search(items.begin(), items.end(), text.get()) && moved.insert(text.get()).second) {
      const double bytes = static_cast<double>(view.last.retained_size(text));
      weight[view.last.classes.of(text).get()] -= bytes;
      weight[view.last.classes.of(NodeIndex(item)).get()] += bytes;
    }
  }
  std::uint32_t best = view.last.classes.of(root).get();
  for (const auto& [constructor, bytes] : weight) {
    if (bytes > weight[best]) {
      best = constructor;
    }
  }
  // The class of a reallocated store tells a reader nothing. The heaviest class inside it does.
  const auto is_uninformative = [&](std::uint32_t c) {
    const std::string_view name = view.last.classes.info(ClassIndex(c)).name;
    return name.empty() ||
           (name.starts_with('(') && name != v8::kStringClass && name != v8::kClosureClass &&
            name != v8::kConcatenatedStringClass && name != v8::kSlicedStringClass) ||
           v8::is_system_class(name);
  };
  if (is_uninformative(best)) {
    std::int64_t bytes = -1;
    for (const auto& [constructor, own] : group.class_bytes) {
      if (!is_uninformative(constructor) && own > bytes) {
        bytes = own;
        best = constructor;
      }
    }
  }
  if (const ClassIndex element = detached_class(view, group, ClassIndex(best), items.size())) {
    best = element.get();
  }
  suspect.constructor = visible_text(view.last.classes.info(ClassIndex(best)).name, 120);
}

std::string event_target_of(const Suspect& suspect, std::size_t holder_at) {
  constexpr std::size_t kMaxStepsToTarget = 4;  // its Map, the table, the first link of the list
  const bool is_list =
      holder_at < suspect.path.size() &&
      (suspect.path[holder_at].node_type == NodeType::array || v8::is_collection_class(suspect.path[holder_at].node) ||
       v8::is_plain_object_class(suspect.path[holder_at].node) || v8::is_listener_class(suspect.path[holder_at].node));
  if (!is_list) {
    return {};
  }
  for (std::size_t i = holder_at, steps = 0; i > 0 && i < suspect.path.size() && steps < kMaxStepsToTarget;
       --i, ++steps) {
    if (v8::is_event_target_edge(suspect.path[i].edge)) {
      return suspect.path[i - 1].node;
    }
  }
  return {};
}

}  // namespace heapdiff::suspects
