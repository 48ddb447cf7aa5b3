#include "v8/node_predicates.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/collections.h"
#include "v8/dom.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/promises.h"
#include "v8/strings.h"
#include "v8/timers.h"

#include <algorithm>

namespace heapdiff::v8 {

std::string stable_class(std::string_view name) {
  return name.starts_with('{') ? std::string(kObjectClass) : visible_text(name, 80);
}

bool is_string(NodeType type) noexcept {
  return type == NodeType::string || type == NodeType::concatenated_string || type == NodeType::sliced_string;
}

bool is_backing_store(const SnapshotGraph& graph, NodeIndex n) {
  const NodeType type = graph.type(n);
  if (type == NodeType::array || is_string(type)) {
    return true;
  }
  const std::string_view name = graph.name(n);
  if (type == NodeType::native) {
    return is_blink_store(name);
  }
  return (type == NodeType::hidden || type == NodeType::object) && is_cell(name);
}

std::string folded_label(const SnapshotGraph& graph, const SnapshotGraph::Edge& edge) {
  if (SnapshotGraph::is_numbered(edge.type)) {
    return "[]";
  }
  const std::string_view name = graph.edge_name(edge);
  if (edge.type == EdgeType::internal && name.find(kEphemeronEdgePart) != std::string_view::npos) {
    return "(entry)";
  }
  // A search reaches a timer from either neighbour: both directions have to read the same.
  if (name == kPreviousTimer) {
    return std::string(kNextTimer);
  }
  return fold_data(visible_text(name, 120));
}

bool is_name_in_code(std::string_view name) {
  if (name.starts_with(kSymbolPrefix)) {
    return true;
  }
  name.remove_prefix(name.starts_with('#') ? 1 : 0);
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

bool is_program_instance(const SnapshotGraph& graph, NodeIndex n) {
  return graph.type(n) == NodeType::object && !is_collection_class(graph.name(n)) && !is_system_class(graph.name(n));
}

bool is_events_edge(const SnapshotGraph& graph, const SnapshotGraph::Edge& edge) {
  return edge.type == EdgeType::property && graph.edge_name(edge) == kEventsProperty;
}

bool is_embedder_internal(const SnapshotGraph& graph, NodeIndex n) {
  return graph.type(n) == NodeType::native && (graph.id(n) & 1U) == 0 && !is_dom_node_class(graph.name(n));
}

NodeIndex timer_callback(const SnapshotGraph& graph, NodeIndex timer) {
  const std::string_view name = graph.name(timer);
  if (graph.type(timer) != NodeType::object || (name != kTimeoutClass && name != kImmediateClass)) {
    return NodeIndex::none();
  }
  const NodeIndex callback =
      graph.find_target(timer, EdgeType::property, name == kTimeoutClass ? kTimeoutCallback : kImmediateCallback);
  return callback && graph.type(callback) == NodeType::closure ? callback : NodeIndex::none();
}

bool is_pending_timer(const SnapshotGraph& graph, NodeIndex timer) {
  return std::any_of(kTimerRingEdges.begin(), kTimerRingEdges.end(), [&](std::string_view edge) {
    const NodeIndex neighbour = graph.find_target(timer, EdgeType::property, edge);
    return neighbour && graph.type(neighbour) == NodeType::object && is_timer_class(graph.name(neighbour));
  });
}

bool repeats(const SnapshotGraph& graph, NodeIndex timer) {
  // null for setTimeout. For setInterval it is the interval: a small integer, which has no edge, or a number.
  const NodeIndex interval = graph.find_target(timer, EdgeType::property, kRepeatProperty);
  const bool has_callback = static_cast<bool>(graph.find_target(timer, EdgeType::property, kTimeoutCallback));
  return has_callback && (!interval || graph.type(interval) == NodeType::number);
}

bool is_promise_reaction(const SnapshotGraph& graph, NodeIndex n) {
  return (graph.type(n) == NodeType::hidden || graph.type(n) == NodeType::object) && graph.name(n) == kReactionName;
}

NodeIndex first_reaction(const SnapshotGraph& graph, NodeIndex promise) {
  const NodeIndex reaction = graph.find_target(promise, EdgeType::internal, kReactionsEdge);
  return reaction && is_promise_reaction(graph, reaction) ? reaction : NodeIndex::none();
}

NodeIndex next_reaction(const SnapshotGraph& graph, NodeIndex reaction) {
  for (const auto edge : graph.edges(reaction)) {
    if (edge.type == EdgeType::hidden && is_promise_reaction(graph, edge.target)) {
      return edge.target;
    }
  }
  return NodeIndex::none();
}

NodeIndex unwrap_function(const SnapshotGraph& graph, NodeIndex closure) {
  constexpr int kMaxWrappers = 8;
  for (int depth = 0; depth < kMaxWrappers && closure; ++depth) {
    NodeIndex inner = graph.find_target(closure, EdgeType::property, kListenerProperty);
    if (!inner || graph.type(inner) != NodeType::closure) {
      inner = graph.find_target(closure, EdgeType::internal, kBoundFunctionEdge);
    }
    if (!inner || graph.type(inner) != NodeType::closure) {
      break;
    }
    closure = inner;
  }
  return closure;
}

}  // namespace heapdiff::v8
