#pragma once
// What a reader sees of a suspect.

#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// Fills path, holder, classes, kind, functions and signature of a suspect. `items` are those of `group` (items_of()).
/// O(nodes).
void describe(Suspect& suspect, const series::SeriesView& view, const PrototypeOwners& owners,
              const Accumulation& group, const std::vector<std::uint32_t>& items);

}  // namespace heapdiff::suspects
