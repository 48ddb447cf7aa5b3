#include "v8/runtime_collections.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "v8/collections.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"
#include "v8/strings.h"

#include <algorithm>
#include <array>
#include <string>

namespace heapdiff {

std::string_view collection_words(LeakCause cause) noexcept {
  switch (cause) {
    case LeakCause::performance_timeline:
      return "Node's performance timeline";
    case LeakCause::abort_dependants:
      return "Node's lists of signals that were made from others";
    case LeakCause::async_storages:
      return "Node's list of AsyncLocalStorage instances";
    case LeakCause::timers_by_number:
      return "Node's table of timers by number";
    case LeakCause::finalization_cells:
    case LeakCause::living_targets:
      return "a FinalizationRegistry";
    case LeakCause::diagnostics_channel:
      return "Node's diagnostics channels";
    case LeakCause::channel_names:
      return "Node's table of diagnostics channels by name";
    case LeakCause::http_agent:
      return "an http.Agent";
    case LeakCause::none:
    case LeakCause::request_context:
    case LeakCause::string_parts:
    case LeakCause::string_slices:
    case LeakCause::kept_timers:
    case LeakCause::promise_waiters:
    case LeakCause::promise_chain:
    case LeakCause::runtime_timers:
    case LeakCause::event_target:
      break;
  }
  return {};
}

namespace v8 {

namespace {

/// What has to be true of the object that an edge comes from.
enum class Owner : std::uint8_t {
  any,
  runtime_scope,    ///< the scope of one of Node's own scripts
  runtime_exports,  ///< what such a script exports
  channel,          ///< a channel of diagnostics_channel
  agent,            ///< an http.Agent: it has all three lists
};

struct CollectionEdge {
  LeakCause collection;
  std::string_view name;  ///< of a property or variable; of a symbol its description
  EdgeType type;
  Owner owner;
};

constexpr std::array<std::string_view, 3> kAgentLists = {"sockets", "freeSockets", "requests"};

constexpr std::array<CollectionEdge, 17> kEdges = {{
    // lib/internal/perf/observe.js, Node 16.7 to 26; the resource buffers from Node 18 on.
    {LeakCause::performance_timeline, "markEntryBuffer", EdgeType::context, Owner::runtime_scope},
    {LeakCause::performance_timeline, "measureEntryBuffer", EdgeType::context, Owner::runtime_scope},
    {LeakCause::performance_timeline, "resourceTimingBuffer", EdgeType::context, Owner::runtime_scope},
    {LeakCause::performance_timeline, "resourceTimingSecondaryBuffer", EdgeType::context, Owner::runtime_scope},
    // lib/internal/perf/usertiming.js, Node 16 to 26: the time of the latest mark of each name.
    {LeakCause::performance_timeline, "markTimings", EdgeType::context, Owner::runtime_scope},
    // lib/internal/abort_controller.js, Node 18.17 to 26: a Set of WeakRef; the set of signals with listeners, and the
    // registries that tidy up after signals, from Node 18 and 24 on.
    {LeakCause::abort_dependants, "kDependantSignals", EdgeType::property, Owner::any},
    {LeakCause::abort_dependants, "gcPersistentSignals", EdgeType::context, Owner::runtime_scope},
    {LeakCause::abort_dependants, "dependantSignalsCleanupRegistry", EdgeType::context, Owner::runtime_scope},
    {LeakCause::abort_dependants, "sourceSignalsCleanupRegistry", EdgeType::context, Owner::runtime_scope},
    // lib/async_hooks.js, Node 12.17 to 23; AsyncContextFrame takes its place from Node 24 on.
    {LeakCause::async_storages, "storageList", EdgeType::context, Owner::runtime_scope},
    // lib/internal/timers.js, Node 12.20 to 26.
    {LeakCause::timers_by_number, "knownTimersById", EdgeType::context, Owner::runtime_scope},
    {LeakCause::timers_by_number, "knownTimersById", EdgeType::property, Owner::runtime_exports},
    // lib/diagnostics_channel.js, Node 15.1 to 26.
    {LeakCause::diagnostics_channel, "_subscribers", EdgeType::property, Owner::channel},
    {LeakCause::channel_names, "channels", EdgeType::context, Owner::runtime_scope},
    // lib/_http_agent.js, Node 14 to 26.
    {LeakCause::http_agent, kAgentLists[0], EdgeType::property, Owner::agent},
    {LeakCause::http_agent, kAgentLists[1], EdgeType::property, Owner::agent},
    {LeakCause::http_agent, kAgentLists[2], EdgeType::property, Owner::agent},
}};

bool is_runtime_function(const SnapshotGraph& graph, NodeIndex closure) {
  const auto place = place_of(graph, closure);
  return place && is_runtime_script(place->script);
}

/// Whether a function that was written in the scope comes from a script of the runtime.
bool is_runtime_scope(const SnapshotGraph& graph, NodeIndex scope) {
  for (const auto edge : graph.edges(scope)) {
    if (graph.type(edge.target) == NodeType::closure &&
        graph.find_target(edge.target, EdgeType::internal, kContextEdge) == scope) {
      return is_runtime_function(graph, edge.target);
    }
  }
  return false;
}

/// Whether the first function that an object has as a property comes from a script of the runtime.
bool is_runtime_exports(const SnapshotGraph& graph, NodeIndex n) {
  for (const auto edge : graph.edges(n)) {
    if (edge.type == EdgeType::property && graph.type(edge.target) == NodeType::closure) {
      return is_runtime_function(graph, edge.target);
    }
  }
  return false;
}

bool is_owner(const SnapshotGraph& graph, NodeIndex n, Owner owner) {
  switch (owner) {
    case Owner::any:
      return true;
    case Owner::runtime_scope:
      return is_context_class(graph.name(n)) && is_runtime_scope(graph, n);
    case Owner::runtime_exports:
      return graph.name(n) == kObjectClass && is_runtime_exports(graph, n);
    case Owner::channel:
      return graph.name(n) == "ActiveChannel" || graph.name(n) == "Channel";
    case Owner::agent:
      return std::all_of(kAgentLists.begin(), kAgentLists.end(), [&](std::string_view list) {
        return static_cast<bool>(graph.find_target(n, EdgeType::property, list));
      });
  }
  return false;
}

LeakCause collection_behind(const SnapshotGraph& graph, NodeIndex owner, const SnapshotGraph::Edge& edge) {
  if (SnapshotGraph::is_numbered(edge.type)) {
    return LeakCause::none;
  }
  std::string_view name = graph.edge_name(edge);
  if (name.starts_with(kSymbolPrefix) && name.ends_with('>')) {
    name = name.substr(kSymbolPrefix.size(), name.size() - kSymbolPrefix.size() - 1);
  }
  for (const CollectionEdge& row : kEdges) {
    if (edge.type == row.type && name == row.name && is_owner(graph, owner, row.owner)) {
      return row.collection;
    }
  }
  return LeakCause::none;
}

/// Whether the way up from a collection leads through `n`: a store, an entry's list, a table of lists. A socket in the
/// list of an agent is not: its listeners are its own.
bool is_part_of_collection(const SnapshotGraph& graph, NodeIndex n) {
  const std::string_view name = graph.name(n);
  return is_backing_store(graph, n) || is_collection_class(name) || is_keyed_collection_class(name) ||
         name == kFinalizationRegistryClass || is_runtime_collection_class(name);
}

}  // namespace

LeakCause runtime_cause_of(const SnapshotGraph& graph, const RetainingTree& tree, NodeIndex holder, NodeIndex below) {
  constexpr int kMaxSteps = 4;  // its list, the table of lists
  if (below && tree.reaches(below) && tree.parent(below) == holder) {
    if (const LeakCause found = collection_behind(graph, holder, edge_at(graph, tree.parent_edge(below)));
        found != LeakCause::none) {
      return found;
    }
  }
  NodeIndex at = holder;
  for (int step = 0; step < kMaxSteps && at && at != SnapshotGraph::root() && tree.reaches(at); ++step) {
    const NodeIndex parent = tree.parent(at);
    if (!parent) {
      break;
    }
    const LeakCause found = collection_behind(graph, parent, edge_at(graph, tree.parent_edge(at)));
    if (found != LeakCause::none) {
      return found;
    }
    if (step <= 1 && graph.type(at) == NodeType::object && graph.name(at) == kFinalizationRegistryClass) {
      return LeakCause::finalization_cells;
    }
    if (!is_part_of_collection(graph, at)) {
      break;  // what lies in a collection of the runtime's has collections of its own
    }
    at = parent;
  }
  return LeakCause::none;
}

std::string_view agent_list_words(std::string_view list) noexcept {
  return list == kAgentLists[0]   ? "sockets that are in use"
         : list == kAgentLists[1] ? "sockets that wait for the next request"
         : list == kAgentLists[2] ? "requests that wait for a socket"
                                  : std::string_view();
}

}  // namespace v8

}  // namespace heapdiff
