// Timers and immediates that are started and not stopped, or that are kept after they fired.

#include "detectors/evidence.h"
#include "v8/timers.h"

namespace heapdiff::detectors {

namespace {

void say_timers(const HeapChecks& checks, const HeapChecks::Timers& timers, const Name& holder, Reasons& reasons) {
  Sentence sentence;
  const auto counts = checks.pending_timers();
  if (timers.pending.value() > 0 && counts) {
    sentence << "Pending timers went from " << counts->first << " to " << counts->second << ". ";
  }
  sentence << "Of " << timers.all << (timers.all.value() == 1 ? Words(" new timer, ") : Words(" new timers, "));
  if (timers.gone.value() == 0) {
    sentence << by_number(timers.all, "it is still pending", "all are still pending");
    sentence.because(timers.gone);
  } else if (timers.pending.value() == 0) {
    sentence << by_number(timers.all, "it is not pending: it fired or was cleared, and ",
                          "none is pending: all have fired or were cleared, and ")
             << holder << by_number(timers.all, " keeps it", " keeps them");
    sentence.because(timers.pending);
  } else {
    sentence << timers.pending << by_number(timers.pending, " is pending and ", " are pending and ") << timers.gone
             << by_number(timers.gone, " has fired or was cleared", " have fired or were cleared");
  }
  // Whether they end by themselves, and when, is what tells a leak from a long wait.
  const auto period = checks.timer_period();
  if (timers.once.value() > 0 && timers.repeating.value() == 0) {
    sentence << "; " << timers.once << by_number(timers.once, " fires once (setTimeout)", " fire once (setTimeout)");
    if (period) {
      sentence << ", after " << *period;
    }
  }
  reasons.say(sentence << ".");
  if (timers.repeating.value() > 0) {
    Sentence repeating;
    repeating << timers.repeating << by_number(timers.repeating, " repeats", " repeat");
    if (period) {
      repeating << " every " << *period;
    }
    reasons.say(repeating << " (setInterval), until clearInterval is called.");
  }
  if (timers.once.value() > 0 && timers.repeating.value() > 0) {
    Sentence once;
    reasons.say(once << timers.once << by_number(timers.once, " fires once (setTimeout).", " fire once (setTimeout)."));
  }
}

}  // namespace

void say_callbacks(const HeapChecks& checks, Reasons& reasons) {
  const auto functions = checks.literals();
  if (functions.empty()) {
    return;
  }
  const Fact all = checks.functions();
  Sentence sentence;
  if (functions.front().count.value() == all.value()) {
    sentence << by_number(all, "Its callback is ", "The callback of all is ") << Name{functions.front().literal} << ".";
    sentence.because(functions.front().count);
  } else {
    sentence << "The callback of " << functions.front().count << " of " << all << " is "
             << Name{functions.front().literal} << ".";
  }
  reasons.say(sentence);
}

std::optional<Finding> timer(const Candidate& candidate) {
  if (!candidate.any_near([](const SuspectStep& s) { return v8::is_timer_class(s.node); })) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::timer, StoreHint::Operation::timer, {}};
  const auto timers = checks.timers();
  if (timers) {
    if (timers->pending.value() == 0) {
      f.cause = LeakCause::kept_timers;
    } else if (checks.functions_are_of_runtime()) {
      f.cause = LeakCause::runtime_timers;
    }
    say_timers(checks, *timers, holder_name(candidate), f.reasons);
  } else {
    say_growth(candidate, checks, f.reasons);
  }
  say_callbacks(checks, f.reasons);
  say_scopes(checks, f.reasons);
  say_contexts(candidate, checks, f.reasons);
  if (timers && timers->gone.value() == 0) {
    Sentence fired;
    fired << "Not fired timers: Node takes those off its lists, and all of these are on them.";
    f.reasons.rule_out(timers->pending, fired);
  }
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
