// Functions that are kept, and the scopes that they keep.

#include "detectors/evidence.h"
#include "v8/functions.h"
#include "v8/promises.h"

namespace heapdiff::detectors {

std::optional<Finding> closure(const Candidate& candidate) {
  const std::string& constructor = candidate.suspect.constructor;
  const bool functions =
      constructor == v8::kFunctionClass || constructor == v8::kClosureClass || v8::is_context_class(constructor);
  const bool in_collection = candidate.item_at > candidate.holder_at + 1;  // else the variable's value is replaced
  if (!functions && (!v8::is_context_class(candidate.suspect.holder) || in_collection)) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::closure,
            candidate.suspect.holder == v8::kPromiseClass ? StoreHint::Operation::wait : StoreHint::Operation::any,
            {}};
  say_growth(candidate, checks, f.reasons);
  say_scopes(checks, f.reasons);
  if (const auto sharers = checks.sharers_of_scope(); !sharers.empty()) {
    Sentence sentence;
    sentence << "All functions that were written in that scope share it, and ";
    for (std::size_t i = 0; i < sharers.size(); ++i) {
      sentence << (i == 0 ? Words("") : i + 1 == sharers.size() ? Words(" and ") : Words(", ")) << Name{sharers[i]};
    }
    f.reasons.say(sentence << (sharers.size() == 1 ? Words(" is still in the heap") : Words(" are still in the heap"))
                           << ", so that what any of them uses stays.");
  }
  if (const auto made = checks.literals(); !made.empty()) {
    const Fact all = checks.functions();
    Sentence sentence;
    if (all.value() == 1) {
      sentence << "The function is " << Name{made.front().literal} << ".";
      sentence.because(all);
    } else if (made.front().count.value() == all.value()) {
      sentence << "All " << all << " functions are closures of one, " << Name{made.front().literal} << ".";
    } else {
      sentence << "The most frequent function is " << Name{made.front().literal} << ", " << made.front().count << " of "
               << all << ".";
    }
    f.reasons.say(sentence);
  }
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
