// Generators and async functions that were suspended and never resume.

#include "detectors/evidence.h"

namespace heapdiff::detectors {

std::optional<Finding> generator(const Candidate& candidate) {
  const HeapChecks& checks = *candidate.checks;
  const auto made_by = checks.generator_function();
  if (!checks.most_items_are_generators() && candidate.content.generators <= candidate.content.total / 3) {
    return std::nullopt;
  }
  Finding f{LeakKind::generator, store_or_wait(candidate), {}};
  if (const auto count = checks.generators()) {
    Sentence sentence;
    sentence << *count << by_number(*count, " more generator is", " more generators are") << " suspended, kept by "
             << holder_name(candidate)
             << ". Each keeps its frame: arguments, locals and scope, until it is finished or returned.";
    f.reasons.say(sentence);
    if (made_by && made_by->count.value() == count->value()) {
      Sentence function;
      function << by_number(made_by->count, "It is a generator of ", "All of them are generators of ")
               << Name{made_by->literal} << ".";
      f.reasons.say(function.because(made_by->count));
    } else if (made_by) {
      Sentence function;
      f.reasons.say(function << made_by->count
                             << by_number(made_by->count, " of them is a generator of ", " of them are generators of ")
                             << Name{made_by->literal} << ".");
    }
  } else {
    say_growth(candidate, checks, f.reasons);
  }
  say_intervals(candidate, checks, f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
