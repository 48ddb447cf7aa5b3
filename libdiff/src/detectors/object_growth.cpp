// An object that serves as a dictionary gains keys and loses none.

#include "evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> object_growth(const Case& c) {
  const std::string& holder = c.suspect.holder;
  if (holder != "Object" && !holder.starts_with("{") && !holder.starts_with("(object")) {
    return std::nullopt;
  }
  Finding f{"object-growth", StoreHint::Operation::keyed_store, {}, {}};
  f.why = fmt::format("{} serves as a dictionary: it gained {} {} and loses no key.", holder_text(c),
                      format_count(c.suspect.object_count_growth), c.suspect.constructor);
  f.why += " " + cohorts_text(c);
  f.ruled_out.push_back("Not a bounded cache: that would let old entries go, and each interval's are still there.");
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
