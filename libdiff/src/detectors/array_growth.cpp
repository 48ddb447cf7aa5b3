// Items are appended to an array that nobody empties.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> array_growth(const Case& c) {
  const bool made_anew = c.item_at > c.holder_at + 1 && c.suspect.path[c.holder_at + 1].node == "Array";
  if (c.suspect.holder != "Array" && !made_anew) {
    return std::nullopt;
  }
  Finding f{"array-growth", StoreHint::Operation::array_push, {}, {}};
  f.why = fmt::format(
      "{} gained {} {} and gives none back.",
      made_anew ? fmt::format("The array \"{}\" of {}", c.suspect.path[c.holder_at + 1].edge, c.suspect.holder)
                : holder_text(c),
      format_count(c.suspect.object_count_growth), c.suspect.constructor);
  f.why += " " + cohorts_text(c);
  if (made_anew) {
    f.why += " The array itself is made anew at each change, and starts from the old one.";
  }
  f.ruled_out.push_back("Not a queue that is drained: the items of the first interval are still in it.");
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
