#pragma once
// Says of an accumulation which kind of leak it is.

#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// Fills kind, why, ruled_out, event, hint, and the number of objects. The suspect has its path, holder, label and
/// constructor already; `holder_at` is the position of the holder on the path.
void classify(Suspect& suspect, const series::SeriesView& view, const Accumulation& group, NodeIndex holder,
              std::size_t holder_at, const std::vector<std::uint32_t>& items);

}  // namespace heapdiff::suspects
