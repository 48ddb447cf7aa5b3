#pragma once
// What letting go of a suspect's new objects would free, and who else would have to let go.

#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

class FixEffect {
 public:
  explicit FixEffect(const SeriesView& view) : view_(view) {}

  /// Self sizes, in bytes, of what is no longer reachable when the holders and their stores let go of `items`.
  [[nodiscard]] std::uint64_t freed_bytes(const Accumulation& group, const std::vector<std::uint32_t>& items);

  /// Old objects of the program, beside the holders, that refer to the new ones too, most frequent first: cutting one
  /// edge is not enough.
  [[nodiscard]] std::vector<std::string> other_holders(const Accumulation& group,
                                                       const std::vector<std::uint32_t>& items) const;

 private:
  [[nodiscard]] NodeIndex program_object_above(NodeIndex n) const;

  const SeriesView& view_;
  std::optional<std::uint64_t> all_reachable_;
};

}  // namespace heapdiff
