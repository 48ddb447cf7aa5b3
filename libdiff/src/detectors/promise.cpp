// Promises that never settle, and who waits for them.

#include "detectors/evidence.h"
#include "v8/promises.h"

namespace heapdiff::detectors {

namespace {

/// Which of two promises waits for which, and whether the one that all wait for is pending.
void say_direction(const HeapChecks& checks, Reasons& reasons) {
  const auto waits = checks.waits();
  const auto head = checks.waiters_of_head();
  Sentence sentence;
  if (waits && waits->for_newer.value() == 0) {
    sentence << "Each waits for one that was made before it";
    sentence.because(waits->for_older);
  } else if (waits && waits->for_older.value() == 0) {
    sentence << "Each waits for one that was made after it, as where an async function returns a call of itself";
    sentence.because(waits->for_newer);
  } else {
    return;
  }
  if (head) {
    sentence << "; the one that keeps all others is pending";
    sentence.because(*head);
  }
  reasons.say(sentence << ".");
}

}  // namespace

bool say_waiters(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  const auto waiters = checks.waiters();
  const auto of_holder =
      candidate.suspect.holder == v8::kPromiseClass ? checks.waiters_of_holder() : std::optional<Fact>();
  if (!waiters || !of_holder || of_holder->value() < waiters->value()) {
    return false;
  }
  Sentence sentence;
  sentence << *of_holder << by_number(*of_holder, " waiter hangs from ", " waiters hang from ")
           << holder_name(candidate) << ", one for each then(), await or Promise.race() on it; " << *waiters
           << " of them came after the first snapshot. The promise is still pending, and keeps them until it settles.";
  reasons.say(sentence);
  return true;
}

std::optional<Finding> promise(const Candidate& candidate) {
  const std::string& constructor = candidate.suspect.constructor;
  // A promise holds one reaction for each then(), await and Promise.race() that waits for it.
  const bool on_promise = candidate.suspect.holder == v8::kPromiseClass;
  const bool waits = constructor == v8::kPromiseClass || constructor == v8::kPromiseReactionClass || on_promise;
  if (!waits && candidate.content.promises <= candidate.content.total / 2) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::promise, store_or_wait(candidate), {}};
  const auto waiters = checks.waiters();
  const auto chain = checks.longest_chain(v8::kPromiseClass);
  const auto kept = checks.kept_by_another(v8::kPromiseClass);
  const Fact promises = checks.gained(v8::kPromiseClass);
  if (kept && chain && 2 * chain->value() > promises.value()) {
    f.cause = LeakCause::promise_chain;
    f.counted = promises;
    Sentence sentence;
    sentence << promises << " more promises are a chain behind " << holder_name(candidate) << ": " << *kept
             << by_number(*kept, " of them is kept by another one, ", " of them are each kept by another one, ")
             << *chain << " in a row.";
    f.reasons.say(sentence);
    say_direction(checks, f.reasons);
  } else if (say_waiters(candidate, checks, f.reasons)) {
    f.cause = LeakCause::promise_waiters;
    f.counted = *waiters;
  } else {
    if (const auto counts = checks.heap_counts(v8::kPromiseClass)) {
      Sentence sentence;
      sentence << "Promises of the heap went from " << counts->first << " to " << counts->second << ".";
      f.reasons.say(sentence);
    }
    say_growth(candidate, checks, f.reasons);
    if (waiters) {
      Sentence sentence;
      f.reasons.say(sentence << *waiters << by_number(*waiters, " waiter came with them", " waiters came with them")
                             << ": one for each then(), await or Promise.race().");
    }
  }
  if (const auto suspended = checks.suspended()) {
    Sentence sentence;
    f.reasons.say(sentence << *suspended
                           << by_number(*suspended, " suspended async function is", " suspended async functions are")
                           << " among what is kept.");
  }
  if (f.cause != LeakCause::promise_chain) {
    Sentence rule;
    f.reasons.say(
        rule << "A promise that nothing settles keeps whoever waits for it, with all that their functions can "
                "see.");
  }
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
