// A Set that gains members and loses none.

#include "detectors/evidence.h"
#include "v8/collections.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> set_growth(const Candidate& candidate) {
  if (candidate.suspect.holder != v8::kSetClass && candidate.suspect.holder != v8::kWeakSetClass) {
    return std::nullopt;
  }
  Finding f{LeakKind::set_growth, StoreHint::Operation::set_add, {}, {}};
  f.why = fmt::format("{} gained {} {} and lets none of them go.", holder_text(candidate),
                      format_count(candidate.suspect.object_count_growth), candidate.suspect.constructor);
  f.why += " " + cohorts_text(candidate);
  if (candidate.suspect.holder == v8::kWeakSetClass) {
    f.why += " It is weak, so something else keeps its keys alive: see the retaining path.";
  }
  f.ruled_out.push_back("Not a bounded cache: that would let old entries go, and each interval's are still there.");
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
