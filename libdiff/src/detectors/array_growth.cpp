// An array that items are appended to and that nothing empties.

#include "detectors/evidence.h"
#include "v8/collections.h"

namespace heapdiff::detectors {

std::optional<Finding> array_growth(const Candidate& candidate) {
  const bool is_replaced = candidate.item_at > candidate.holder_at + 1 &&
                           candidate.suspect.path[candidate.holder_at + 1].node == v8::kArrayClass;
  if (candidate.suspect.holder != v8::kArrayClass && !is_replaced) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::array_growth, StoreHint::Operation::array_push, {}};
  if (is_replaced && candidate.suspect.holder != v8::kArrayClass) {
    Sentence sentence;
    sentence << "The array is \"" << Name{candidate.suspect.path[candidate.holder_at + 1].edge} << "\" of "
             << Name{candidate.suspect.holder}
             << "; each change replaces it by a new one, which starts from the old one.";
    f.reasons.say(sentence);
  }
  say_growth(candidate, checks, f.reasons);
  say_what_each_brings(checks, checks.gained(candidate.suspect.constructor), candidate.suspect.constructor, f.reasons);
  Sentence drained;
  drained << "Not a queue that is drained: items of each interval are still there.";
  f.reasons.rule_out(checks.every_interval_remains(candidate.suspect.constructor), drained);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
