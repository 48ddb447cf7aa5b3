// DOM nodes outside the document that JavaScript still refers to.

#include "detectors/evidence.h"

#include <fmt/format.h>

#include <cmath>

namespace heapdiff::detectors {

std::optional<Finding> detached_dom(const Case& c) {
  if (c.content.detached <= c.content.total / 10) {
    return std::nullopt;
  }
  double nodes = 0;
  for (const auto& [constructor, counts] : c.group.class_counts) {
    if (std::string_view(c.heap.classes.info(ClassIndex(constructor)).name).starts_with("Detached ")) {
      for (const double count : counts) {
        nodes += count;
      }
    }
  }
  Finding f{"detached-dom", StoreHint::Operation::any, {}, {}};
  f.why = fmt::format(
      "{} DOM nodes that came after the first snapshot are in no document any more, and {} still refers to them. "
      "Each keeps its whole subtree and its listeners.",
      format_count(std::lround(nodes)), holder_text(c));
  f.ruled_out.push_back("Not the document: its own tree is marked as attached.");
  return f;
}

}  // namespace heapdiff::detectors
