// DOM nodes in no document that JavaScript still refers to.

#include "detectors/evidence.h"
#include "v8/dom.h"

#include <fmt/format.h>

#include <cmath>

namespace heapdiff::detectors {

std::optional<Finding> detached_dom(const Candidate& candidate) {
  if (candidate.content.detached <= candidate.content.total / 10) {
    return std::nullopt;
  }
  double nodes = 0;
  for (const auto& [constructor, counts] : candidate.group.class_counts) {
    if (std::string_view(candidate.heap.classes.info(ClassIndex(constructor)).name).starts_with(v8::kDetachedPrefix)) {
      for (const double count : counts) {
        nodes += count;
      }
    }
  }
  Finding f{LeakKind::detached_dom, StoreHint::Operation::any, {}, {}};
  f.why = fmt::format(
      "{} DOM nodes that came after the first snapshot are in no document any more, and {} still refers to them. "
      "Each keeps its whole subtree and its listeners.",
      format_count(std::lround(nodes)), holder_text(candidate));
  f.ruled_out.push_back("Not the document: its own tree is marked as attached.");
  return f;
}

}  // namespace heapdiff::detectors
