// A Map that gains entries and loses none.

#include "detectors/evidence.h"
#include "v8/collections.h"

namespace heapdiff::detectors {

std::optional<Finding> map_growth(const Candidate& candidate) {
  if (candidate.suspect.holder != v8::kMapClass && candidate.suspect.holder != v8::kWeakMapClass) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::map_growth, StoreHint::Operation::map_set, {}};
  say_growth(candidate, checks, f.reasons);
  say_what_each_brings(checks, checks.gained(candidate.suspect.constructor), candidate.suspect.constructor, f.reasons);
  if (candidate.suspect.holder == v8::kWeakMapClass) {
    Sentence weak;
    f.reasons.say(weak << "It is weak, so something else keeps its keys alive: see the retaining path.");
  }
  rule_out_bounded_cache(candidate, checks, f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
