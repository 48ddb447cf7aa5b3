#pragma once
// What a fix would free, and which other objects would still hold the new ones.

#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff::suspects {

/// Computes the effect of a fix. Refers to `view`.
class FixEffect {
 public:
  explicit FixEffect(const series::SeriesView& view) : view_(view) {}

  /// Self sizes, in bytes, of the objects that become unreachable when the edges from the holders and their stores to
  /// `items` are cut. O(nodes + edges).
  [[nodiscard]] std::uint64_t freed_bytes(const Accumulation& group, const std::vector<std::uint32_t>& items);

  /// Sentences on the three old objects of the program, other than the holders, that refer to most of the new ones. To
  /// cut the holders' edges is not enough then. O(nodes + edges).
  [[nodiscard]] std::vector<std::string> other_holders(const Accumulation& group,
                                                       const std::vector<std::uint32_t>& items) const;

 private:
  /// The old object of the program that `n` is or is a store of; none for new objects, roots and V8's own.
  [[nodiscard]] NodeIndex program_object_above(NodeIndex n) const;

  const series::SeriesView& view_;
  std::optional<std::uint64_t> reachable_bytes_;  // before any cut
};

}  // namespace heapdiff::suspects
