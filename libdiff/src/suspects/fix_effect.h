#pragma once
// What a fix would free.

#include "series/series_view.h"
#include "suspects/accumulation.h"
#include "suspects/reachable.h"

#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// Computes the effect of a fix. Refers to `view`.
class FixEffect {
 public:
  explicit FixEffect(const series::SeriesView& view) : view_(view) {}

  /// The edges from the holders of `group` and their stores to `items`. O(nodes + edges of the holders).
  [[nodiscard]] EdgeCut fix_of(const Accumulation& group, const std::vector<std::uint32_t>& items) const;

  /// Self sizes, in bytes, of the objects that a cut makes unreachable. `reached`: of reachable(). O(nodes).
  [[nodiscard]] std::uint64_t freed_bytes(const BitColumn& reached) const;

  /// Bytes by which the holders grew themselves: a table counts to its owner.
  [[nodiscard]] std::uint64_t store_growth(const Accumulation& group) const;

 private:
  const series::SeriesView& view_;
};

}  // namespace heapdiff::suspects
