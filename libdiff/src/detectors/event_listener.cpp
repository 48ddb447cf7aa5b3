// Listeners that are registered again and again: EventEmitter, EventTarget, AbortSignal, DOM.

#include "detectors/evidence.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::detectors {

namespace {

/// What emitters outside of Node keep for a listener: an object with the function and whether it is called `once` only.
bool is_listener_record(const SnapshotGraph& graph, NodeIndex n) {
  static constexpr std::string_view kFunction[] = {"listener", "callback", "handler", "fn"};
  return graph.find_target(n, EdgeType::property, "once") &&
         std::any_of(std::begin(kFunction), std::end(kFunction), [&](std::string_view name) {
           const NodeIndex function = graph.find_target(n, EdgeType::property, name);
           return function && graph.type(function) == NodeType::closure;
         });
}

}  // namespace

std::optional<Finding> event_listener(const Case& c) {
  const SnapshotGraph& graph = c.heap.graph;
  const bool records = !c.items.empty() && std::all_of(c.items.begin(), c.items.end(), [&](std::uint32_t i) {
    return is_listener_record(graph, NodeIndex(i));
  });
  const bool listeners = records || c.any_near([](const SuspectStep& s) {
    return s.edge == "_events" || s.edge.find("Symbol(events)") != std::string::npos ||
           s.edge.find("kEvents") != std::string::npos || s.node == "Listener" || s.node == "V8EventListener" ||
           s.node == "EventListener";
  });
  if (!listeners) {
    return std::nullopt;
  }
  Finding f{"event-listener", StoreHint::Operation::listener, {}, {}};
  const Suspect& s = c.suspect;
  if (!s.emitter.empty() && !s.event.empty()) {
    const auto count = [&](const Facts& facts) {
      const auto at = facts.listeners.find({s.emitter, s.event});
      return at == facts.listeners.end() ? std::int64_t{0} : at->second;
    };
    f.why = fmt::format("{} listeners for \"{}\" went from {} to {}, on {} emitter{} that existed all the time.",
                        s.emitter, s.event, format_count(count(c.facts.front())), format_count(count(c.facts.back())),
                        format_count(s.holder_count), s.holder_count == 1 ? "" : "s");
  } else {
    f.why = fmt::format("{} more listeners hang off {}.", format_count(s.object_count_growth), holder_text(c));
  }
  auto functions = literals(c.heap, c.items);
  for (const std::string_view member : {"listener", "callback", "handler", "fn"}) {
    if (functions.empty()) {
      functions = literals(c.heap, c.items, member);
    }
  }
  if (!functions.empty()) {
    std::size_t all = 0;
    for (const LiteralCount& one : functions) {
      all += one.count;
    }
    f.why += functions.front().count * 10 >= all * 9
                 ? fmt::format(
                       " They are closures of one function, {}: one call registers again and again and "
                       "nothing removes what it registered.",
                       functions.front().literal)
                 : fmt::format(" The most frequent function among them is {}, {} of {}.", functions.front().literal,
                               format_count(functions.front().count), format_count(all));
    const auto once = std::count_if(c.items.begin(), c.items.end(), [&](std::uint32_t i) {
      return static_cast<bool>(c.heap.graph.find_target(NodeIndex(i), EdgeType::property, "listener"));
    });
    if (once > 0 && !s.emitter.empty()) {
      f.why +=
          fmt::format(" {} were registered with `once` and wait for an event that did not come.", format_count(once));
    }
  }
  if (const NodeIndex context = context_near(c)) {
    const std::string variables = variables_text(c.heap, context);
    if (!variables.empty()) {
      f.why += fmt::format(" Each keeps its scope: {}.", variables);
    }
  }
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
