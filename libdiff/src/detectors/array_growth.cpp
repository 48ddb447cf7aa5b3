// An array that items are appended to and that nothing empties.

#include "detectors/evidence.h"
#include "v8/collections.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> array_growth(const Candidate& candidate) {
  const bool is_replaced = candidate.item_at > candidate.holder_at + 1 &&
                           candidate.suspect.path[candidate.holder_at + 1].node == v8::kArrayClass;
  if (candidate.suspect.holder != v8::kArrayClass && !is_replaced) {
    return std::nullopt;
  }
  Finding f{LeakKind::array_growth, StoreHint::Operation::array_push, {}, {}};
  f.why = fmt::format("{} gained {} {} and gives none back.",
                      is_replaced
                          ? fmt::format("The array \"{}\" of {}", candidate.suspect.path[candidate.holder_at + 1].edge,
                                        candidate.suspect.holder)
                          : holder_text(candidate),
                      format_count(candidate.suspect.object_count_growth), candidate.suspect.constructor);
  f.why += " " + cohorts_text(candidate);
  if (is_replaced) {
    f.why += " The array itself is made anew at each change, and starts from the old one.";
  }
  f.ruled_out.push_back("Not a queue that is drained: the items of the first interval are still in it.");
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
