// A string that grows by appending.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> string(const Candidate& candidate) {
  const bool texts = candidate.content.strings > candidate.content.total * 9 / 10;
  // Pieces of one text hang together below few roots; texts in a collection are as many roots as there are texts.
  const bool one_text = candidate.items.size() < 2 * candidate.suspect.levels.size();
  if (!texts || !one_text || candidate.suspect.label.find('*') != std::string::npos) {
    return std::nullopt;
  }
  Finding f{LeakKind::string, StoreHint::Operation::string_append, {}, {}};
  f.why = fmt::format(
      "The text in {} grows by appending: {} in {} pieces came since the first snapshot, and the pieces hang together "
      "as one string, so that none can go alone.",
      holder_text(candidate), format_bytes(static_cast<double>(candidate.content.strings)),
      format_count(candidate.suspect.new_objects));
  f.ruled_out.push_back("Not many strings in a collection: one property or variable reaches all of them.");
  return f;
}

}  // namespace heapdiff::detectors
