// Promises that never settle, and who waits for them.

#include "detectors/evidence.h"
#include "v8/promises.h"

namespace heapdiff::detectors {

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
  const auto of_holder = on_promise ? checks.waiters_of_holder() : std::nullopt;
  const auto chain = checks.longest_chain(v8::kPromiseClass);
  const auto kept = checks.kept_by_another(v8::kPromiseClass);
  const Fact promises = checks.gained(v8::kPromiseClass);
  if (kept && chain && 2 * chain->value() > promises.value()) {
    f.cause = LeakCause::promise_chain;
    f.counted = promises;
    Sentence sentence;
    sentence << promises << " more promises are a chain behind " << holder_name(candidate) << ": " << *kept
             << " of them are each kept by another one, " << *chain
             << " in a row. Each waits for the one before, and the first does not settle.";
    f.reasons.say(sentence);
  } else if (of_holder && waiters && of_holder->value() >= waiters->value()) {
    f.cause = LeakCause::promise_waiters;
    f.counted = *waiters;
    Sentence sentence;
    sentence
        << *of_holder << " waiters hang from " << holder_name(candidate) << ", one for each then(), await or "
        << "Promise.race() on it; " << *waiters
        << " of them came after the first snapshot. The promise is still pending, and keeps them until it settles.";
    f.reasons.say(sentence);
  } else {
    if (const auto counts = checks.heap_counts(v8::kPromiseClass)) {
      Sentence sentence;
      sentence << "Promises of the heap went from " << counts->first << " to " << counts->second << ".";
      f.reasons.say(sentence);
    }
    say_growth(candidate, checks, f.reasons);
    if (waiters) {
      Sentence sentence;
      f.reasons.say(sentence << *waiters << " waiters came with them: one for each then(), await or Promise.race().");
    }
  }
  if (const auto suspended = checks.suspended()) {
    Sentence sentence;
    f.reasons.say(sentence << *suspended << " suspended async functions are among what is kept.");
  }
  Sentence rule;
  f.reasons.say(rule << "A promise that nothing settles keeps whoever waits for it, with all that their functions can "
                        "see.");
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
