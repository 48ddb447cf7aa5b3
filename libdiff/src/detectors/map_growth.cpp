// Entries are added to a Map and none goes.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> map_growth(const Case& c) {
  if (c.suspect.holder != "Map" && c.suspect.holder != "WeakMap") {
    return std::nullopt;
  }
  Finding f{"map-growth", StoreHint::Operation::map_set, {}, {}};
  f.why = fmt::format("{} gained {} {} and lets none of them go.", holder_text(c),
                      format_count(c.suspect.object_count_growth), c.suspect.constructor);
  f.why += " " + cohorts_text(c);
  if (c.suspect.holder == "WeakMap") {
    f.why += " It is weak, so something else keeps its keys alive: see the retaining path.";
  }
  f.ruled_out.push_back("Not a bounded cache: that would let old entries go, and each interval's are still there.");
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
