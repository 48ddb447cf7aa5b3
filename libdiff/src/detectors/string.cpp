// A string that grows by appending.

#include "evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> string(const Case& c) {
  const bool texts = c.content.strings > c.content.total * 9 / 10;
  const bool one_text = c.suspect.new_objects < 2 * static_cast<std::int64_t>(c.suspect.levels.size()) ||
                        c.suspect.constructor == "(concatenated string)";
  if (!texts || !one_text || c.suspect.label.find('*') != std::string::npos) {
    return std::nullopt;
  }
  Finding f{"string", StoreHint::Operation::string_append, {}, {}};
  f.why = fmt::format(
      "The text in {} grows by appending: {} in {} pieces came since the first snapshot, and the pieces hang together "
      "as one string, so that none can go alone.",
      holder_text(c), bytes_text(static_cast<double>(c.content.strings)), c.suspect.new_objects);
  f.ruled_out.push_back("Not many strings in a collection: one property or variable reaches all of them.");
  return f;
}

}  // namespace heapdiff::detectors
