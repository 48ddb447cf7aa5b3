// Buffers: memory outside the JavaScript heap, kept by small objects in it.

#include "detectors/evidence.h"

#include <fmt/format.h>

#include <cmath>

namespace heapdiff::detectors {

std::optional<Finding> buffer(const Case& c) {
  if (c.content.native <= c.content.total / 2) {
    return std::nullopt;
  }
  const std::string& holder = c.suspect.holder;
  Finding f{"buffer",
            holder == "Array" ? StoreHint::Operation::array_push
            : holder == "Map" ? StoreHint::Operation::map_set
                              : StoreHint::Operation::any,
            {},
            {}};
  double stores = 0;
  double views = 0;
  for (const auto& [constructor, counts] : c.group.class_counts) {
    const std::string_view name = c.heap.classes.info(ClassIndex(constructor)).name;
    double count = 0;
    for (const double k : counts) {
      count += k;
    }
    stores += name == "ArrayBuffer" || name == "SharedArrayBuffer" ? count : 0;
    views += name == "Buffer" || name == "FastBuffer" || (name.ends_with("Array") && name != "Array") ? count : 0;
  }
  f.why = fmt::format(
      "{} of the {} that came lie outside the JavaScript heap, in {} buffers behind {} views that {} keeps.",
      format_bytes(static_cast<double>(c.content.native)), format_bytes(static_cast<double>(c.content.total)),
      format_count(std::lround(stores)), format_count(std::lround(views)), holder_text(c));
  if (stores > 0) {
    f.why += fmt::format(" A view keeps the whole buffer that it was cut from, {} on average.",
                         format_bytes(static_cast<double>(c.content.native) / stores));
  }
  f.ruled_out.push_back(fmt::format("Not the JavaScript heap: only {} of the growth is in it.",
                                    format_bytes(static_cast<double>(c.content.total - c.content.native))));
  return f;
}

}  // namespace heapdiff::detectors
