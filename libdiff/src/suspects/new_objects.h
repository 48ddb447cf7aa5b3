#pragma once
// The new objects of one accumulation: all of them, and those that its holders' stores hold directly.

#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// All new objects of a group: node indices, ascending. O(nodes).
[[nodiscard]] std::vector<std::uint32_t> new_objects_of(const series::SeriesView& view, const Accumulation& group);

/// The new objects that a programmer would say were added. Reallocated stores, arrays of listeners and the embedder's
/// wrappers are replaced by what they hold. Node indices, ascending. O(edges of the stores).
[[nodiscard]] std::vector<std::uint32_t> items_of(const series::SeriesView& view, const Accumulation& group);

/// The same of one heap, with the links of chains, which hang in one another: all that are of a link's class and type.
[[nodiscard]] std::vector<std::uint32_t> items_with_links(const series::SeriesView& view, const Accumulation& group);

}  // namespace heapdiff::suspects
