#pragma once
// Of one heap: what letting go of an accumulation frees at least, and what else refers to its objects. From the
// dominator tree and one walk over the edges, where a series is searched again for each question (other_holders.h).

#include "heapdiff/diff/suspect.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff::suspects {

/// An accumulation, and what is filled for it.
struct HeldGroup {
  Suspect* suspect = nullptr;
  const Accumulation* group = nullptr;
  std::span<const std::uint32_t> items;  ///< those of items_of()
};

/// Fills fix_frees_bytes with what only the holders keep, and other_holders with the objects outside that refer to a
/// tenth of the items or more. At most 255 groups. O(edges of old objects + objects of the groups).
void describe_holders(const series::SeriesView& view, std::span<const HeldGroup> groups);

}  // namespace heapdiff::suspects
