#include "suspects/holder_finder.h"

#include "v8/collections.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/modules.h"
#include "v8/node_predicates.h"

#include <fmt/format.h>

#include <string_view>

namespace heapdiff::suspects {

namespace {

constexpr int kMaxStepsToEmitter = 3;  // its store, its object of events, an array of listeners
constexpr int kMaxStepsToScript = 6;   // through Blink's own objects, as between a window and its listeners
constexpr int kMaxSignatureSteps = 4;

}  // namespace

HolderFinder::HolderFinder(const Heap& heap, const series::Cohorts& cohorts, const RetainingTree& tree)
    : heap_(heap), graph_(heap.graph), cohorts_(cohorts), tree_(tree), result_of_(heap.graph.node_count()) {}

OldHolder HolderFinder::holder_of(NodeIndex root) {
  std::vector<NodeIndex> trail;
  NodeIndex at = root;
  while (result_of_[at.get()] == 0) {
    trail.push_back(at);
    const NodeIndex parent = tree_.reaches(at) ? tree_.parent(at) : SnapshotGraph::root();
    if (!parent || parent == SnapshotGraph::root() || !is_passed(parent, at)) {
      break;
    }
    at = parent;
  }
  while (!trail.empty()) {
    settle(trail.back());
    trail.pop_back();
  }
  OldHolder holder = results_[result_of_[root.get()] - 1];
  holder.is_overhead |= v8::is_engine_overhead(graph_, root);
  holder.node = emitter_above(script_object_above(holder.node));
  return holder;
}

NodeIndex HolderFinder::structure_of(NodeIndex root, NodeIndex holder) {
  const ClassIndex wanted = heap_.classes.of(root);
  if (!v8::is_program_instance(graph_, root)) {
    return NodeIndex::none();
  }
  NodeIndex at = graph_.type(holder) == NodeType::object && heap_.classes.of(holder) == wanted
                     ? holder
                     : tree_node_above(holder, wanted);
  std::vector<std::uint32_t> trail;
  while (at) {
    const auto known = structures_.find(at.get());
    if (known != structures_.end()) {
      at = known->second;
      break;
    }
    trail.push_back(at.get());
    const NodeIndex above = tree_node_above(at, wanted);
    if (!above) {
      break;
    }
    at = above;
  }
  for (const std::uint32_t n : trail) {
    structures_[n] = at;
  }
  return at;
}

NodeIndex HolderFinder::emitter_above(NodeIndex n) const {
  NodeIndex at = n;
  for (int step = 0; step < kMaxStepsToEmitter && at && at != SnapshotGraph::root() && tree_.reaches(at); ++step) {
    const NodeIndex parent = tree_.parent(at);
    if (!parent) {
      break;
    }
    const auto edge = edge_at(graph_, tree_.parent_edge(at));
    if (v8::is_events_edge(graph_, edge)) {
      return parent;
    }
    at = parent;
  }
  return n;
}

NodeIndex HolderFinder::script_object_above(NodeIndex n) const {
  NodeIndex at = n;
  for (int step = 0; step < kMaxStepsToScript && at && at != SnapshotGraph::root() && tree_.reaches(at); ++step) {
    if (!v8::is_embedder_internal(graph_, at)) {
      return graph_.type(at) == NodeType::synthetic ? n : at;
    }
    at = tree_.parent(at);
  }
  return n;
}

std::string HolderFinder::signature_of(NodeIndex holder, const std::string& label) const {
  std::string text = label;
  NodeIndex at = holder;
  for (int step = 0; step < kMaxSignatureSteps && at && at != SnapshotGraph::root(); ++step) {
    const NodeIndex parent = tree_.parent(at);
    if (!parent) {
      break;
    }
    const auto edge = edge_at(graph_, tree_.parent_edge(at));
    text += fmt::format(" < {} < {}", v8::stable_class(heap_.classes.name(at)), v8::folded_label(graph_, edge));
    at = parent;
  }
  return text;
}

std::string HolderFinder::label_below(const OldHolder& holder) const {
  NodeIndex at = holder.child;
  std::string event = holder.by_property
                          ? v8::folded_label(graph_, edge_at(graph_, tree_.parent_edge(holder.by_property)))
                          : std::string();
  while (tree_.reaches(at) && at != SnapshotGraph::root() && tree_.parent(at) && tree_.parent(at) != holder.node) {
    const auto edge = edge_at(graph_, tree_.parent_edge(at));
    if (edge.type == EdgeType::property) {
      event = v8::folded_label(graph_, edge);
    }
    at = tree_.parent(at);
  }
  if (!tree_.reaches(at) || at == SnapshotGraph::root()) {
    return "?";
  }
  const std::string label = v8::folded_label(graph_, edge_at(graph_, tree_.parent_edge(at)));
  if (label == v8::kEventsProperty && !event.empty()) {
    return fmt::format("{} {}", v8::kEventsProperty, event);
  }
  // A dictionary refers to its entries by their keys, and its store by numbers. Both get one label.
  return v8::is_backing_store(graph_, at) || label.find('*') != std::string::npos ? "[]" : label;
}

bool HolderFinder::is_passed(NodeIndex parent, NodeIndex below) const {
  return cohorts_.first_seen[parent.get()] != 0 || v8::is_backing_store(graph_, parent) || is_link(parent, below);
}

void HolderFinder::settle(NodeIndex n) {
  const NodeIndex parent = tree_.reaches(n) ? tree_.parent(n) : SnapshotGraph::root();
  OldHolder result;
  if (!parent || parent == SnapshotGraph::root()) {
    result.node = SnapshotGraph::root();
    result.child = n;
  } else if (!is_passed(parent, n)) {
    result.node = parent;
    result.child = n;
  } else {
    result = results_[result_of_[parent.get()] - 1];
    const auto edge = edge_at(graph_, tree_.parent_edge(n));
    if (!result.by_property && edge.type == EdgeType::property) {
      result.by_property = n;
    }
  }
  // Node loads each of its own modules once, when a program first asks for it: a warm-up.
  result.is_overhead |=
      parent && parent != SnapshotGraph::root() &&
      (v8::is_engine_overhead(graph_, parent) || is_builtin_module(parent) || is_feedback_cell(parent));
  results_.push_back(result);
  result_of_[n.get()] = static_cast<std::uint32_t>(results_.size());
}

NodeIndex HolderFinder::tree_node_above(NodeIndex n, ClassIndex wanted) const {
  constexpr int kMaxBetween = 4;
  for (int step = 0; step < kMaxBetween && n != SnapshotGraph::root() && tree_.reaches(n); ++step) {
    if (step > 0 && !v8::is_backing_store(graph_, n) && !v8::is_collection_class(graph_.name(n))) {
      break;
    }
    n = tree_.parent(n);
    if (!n || n == SnapshotGraph::root()) {
      break;
    }
    if (graph_.type(n) == NodeType::object && heap_.classes.of(n) == wanted) {
      return n;
    }
  }
  return NodeIndex::none();
}

bool HolderFinder::is_builtin_module(NodeIndex n) const {
  return graph_.type(n) == NodeType::object && graph_.name(n) == v8::kBuiltinModuleClass;
}

bool HolderFinder::is_feedback_cell(NodeIndex n) const {
  return graph_.type(n) == NodeType::hidden && tree_.reaches(n) &&
         graph_.edge_name(edge_at(graph_, tree_.parent_edge(n))) == v8::kFeedbackCellEdge;
}

bool HolderFinder::is_link(NodeIndex n, NodeIndex below) const {
  const NodeIndex parent = tree_.parent(n);
  if (!parent || parent == SnapshotGraph::root() || graph_.type(n) != graph_.type(below) ||
      graph_.name_index(n) != graph_.name_index(below)) {
    return false;
  }
  const auto upper = edge_at(graph_, tree_.parent_edge(n));
  const auto lower = edge_at(graph_, tree_.parent_edge(below));
  return upper.type == lower.type && !SnapshotGraph::is_numbered(upper.type) &&
         v8::folded_label(graph_, upper) == v8::folded_label(graph_, lower);
}

}  // namespace heapdiff::suspects
