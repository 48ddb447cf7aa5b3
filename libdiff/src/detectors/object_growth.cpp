// An object that serves as a dictionary gains keys and loses none.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> object_growth(const Case& c) {
  const std::string& holder = c.suspect.holder;
  const auto is_plain = [](const std::string& name) {
    return name == "Object" || name.starts_with("{") || name.starts_with("(object");
  };
  const bool made_anew = c.item_at > c.holder_at + 1 && is_plain(c.suspect.path[c.holder_at + 1].node);
  if (!is_plain(holder) && !made_anew) {
    return std::nullopt;
  }
  Finding f{"object-growth", StoreHint::Operation::keyed_store, {}, {}};
  f.why = fmt::format("{} serves as a dictionary: it gained {} {} and loses no key.", holder_text(c),
                      format_count(c.suspect.object_count_growth), c.suspect.constructor);
  f.why += " " + cohorts_text(c);
  if (made_anew && !is_plain(holder)) {
    f.why += " The object itself is made anew at each change, and starts from the old one.";
  }
  f.ruled_out.push_back("Not a bounded cache: that would let old entries go, and each interval's are still there.");
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
