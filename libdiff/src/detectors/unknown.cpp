// The detector for what no other one recognises: it says what is held, and by what.

#include "detectors/evidence.h"

namespace heapdiff::detectors {

std::optional<Finding> unknown(const Candidate& candidate) {
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::unknown, StoreHint::Operation::any, {}};
  say_growth(candidate, checks, f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
