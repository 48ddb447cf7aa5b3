#pragma once
// What a reader sees of a suspect or an accumulation: its path, holder, classes, kind, functions and signature.

#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// Suspects of one report.
inline constexpr std::size_t kMaxSuspects = 20;
/// Suspects of which the effect of a fix is computed: each costs a search of the whole heap.
inline constexpr std::size_t kMaxFixEffects = 3;

/// Fills path, holder, classes, kind, functions and signature of a suspect. `items` are those of `group` (items_of()).
/// O(nodes + edges).
void describe(Suspect& suspect, const series::SeriesView& view, const PrototypeOwners& owners,
              const Accumulation& group, const std::vector<std::uint32_t>& items);

/// The steps of find_suspects() for a view whose cohorts are known.
[[nodiscard]] Findings find_in(const series::SeriesView& view);

}  // namespace heapdiff::suspects
