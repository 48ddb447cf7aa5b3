// Listeners that are registered again and again, on an EventEmitter, an EventTarget, an AbortSignal or a DOM node.

#include "detectors/evidence.h"
#include "v8/events.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::detectors {

namespace {

/// Whether a node is what emitters of packages keep for a listener: an object with the function and a flag `once`.
bool is_listener_record(const SnapshotGraph& graph, NodeIndex n) {
  return graph.find_target(n, EdgeType::property, v8::kOnceProperty) &&
         std::any_of(v8::kListenerProperties.begin(), v8::kListenerProperties.end(), [&](std::string_view name) {
           const NodeIndex function = graph.find_target(n, EdgeType::property, name);
           return function && graph.type(function) == NodeType::closure;
         });
}

}  // namespace

std::optional<Finding> event_listener(const Candidate& candidate) {
  const SnapshotGraph& graph = candidate.heap.graph;
  const bool records =
      !candidate.items.empty() && std::all_of(candidate.items.begin(), candidate.items.end(),
                                              [&](std::uint32_t i) { return is_listener_record(graph, NodeIndex(i)); });
  const bool listeners = records || candidate.any_near([](const SuspectStep& s) {
    return v8::is_listeners_edge(s.edge) || v8::is_listener_class(s.node);
  });
  if (!listeners) {
    return std::nullopt;
  }
  Finding f{LeakKind::event_listener, StoreHint::Operation::listener, {}, {}};
  const Suspect& s = candidate.suspect;
  if (!s.emitter.empty() && !s.event.empty()) {
    const auto count = [&](const Facts& facts) {
      const auto at = facts.listeners.find({s.emitter, s.event});
      return at == facts.listeners.end() ? std::int64_t{0} : at->second;
    };
    f.why =
        fmt::format("{} listeners for \"{}\" went from {} to {}, on {} emitter{} that existed all the time.", s.emitter,
                    s.event, format_count(count(candidate.facts.front())), format_count(count(candidate.facts.back())),
                    format_count(s.holder_count), s.holder_count == 1 ? "" : "s");
  } else {
    f.why = fmt::format("{} more listeners hang off {}.", format_count(s.object_count_growth), holder_text(candidate));
  }
  auto functions = literals(candidate.heap, candidate.items);
  for (const std::string_view member : v8::kListenerProperties) {
    if (functions.empty()) {
      functions = literals(candidate.heap, candidate.items, member);
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
    const auto once = std::count_if(candidate.items.begin(), candidate.items.end(), [&](std::uint32_t i) {
      return static_cast<bool>(
          candidate.heap.graph.find_target(NodeIndex(i), EdgeType::property, v8::kListenerProperty));
    });
    if (once > 0 && !s.emitter.empty()) {
      f.why +=
          fmt::format(" {} were registered with `once` and wait for an event that did not come.", format_count(once));
    }
  }
  if (const NodeIndex context = context_near(candidate)) {
    const std::string variables = variables_text(candidate.heap, context);
    if (!variables.empty()) {
      f.why += fmt::format(" Each keeps its scope: {}.", variables);
    }
  }
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
