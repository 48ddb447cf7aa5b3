// Items are appended to an array that nobody empties.

#include "evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> array_growth(const Case& c) {
  if (c.suspect.holder != "Array") {
    return std::nullopt;
  }
  Finding f{"array-growth", StoreHint::Operation::array_push, {}, {}};
  f.why = fmt::format("{} gained {} {} and gives none back.", holder_text(c),
                      format_count(c.suspect.object_count_growth), c.suspect.constructor);
  f.why += " " + cohorts_text(c);
  f.ruled_out.push_back("Not a queue that is drained: the items of the first interval are still in it.");
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
