// An object that serves as a dictionary, gains keys and loses none.

#include "detectors/evidence.h"
#include "v8/objects.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> object_growth(const Candidate& candidate) {
  const std::string& holder = candidate.suspect.holder;
  const bool is_replaced = candidate.item_at > candidate.holder_at + 1 &&
                           v8::is_plain_object_class(candidate.suspect.path[candidate.holder_at + 1].node);
  if (!v8::is_plain_object_class(holder) && !is_replaced) {
    return std::nullopt;
  }
  Finding f{LeakKind::object_growth, StoreHint::Operation::keyed_store, {}, {}};
  f.why = fmt::format("{} serves as a dictionary: it gained {} {} and loses no key.", holder_text(candidate),
                      format_count(candidate.suspect.object_count_growth), candidate.suspect.constructor);
  f.why += " " + cohorts_text(candidate);
  if (is_replaced && !v8::is_plain_object_class(holder)) {
    f.why += " The object itself is made anew at each change, and starts from the old one.";
  }
  f.ruled_out.push_back("Not a bounded cache: that would let old entries go, and each interval's are still there.");
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
