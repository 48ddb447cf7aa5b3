#pragma once
// The new objects of one accumulation: all of them, and those that its holders' stores hold directly.

#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <vector>

namespace heapdiff {

/// Node indices, ascending.
[[nodiscard]] std::vector<std::uint32_t> new_objects_of(const SeriesView& view, const Accumulation& group);

/// What a programmer would say was added: below reallocated stores, arrays of listeners and the embedder's wrappers.
/// Node indices, ascending.
[[nodiscard]] std::vector<std::uint32_t> items_of(const SeriesView& view, const Accumulation& group);

}  // namespace heapdiff
