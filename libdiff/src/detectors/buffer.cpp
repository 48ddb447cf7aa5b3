// Buffers: memory outside the JavaScript heap that small objects in the heap keep.

#include "detectors/evidence.h"
#include "v8/buffers.h"

#include <fmt/format.h>

#include <cmath>

namespace heapdiff::detectors {

std::optional<Finding> buffer(const Candidate& candidate) {
  if (candidate.content.off_heap <= candidate.content.total / 2) {
    return std::nullopt;
  }
  const std::string& holder = candidate.suspect.holder;
  Finding f{LeakKind::buffer,
            holder == v8::kArrayClass ? StoreHint::Operation::array_push
            : holder == v8::kMapClass ? StoreHint::Operation::map_set
                                      : StoreHint::Operation::any,
            {},
            {}};
  double stores = 0;
  double views = 0;
  for (const auto& [constructor, counts] : candidate.group.class_counts) {
    const std::string_view name = candidate.heap.classes.info(ClassIndex(constructor)).name;
    double count = 0;
    for (const double k : counts) {
      count += k;
    }
    stores += v8::is_array_buffer_class(name) ? count : 0;
    views += v8::is_buffer_view_class(name) ? count : 0;
  }
  f.why = fmt::format(
      "{} of the {} that came lie outside the JavaScript heap, in {} buffers behind {} views that {} keeps.",
      format_bytes(static_cast<double>(candidate.content.off_heap)),
      format_bytes(static_cast<double>(candidate.content.total)), format_count(std::lround(stores)),
      format_count(std::lround(views)), holder_text(candidate));
  if (stores > 0) {
    f.why += fmt::format(" A view keeps the whole buffer that it was cut from, {} on average.",
                         format_bytes(static_cast<double>(candidate.content.off_heap) / stores));
  }
  f.ruled_out.push_back(
      fmt::format("Not the JavaScript heap: only {} of the growth is in it.",
                  format_bytes(static_cast<double>(candidate.content.total - candidate.content.off_heap))));
  return f;
}

}  // namespace heapdiff::detectors
