#pragma once
// What grows without a new object: tables and arrays whose bytes DevTools counts as their owner's own.

#include "suspects/accumulation.h"

namespace heapdiff {

inline constexpr std::uint32_t kNoGroup = UINT32_MAX;

/// Gives each group what the own sizes of old objects grew by that lead to its new objects, most of all groups'.
/// `group_of` has the group of each new subtree's root. O(nodes + edges of the objects that grew).
void add_store_growth(const SeriesView& view, Accumulations& found, const Column<std::uint32_t>& group_of);

/// Of one heap: gives each group the stores of its holders as a whole. A holder of several groups counts for the one
/// with most bytes. O(holders log holders).
void add_own_stores(const SeriesView& view, Accumulations& found);

}  // namespace heapdiff
