#pragma once
// What everyone who judges a series reads.

#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/retaining_tree.h"
#include "series/cohorts.h"

#include <span>

namespace heapdiff {

/// The last snapshot, what is known of all, and what follows from both. Refers, does not own.
struct SeriesView {
  const Heap& last;
  std::span<const Facts> facts;   ///< one entry per snapshot, the last one's included
  std::span<const double> hours;  ///< from the first; empty where times are unknown
  const RetainingTree& tree;
  const Cohorts& cohorts;
};

}  // namespace heapdiff
