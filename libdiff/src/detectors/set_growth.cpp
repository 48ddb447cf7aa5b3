// Members are added to a Set and none goes.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> set_growth(const Case& c) {
  if (c.suspect.holder != "Set" && c.suspect.holder != "WeakSet") {
    return std::nullopt;
  }
  Finding f{"set-growth", StoreHint::Operation::set_add, {}, {}};
  f.why = fmt::format("{} gained {} {} and lets none of them go.", holder_text(c),
                      format_count(c.suspect.object_count_growth), c.suspect.constructor);
  f.why += " " + cohorts_text(c);
  if (c.suspect.holder == "WeakSet") {
    f.why += " It is weak, so something else keeps its keys alive: see the retaining path.";
  }
  f.ruled_out.push_back("Not a bounded cache: that would let old entries go, and each interval's are still there.");
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
