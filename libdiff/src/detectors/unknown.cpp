// None of the known kinds: what is held, and by what.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

std::optional<Finding> unknown(const Case& c) {
  Finding f{"unknown", StoreHint::Operation::any, {}, {}};
  f.why = fmt::format("{} objects, most of their bytes in {}, came after the first snapshot under {} and stay.",
                      format_count(c.suspect.new_objects), c.suspect.constructor, holder_text(c));
  f.ruled_out.push_back("None of the known kinds fits what holds these objects.");
  return f;
}

}  // namespace heapdiff::detectors
