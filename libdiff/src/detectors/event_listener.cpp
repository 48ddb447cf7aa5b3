// Listeners that are registered again and again, on an EventEmitter, an EventTarget, an AbortSignal or a DOM node.

#include "detectors/evidence.h"
#include "heapdiff/diff/facts.h"
#include "v8/events.h"

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

/// Whether the event has data in it, for which an asterisk stands: "job:*" of "job:17".
bool is_folded(const Suspect& s) {
  return std::any_of(s.path.begin(), s.path.end(),
                     [&](const SuspectStep& step) { return step.edge != s.event && fold_data(step.edge) == s.event; });
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
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::event_listener, StoreHint::Operation::listener, {}};
  if (candidate.any_near([](const SuspectStep& s) { return v8::is_listener_class(s.node); })) {
    f.cause = LeakCause::event_target;
  }
  const Suspect& s = candidate.suspect;
  const auto counts = checks.listeners();
  const auto holders = checks.holders_are_old();
  if (counts) {
    Sentence sentence;
    sentence << "Listeners of " << Name{s.emitter} << " objects for \"" << Name{s.event} << "\" "
             << (is_folded(s) ? Words("(* = the part that varies) ") : Words("")) << "went from " << counts->first
             << " to " << counts->second;
    if (holders) {
      if (holders->value() == 1) {
        sentence << "; the new ones are on the same emitter, which existed at the first snapshot";
        sentence.because(*holders);
      } else {
        sentence << "; the new ones are on " << *holders << " emitters that existed at the first snapshot";
      }
    }
    f.reasons.say(sentence << ".");
  } else if (v8::is_listener_class(s.constructor)) {  // they are links of a list
    const Fact gained = checks.gained(s.constructor);
    Sentence sentence;
    sentence << gained << " more " << objects(candidate, gained) << by_number(gained, " is", " are")
             << " in the list of listeners that " << holder_name(candidate) << " keeps.";
    f.reasons.say(sentence);
    say_intervals(candidate, checks, f.reasons);
  } else {
    say_growth(candidate, checks, f.reasons);
  }
  const auto functions = checks.literals();
  if (!functions.empty()) {
    const Fact all = checks.functions();
    Sentence sentence;
    if (functions.front().count.value() == all.value() && all.value() > 1) {
      sentence << "All " << all << " new ones are closures of one function, " << Name{functions.front().literal}
               << ": the same code registers one each time it runs, and all of them are still registered.";
    } else {
      sentence << "The most frequent function among the new ones is " << Name{functions.front().literal} << ", "
               << functions.front().count << " of " << all << ".";
    }
    f.reasons.say(sentence);
    if (const auto once = checks.once_listeners(); once && !s.emitter.empty()) {
      Sentence waiting;
      f.reasons.say(
          waiting << *once
                  << by_number(*once, " was registered with `once` and waits", " were registered with `once` and wait")
                  << " for an event that did not come.");
    }
  }
  say_scopes(checks, f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
