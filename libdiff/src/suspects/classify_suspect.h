#pragma once
// Says of an accumulation which kind of leak it is.

#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// Fills kind, why, ruled_out, event, off_heap_bytes, hint, and the number of objects. The suspect has its path,
/// holder, label and constructor already; `holder_at` is the position of the holder on the path, and `items` are the
/// new objects that the holders' stores refer to.
void classify(Suspect& suspect, const series::SeriesView& view, const Accumulation& group, NodeIndex holder,
              std::size_t holder_at, const std::vector<std::uint32_t>& items);

}  // namespace heapdiff::suspects
