// A Set that gains members and loses none.

#include "detectors/evidence.h"
#include "v8/collections.h"

namespace heapdiff::detectors {

std::optional<Finding> set_growth(const Candidate& candidate) {
  if (candidate.suspect.holder != v8::kSetClass && candidate.suspect.holder != v8::kWeakSetClass) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::set_growth, StoreHint::Operation::set_add, {}};
  say_growth(candidate, checks, f.reasons);
  say_what_each_brings(checks, checks.gained(candidate.suspect.constructor), candidate.suspect.constructor, f.reasons);
  if (candidate.suspect.holder == v8::kWeakSetClass) {
    Sentence weak;
    f.reasons.say(weak << "It is weak, so something else keeps its keys alive: see the retaining path.");
  }
  rule_out_bounded_cache(candidate, checks, f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
