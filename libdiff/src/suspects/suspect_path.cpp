#include "suspects/suspect_path.h"

#include "heapdiff/snapshot/visible_text.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

namespace heapdiff {

namespace {

SuspectStep step_of(const SeriesView& view, const SnapshotGraph::Edge& edge) {
  const SnapshotGraph& graph = view.last.graph;
  SuspectStep step;
  step.edge = SnapshotGraph::is_numbered(edge.type) ? graph.edge_label(edge) : visible_text(graph.edge_name(edge), 120);
  step.edge_type = edge.type;
  step.node = visible_text(view.last.classes.name(edge.target), 120);
  if (graph.type(edge.target) == NodeType::closure) {
    step.node = visible_text(graph.name(edge.target), 80);
    if (step.node.empty()) {
      step.node = "(anonymous)";
    }
  }
  step.node_type = std::string(graph.type_name(edge.target));
  step.node_id = graph.id(edge.target);
  return step;
}

std::optional<SnapshotGraph::Edge> heaviest_content(const SeriesView& view, NodeIndex n) {
  const SnapshotGraph& graph = view.last.graph;
  std::optional<SnapshotGraph::Edge> best;
  std::uint64_t bytes = 0;
  for (const auto edge : graph.edges(n)) {
    const std::string_view name = graph.edge_name(edge);
    const bool telling = (graph.type(n) == NodeType::closure && edge.type == EdgeType::internal && name == "context") ||
                         name == "_onTimeout" || name == "callback" || name == "listener";
    if (edge.type >= EdgeType::shortcut || (!telling && view.last.dominators.of(edge.target) != n)) {
      continue;
    }
    if (edge.type == EdgeType::internal &&
        (name == "map" || name == "shared" || name == "code" || name == "feedback_cell" || name == "scope_info")) {
      continue;
    }
    const std::uint64_t weight = telling ? UINT64_MAX : view.last.retained_size(edge.target);
    if (weight > bytes) {
      bytes = weight;
      best = edge;
    }
  }
  return best;
}

}  // namespace

NodeIndex representative(const SeriesView& view, const Accumulation& group) {
  std::vector<std::uint32_t> tops = group.tops;
  const auto larger = [&](std::uint32_t a, std::uint32_t b) {
    const std::uint64_t x = view.last.retained_size(NodeIndex(a));
    const std::uint64_t y = view.last.retained_size(NodeIndex(b));
    return x != y ? x > y : a < b;
  };
  std::sort(tops.begin(), tops.end(), larger);
  double all = 0;
  for (const std::uint32_t t : tops) {
    all += static_cast<double>(view.last.retained_size(NodeIndex(t)));
  }
  double sum = 0;
  for (const std::uint32_t t : tops) {
    sum += static_cast<double>(view.last.retained_size(NodeIndex(t)));
    if (sum >= all / 2) {
      return NodeIndex(t);
    }
  }
  return NodeIndex(tops.front());
}

NodeIndex holder_on_path(const SeriesView& view, const Accumulation& group, NodeIndex top) {
  NodeIndex at = top;
  while (at && at != SnapshotGraph::root() && view.tree.reaches(at)) {
    at = view.tree.parent(at);
    if (at && std::binary_search(group.holders.begin(), group.holders.end(), at.get())) {
      return at;
    }
  }
  return SnapshotGraph::root();
}

std::string holder_name(const SeriesView& view, NodeIndex holder, NodeIndex top) {
  const SnapshotGraph& graph = view.last.graph;
  const auto named = [&](NodeIndex n) -> std::string {
    const auto edge = edge_at(graph, view.tree.parent_edge(n));
    const std::string_view name = graph.edge_name(edge);
    if ((edge.type != EdgeType::property && edge.type != EdgeType::context) || name == "_idleNext" ||
        name == "_idlePrev" || !is_name_in_code(name)) {
      return {};
    }
    return visible_text(name, 120);
  };
  static constexpr std::string_view kCollections[] = {"Map", "Set", "Array", "WeakMap", "WeakSet"};
  const bool collection = std::find(std::begin(kCollections), std::end(kCollections), view.last.classes.name(holder)) !=
                          std::end(kCollections);
  if (!collection) {
    NodeIndex at = top;
    while (at != SnapshotGraph::root() && view.tree.reaches(at) && view.tree.parent(at) != holder) {
      at = view.tree.parent(at);
    }
    const std::string name = at == SnapshotGraph::root() ? std::string() : named(at);
    if (!name.empty() && fold_data(name) == name && view.last.classes.name(holder) != "Object") {
      return name;
    }
  }
  NodeIndex at = holder;
  for (int step = 0; step < 4 && at && at != SnapshotGraph::root() && view.tree.reaches(at); ++step) {
    const std::string name = named(at);
    if (!name.empty()) {
      return name;
    }
    at = view.tree.parent(at);
  }
  return {};
}

std::vector<NodeIndex> set_path(Suspect& suspect, const SeriesView& view, NodeIndex top) {
  std::vector<SnapshotGraph::Edge> edges;
  for (const PathStep& step : view.tree.path(view.last.graph, top)) {
    edges.push_back(step.edge);
  }
  NodeIndex at = top;
  for (int depth = 0; depth < 5; ++depth) {
    const auto next = heaviest_content(view, at);
    if (!next) {
      break;
    }
    edges.push_back(*next);
    at = next->target;
  }
  for (const auto& edge : edges) {
    SuspectStep step = step_of(view, edge);
    SuspectStep* before = suspect.path.empty() ? nullptr : &suspect.path.back();
    if (before != nullptr && before->edge == step.edge && before->edge_type == step.edge_type &&
        before->node == step.node) {
      step.repeats = before->repeats + 1;
      *before = std::move(step);
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

void set_constructor(Suspect& suspect, const SeriesView& view, const Accumulation& group, NodeIndex top,
                     const std::vector<std::uint32_t>& items) {
  // Items are what the holder's stores hold directly; the class of items that retains most is what grows.
  std::map<std::uint32_t, double> weight;
  for (const std::uint32_t t : items) {
    weight[view.last.classes.of(NodeIndex(t)).get()] += static_cast<double>(view.last.retained_size(NodeIndex(t)));
  }
  std::uint32_t best = view.last.classes.of(top).get();
  for (const auto& [constructor, bytes] : weight) {
    if (bytes > weight[best]) {
      best = constructor;
    }
  }
  // A reallocated store or a plain wrapper says little: name the heaviest program class inside it.
  const auto says_little = [&](std::uint32_t c) {
    const std::string_view name = view.last.classes.info(ClassIndex(c)).name;
    return name.empty() ||
           (name[0] == '(' && name != "(string)" && name != "(closure)" && name != "(concatenated string)") ||
           name.substr(0, 8) == "system /";
  };
  if (says_little(best)) {
    std::int64_t bytes = -1;
    for (const auto& [constructor, own] : group.class_bytes) {
      if (!says_little(constructor) && own > bytes) {
        bytes = own;
        best = constructor;
      }
    }
  }
  suspect.constructor = visible_text(view.last.classes.info(ClassIndex(best)).name, 120);
  const auto counts = group.class_counts.find(best);
  suspect.instances.assign(view.facts.size(), 0.0);
  if (counts != group.class_counts.end()) {
    suspect.instances = counts->second;
  }
  suspect.object_count_growth =
      static_cast<std::int64_t>(std::accumulate(suspect.instances.begin(), suspect.instances.end(), 0.0));
}

}  // namespace heapdiff
