#pragma once
// Of what the objects of an accumulation are many: listeners per event, closures per function, objects per class; and
// whether that alone convicts.

#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// Fills suspect.alike and suspect.shape_convicts. `suspect` is described already, and `items` are those of items_of().
/// O(edges of the items).
void count_alike(Suspect& suspect, const series::SeriesView& view, const Accumulation& group,
                 const std::vector<std::uint32_t>& items);

}  // namespace heapdiff::suspects
