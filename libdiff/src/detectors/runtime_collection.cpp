// Collections that Node keeps for a program. The program fills them by what it calls, and its code is not on the path.

#include "detectors/evidence.h"
#include "heapdiff/diff/class_words.h"
#include "v8/runtime_collections.h"

#include <algorithm>
#include <cmath>

namespace heapdiff::detectors {

namespace {

/// Classes of the items that hang in the collection, most frequent first: "1,800 PerformanceMark, 900 (number)".
void say_contents(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  Sentence sentence;
  const std::vector<ClassShare> classes = checks.items_by_class();
  sentence << holder_first(candidate) << " has ";
  sentence.because(checks.items());
  constexpr std::size_t kMaxClasses = 3;
  for (std::size_t i = 0; i < std::min(classes.size(), kMaxClasses); ++i) {
    sentence << (i == 0 ? Words("") : Words(", ")) << classes[i].count << " more "
             << Name{class_noun(classes[i].name, std::llround(classes[i].count.value()))};
  }
  sentence << (classes.size() > kMaxClasses ? Words(" and others.") : Words("."));
  reasons.say(sentence);
}

Finding performance_timeline(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::array_growth, StoreHint::Operation::performance_mark, {}};
  say_contents(candidate, checks, f.reasons);
  Sentence rule;
  f.reasons.say(
      rule << "Each call of performance.mark() and performance.measure() adds one, also under a name that was "
              "used before, and only clearMarks() and clearMeasures() take them away.");
  return f;
}

Finding abort_dependants(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::set_growth, StoreHint::Operation::abort_signal_any, {}};
  say_contents(candidate, checks, f.reasons);
  Sentence rule;
  f.reasons.say(rule << "AbortSignal.any() adds to the lists of every signal that it is given.");
  if (const auto dead = checks.dead_references()) {
    Sentence sentence;
    f.reasons.say(sentence << *dead << by_number(*dead, " of the references leads", " of the references lead")
                           << " to a signal that is gone: what stays is the reference.");
  }
  return f;
}

Finding async_storages(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::async_context, StoreHint::Operation::async_storage, {}};
  say_contents(candidate, checks, f.reasons);
  Sentence rule;
  f.reasons.say(rule << "Node lists each AsyncLocalStorage from its first run() or enterWith() until disable().");
  return f;
}

Finding timers_by_number(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::timer, StoreHint::Operation::timer, {}};
  say_contents(candidate, checks, f.reasons);
  Sentence rule;
  f.reasons.say(rule << "A timer comes into it when the program turns it into a number or a string, so that "
                        "clearTimeout() finds it by that.");
  if (const auto timers = checks.timers()) {
    Sentence sentence;
    const bool one = timers->all.value() == 1;
    if (timers->pending.value() == 0 && one) {
      sentence << "It has fired or was cleared: it is not on Node's lists of pending timers.";
      sentence.because(timers->pending);
    } else if (timers->pending.value() == 0) {
      sentence << "All " << timers->all << " have fired or were cleared: none is on Node's lists of pending timers.";
      sentence.because(timers->pending);
    } else if (timers->gone.value() == 0 && one) {
      sentence << "It is pending.";
      sentence.because(timers->gone);
    } else if (timers->gone.value() == 0) {
      sentence << "All " << timers->all << " are pending.";
      sentence.because(timers->gone);
    } else {
      sentence << timers->pending << by_number(timers->pending, " is pending, and ", " are pending, and ")
               << timers->gone << by_number(timers->gone, " has fired or was cleared.", " have fired or were cleared.");
    }
    f.reasons.say(sentence);
  }
  say_callbacks(checks, f.reasons);
  say_scopes(checks, f.reasons);
  return f;
}

