// Collections that Node keeps for a program. The program fills them by what it calls, and its code is not on the path.

#include "detectors/evidence.h"
#include "heapdiff/diff/class_words.h"

#include <algorithm>
#include <cmath>

namespace heapdiff::detectors {

namespace {

/// Classes of the items that hang in the collection, most frequent first: "1,800 PerformanceMark, 900 (number)".
void say_contents(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  Sentence sentence;
  sentence << "In " << holder_name(candidate) << " are ";
  const std::vector<ClassShare> classes = checks.items_by_class();
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
    f.reasons.say(sentence << *dead
                           << " of the references lead to a signal that is gone: what stays is the reference.");
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
    if (timers->pending.value() == 0) {
      sentence << "All " << timers->all << " have fired or were cleared: none is on Node's lists of pending timers.";
      sentence.because(timers->pending);
    } else if (timers->gone.value() == 0) {
      sentence << "All " << timers->all << " are pending.";
      sentence.because(timers->gone);
    } else {
      sentence << timers->pending << " are pending, and " << timers->gone << " have fired or were cleared.";
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
  say_contents(candidate, checks, f.reasons);
  Sentence rule;
  f.reasons.say(
      rule << "They are held values: registered with `register(target, heldValue)`, and let go when the target "
              "is collected.");
  const auto cells = checks.cells();
  const auto self_held = checks.self_held_cells();
  if (cells && self_held) {
    Sentence sentence;
    sentence << *self_held << " of " << *cells
             << " targets are kept by their own held value alone, so that neither can go.";
    f.reasons.say(sentence);
  } else if (cells) {
    Sentence sentence;
    sentence << "None of " << *cells << " targets is kept by its held value alone: what else keeps the targets is the "
             << "leak.";
    f.reasons.say(sentence);
  }
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
    sentence << functions.front().count << " of " << checks.functions() << " subscribers are closures of "
             << Name{functions.front().literal} << ".";
    f.reasons.say(sentence);
  }
  say_scopes(checks, f.reasons);
  return f;
}

Finding http_agent(const Candidate& candidate, const HeapChecks& checks) {
  Finding f{LeakKind::pool, StoreHint::Operation::any, {}};
  say_contents(candidate, checks, f.reasons);
  Sentence sentence;
  sentence << "The agent's list is \"" << Name{candidate.suspect.label}
           << "\": sockets in use, free ones, and requests that wait for one.";
  f.reasons.say(sentence);
  return f;
}

}  // namespace

std::optional<Finding> runtime_collection(const Candidate& candidate) {
  const HeapChecks& checks = *candidate.checks;
  if (checks.items_by_class().empty()) {
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
    case LeakCause::finalization_cells:
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
    case LeakCause::promise_waiters:
    case LeakCause::promise_chain:
      return std::nullopt;
  }
  f->cause = candidate.cause;
  say_intervals(candidate, checks, f->reasons);
  rule_out_new_holders(candidate, checks, f->reasons);
  return f;
}

}  // namespace heapdiff::detectors
