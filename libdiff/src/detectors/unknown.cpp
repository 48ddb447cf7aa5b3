// The detector for what no other one recognises: it says what is held, and by what.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> unknown(const Candidate& candidate) {
  Finding f{LeakKind::unknown, StoreHint::Operation::any, {}, {}};
  f.why =
      fmt::format("{} objects, most of their bytes in {}, came after the first snapshot under {} and stay.",
                  format_count(candidate.suspect.new_objects), candidate.suspect.constructor, holder_text(candidate));
  f.ruled_out.push_back("None of the known kinds fits what holds these objects.");
  return f;
}

}  // namespace heapdiff::detectors
