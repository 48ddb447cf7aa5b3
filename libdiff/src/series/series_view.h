#pragma once
// What all steps that judge a series read.

#include "heapdiff/diff/age_source.h"
#include "heapdiff/diff/clocks.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/retaining_tree.h"
#include "series/cohorts.h"

#include <span>

namespace heapdiff::series {

/// The last snapshot, the facts of all snapshots, and what follows from both. It refers to its parts and owns none.
struct SeriesView {
  const Heap& last;
  std::span<const Facts> facts;   ///< one entry per snapshot, with that of the last one
  std::span<const Clock> clocks;  ///< from clocks_of()
  const RetainingTree& tree;
  const Cohorts& cohorts;
  AgeSource ages = AgeSource::snapshots;  ///< what `cohorts` rest on
};

}  // namespace heapdiff::series

// The growth room's name for it.
namespace heapdiff {
using series::SeriesView;
}  // namespace heapdiff
