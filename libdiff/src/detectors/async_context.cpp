// What belongs to one request, kept through its asynchronous context: the contexts are the leak, not their contents.

#include "detectors/evidence.h"
#include "v8/promises.h"

#include <algorithm>

namespace heapdiff::detectors {

namespace {

/// Whether there are contexts for half of the growing objects: those that few of the objects have are beside the leak.
bool are_most(const Candidate& candidate, const HeapChecks& checks, const ClassShare& contexts) {
  return 2 * contexts.count.value() >= checks.gained(candidate.suspect.constructor).value();
}

}  // namespace

void say_contexts(const Candidate& candidate, const HeapChecks& checks, Reasons& reasons) {
  const auto contexts = checks.contexts();
  if (!contexts || !are_most(candidate, checks, *contexts)) {
    return;
  }
  Sentence sentence;
  sentence << contexts->count << " more contexts of asynchronous work (" << Name{contexts->name} << ") are kept by "
           << holder_name(candidate) << ", each with all that was stored for the request that it belongs to.";
  reasons.say(sentence);
  say_what_each_brings(checks, contexts->count, contexts->name, reasons);
}

std::optional<Finding> async_context(const Candidate& candidate) {
  const auto steps = candidate.near_and_content();
  const bool near = std::any_of(steps.begin(), steps.end(), [](const SuspectStep& s) {
    return v8::is_async_context_class(s.node) || v8::is_async_store_edge(s.edge);
  });
  const HeapChecks& checks = *candidate.checks;
  const auto contexts = checks.contexts();
  const bool many = contexts && are_most(candidate, checks, *contexts);
  if (!near && !many) {
    return std::nullopt;
  }
  Finding f{LeakKind::async_context, store_or_wait(candidate), {}};
  if (!many) {
    say_growth(candidate, checks, f.reasons);
  } else {
    // What is counted is the contexts: how often they bring the class that weighs most is another number.
    f.cause = LeakCause::request_context;
    f.counted = contexts->count;
    say_contexts(candidate, checks, f.reasons);
    say_waiters(candidate, checks, f.reasons);
    if (checks.gained(contexts->name).value() == contexts->count.value()) {
      say_intervals_of(contexts->name, candidate, checks, f.reasons);
    }
  }
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
