#include "heapdiff/diff/series_check.h"

#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

namespace heapdiff {

std::vector<std::string> series_warnings(std::span<const Facts> facts) {
  std::vector<std::string> warnings;
  for (std::size_t k = 1; k < facts.size(); ++k) {
    const Facts& older = facts[k - 1];
    const Facts& newer = facts[k];
    const std::string a = visible_text(older.input.name);
    const std::string b = visible_text(newer.input.name);
    const bool same = !older.input.digest.empty() && older.input.digest == newer.input.digest;
    if (same) {
      warnings.push_back(fmt::format("{} and {} have the same content: nothing can have grown between them.", a, b));
    }
    if (older.captured_ns && newer.captured_ns && *older.captured_ns == *newer.captured_ns) {
      warnings.push_back(fmt::format("{} and {} carry the same time: no rate can come from that step.", a, b));
    }
    if (!same && !older.objects.empty() && !newer.objects.empty() &&
        newer.objects.last_id() < older.objects.last_id()) {
      warnings.push_back(
          fmt::format("{} comes after {} by its time, but its node ids end earlier: the order may be reversed.", b, a));
    }
  }
  return warnings;
}

}  // namespace heapdiff
