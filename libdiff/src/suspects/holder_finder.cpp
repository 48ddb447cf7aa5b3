#include "suspects/holder_finder.h"

#include "v8/node_predicates.h"

#include <fmt/format.h>

#include <string_view>

namespace heapdiff {

HolderFinder::HolderFinder(const Heap& heap, const Cohorts& cohorts, const RetainingTree& tree)
    : heap_(heap), graph_(heap.graph), cohorts_(cohorts), tree_(tree), state_of_(heap.graph.node_count(), 0) {}

OldHolder HolderFinder::holder_of(NodeIndex top) {
  std::vector<NodeIndex> trail;
  NodeIndex at = top;
  while (state_of_[at.get()] == 0) {
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
  OldHolder holder = states_[state_of_[top.get()] - 1];
  holder.artefact |= is_artefact(graph_, top);
  holder.node = emitter_above(holder.node);
  return holder;
}

NodeIndex HolderFinder::structure_of(NodeIndex top, NodeIndex holder) {
  const ClassIndex wanted = heap_.classes.of(top);
  if (!is_program_instance(graph_, top)) {
    return NodeIndex::none();
  }
  NodeIndex at = graph_.type(holder) == NodeType::object && heap_.classes.of(holder) == wanted
                     ? holder
                     : member_above(holder, wanted);
  std::vector<std::uint32_t> trail;
  while (at) {
    const auto known = structures_.find(at.get());
    if (known != structures_.end()) {
      at = known->second;
      break;
    }
    trail.push_back(at.get());
    const NodeIndex above = member_above(at, wanted);
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
  for (int step = 0; step < 3 && at && at != SnapshotGraph::root() && tree_.reaches(at); ++step) {
    const NodeIndex parent = tree_.parent(at);
    if (!parent) {
      break;
    }
    const auto edge = edge_at(graph_, tree_.parent_edge(at));
    if (edge.type == EdgeType::property && graph_.edge_name(edge) == "_events") {
      return parent;
    }
    at = parent;
  }
  return n;
}

std::string HolderFinder::signature_of(NodeIndex holder, const std::string& label) const {
  std::string text = label;
  NodeIndex at = holder;
  for (int step = 0; step < 4 && at && at != SnapshotGraph::root(); ++step) {
    const NodeIndex parent = tree_.parent(at);
    if (!parent) {
      break;
    }
    const auto edge = edge_at(graph_, tree_.parent_edge(at));
    text += fmt::format(" < {} < {}", stable_class(heap_.classes.name(at)), folded_label(graph_, edge));
    at = parent;
  }
  return text;
}

std::string HolderFinder::label_below(const OldHolder& holder) const {
  NodeIndex at = holder.last;
  std::string event =
      holder.event ? folded_label(graph_, edge_at(graph_, tree_.parent_edge(holder.event))) : std::string();
  while (tree_.reaches(at) && at != SnapshotGraph::root() && tree_.parent(at) && tree_.parent(at) != holder.node) {
    const auto edge = edge_at(graph_, tree_.parent_edge(at));
    if (edge.type == EdgeType::property) {
      event = folded_label(graph_, edge);
    }
    at = tree_.parent(at);
  }
  if (!tree_.reaches(at) || at == SnapshotGraph::root()) {
    return "?";
  }
  const std::string label = folded_label(graph_, edge_at(graph_, tree_.parent_edge(at)));
  if (label == "_events" && !event.empty()) {
    return fmt::format("_events {}", event);
  }
  // Entries hang by their keys and by the store that the keys lie in: both are "what it holds".
  return is_backing_store(graph_, at) || label.find('*') != std::string::npos ? "[]" : label;
}

bool HolderFinder::is_passed(NodeIndex parent, NodeIndex below) const {
  return cohorts_.first_seen[parent.get()] != 0 || is_backing_store(graph_, parent) || is_link(parent, below);
}

void HolderFinder::settle(NodeIndex n) {
  const NodeIndex parent = tree_.reaches(n) ? tree_.parent(n) : SnapshotGraph::root();
  OldHolder state;
  if (!parent || parent == SnapshotGraph::root()) {
    state.node = SnapshotGraph::root();
    state.last = n;
  } else if (!is_passed(parent, n)) {
    state.node = parent;
    state.last = n;
  } else {
    state = states_[state_of_[parent.get()] - 1];
    const auto edge = edge_at(graph_, tree_.parent_edge(n));
    if (!state.event && edge.type == EdgeType::property) {
      state.event = n;
    }
  }
  // Node loads its own modules when they are first asked for, once each: a warm-up.
  state.artefact |= parent && parent != SnapshotGraph::root() &&
                    (is_artefact(graph_, parent) || is_core_module(parent) || is_feedback_cell(parent));
  states_.push_back(state);
  state_of_[n.get()] = static_cast<std::uint32_t>(states_.size());
}

NodeIndex HolderFinder::member_above(NodeIndex n, ClassIndex wanted) const {
  constexpr int kMostBetween = 4;
  for (int step = 0; step < kMostBetween && n != SnapshotGraph::root() && tree_.reaches(n); ++step) {
    if (step > 0 && !is_backing_store(graph_, n) && !is_collection(graph_.name(n))) {
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

bool HolderFinder::is_core_module(NodeIndex n) const {
  return graph_.type(n) == NodeType::object && graph_.name(n) == "BuiltinModule";
}

bool HolderFinder::is_feedback_cell(NodeIndex n) const {
  return graph_.type(n) == NodeType::hidden && tree_.reaches(n) &&
         graph_.edge_name(edge_at(graph_, tree_.parent_edge(n))) == "feedback_cell";
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
         folded_label(graph_, upper) == folded_label(graph_, lower);
}

}  // namespace heapdiff