/// A FinalizationRegistry keeps a held value until the value's target is collected. A held value that refers to its own
/// target is kept for ever.
Finding finalization_cells(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::class_instance, StoreHint::Operation::any, {}};
  if (const auto cells = checks.cells(); cells && checks.items_by_class().empty()) {
    // What was registered is kept by something else as well, and counted there.
    f.counted = *cells;
    Sentence registrations;
    f.reasons.say(registrations << *cells << by_number(*cells, " more registration is", " more registrations are")
                                << " in " << holder_name(candidate) << ".");
  } else {
    say_contents(candidate, checks, f.reasons);
  }
  Sentence rule;
  f.reasons.say(
      rule << "They are held values: registered with `register(target, heldValue)`, and freed when the target "
              "is collected.");
  const auto cells = checks.cells();
  const auto targets = checks.cell_targets();
  const auto self_held = checks.self_held_cells();
  if (!cells || !targets) {
    return f;
  }
  Sentence sentence;
  if (self_held && cells->value() == 1) {
    sentence << "The target of the registration is kept by its own held value alone, so that neither can go.";
    sentence.because(*self_held);
  } else if (self_held) {
    sentence << *self_held << " of " << *cells
             << by_number(*self_held, " registrations is for a target that its own held value alone keeps",
                          " registrations are for targets that their own held values alone keep")
             << ", so that neither can go.";
  } else if (targets->value() == 1 && cells->value() > 1) {
    f.cause = LeakCause::living_targets;
    sentence << "All " << *cells << " registrations are for one and the same target, which is alive: none of the held "
             << "values can go before it.";
    sentence.because(*targets);
  } else {
    if (targets->value() < cells->value()) {
      f.cause = LeakCause::living_targets;
    }
    sentence << *cells << by_number(*cells, " registration is for ", " registrations are for ") << *targets
             << by_number(*targets, " target", " targets")
             << ", and no held value alone keeps its target: what else keeps the targets is the leak.";
  }
  f.reasons.say(sentence);
  return f;
}

Finding diagnostics_channel(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::event_listener, StoreHint::Operation::listener, {}};
  say_contents(candidate, checks, f.reasons);
  Sentence rule;
  f.reasons.say(
      rule << "A channel keeps a subscriber until it is unsubscribed, and Node keeps a channel that has one.");
  if (const auto functions = checks.literals(); !functions.empty()) {
    Sentence sentence;
    if (checks.functions().value() == 1) {
      sentence << "The subscriber is a closure of " << Name{functions.front().literal} << ".";
      f.reasons.say(sentence.because(functions.front().count));
      say_scopes(checks, f.reasons);
      return f;
    }
    sentence << functions.front().count << " of " << checks.functions()
             << by_number(functions.front().count, " subscribers is a closure of ", " subscribers are closures of ")
             << Name{functions.front().literal} << ".";
    f.reasons.say(sentence);
  }
  say_scopes(checks, f.reasons);
  return f;
}

Finding http_agent(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::pool, StoreHint::Operation::any, {}};
  say_contents(candidate, checks, f.reasons);
  for (const SuspectStep& step : candidate.near()) {
    if (const std::string_view words = v8::agent_list_words(step.edge); !words.empty()) {
      Sentence sentence;
      f.reasons.say(sentence << "They are in its list \"" << Name{step.edge} << "\", of " << Name{std::string(words)}
                             << ".");
      break;
    }
  }
  return f;
}

/// Before Node 20 the table refers to an entry for every name that a channel was asked for by.
Finding channel_names(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::object_growth, StoreHint::Operation::diagnostics_channel, {}};
  say_contents(candidate, checks, f.reasons);
  Sentence rule;
  f.reasons.say(rule << "The first call of channel(name) or subscribe(name, ...) with a name adds an entry, and some "
                        "versions of Node leave it there when the channel itself is gone.");
  return f;
}

}  // namespace

std::optional<Finding> runtime_collection(const Candidate& candidate) {
  const HeapChecks& checks = *candidate.checks;
  if (checks.items_by_class().empty() && (candidate.cause != LeakCause::finalization_cells || !checks.cells())) {
    return std::nullopt;
  }
  std::optional<Finding> f;
  switch (candidate.cause) {
    case LeakCause::performance_timeline:
      f = performance_timeline(candidate, checks);
      break;
    case LeakCause::abort_dependants:
      f = abort_dependants(candidate, checks);
      break;
    case LeakCause::async_storages:
      f = async_storages(candidate, checks);
      break;
    case LeakCause::timers_by_number:
      f = timers_by_number(candidate, checks);
      break;
    case LeakCause::channel_names:
      f = channel_names(candidate, checks);
      break;
    case LeakCause::finalization_cells:
    case LeakCause::living_targets:
      f = finalization_cells(candidate, checks);
      break;
    case LeakCause::diagnostics_channel:
      f = diagnostics_channel(candidate, checks);
      break;
    case LeakCause::http_agent:
      f = http_agent(candidate, checks);
      break;
    case LeakCause::none:
    case LeakCause::request_context:
    case LeakCause::string_parts:
    case LeakCause::string_slices:
    case LeakCause::kept_timers:
    case LeakCause::promise_waiters:
    case LeakCause::promise_chain:
    case LeakCause::runtime_timers:
    case LeakCause::event_target:
      return std::nullopt;
  }
  f->cause = f->cause == LeakCause::none ? candidate.cause : f->cause;
  say_intervals(candidate, checks, f->reasons);
  rule_out_new_holders(candidate, checks, f->reasons);
  return f;
}

}  // namespace heapdiff::detectors
