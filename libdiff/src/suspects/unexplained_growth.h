#pragma once
// The growth of the heap that no suspect and no known warm-up explains. When it is steady, a verdict of "no leak" is
// not possible.

#include "heapdiff/diff/suspect.h"
#include "series/series_view.h"
#include "suspects/accumulation.h"

#include <span>
#include <vector>

namespace heapdiff::suspects {

/// Starts with the heap's size at each snapshot and subtracts what is known to be no leak. Refers to `view`.
///
/// V8 compiles code again and again and discards it, so that the survivors of code do not show how much there was at
/// earlier snapshots. Code and hidden classes are therefore subtracted as they were at each snapshot, and only the rest
/// of the engine's overhead by its survivors. New code that a group of the program's own objects holds, such as
/// functions that were evaluated and kept, stays in.
class UnexplainedGrowth {
 public:
  /// O(nodes).
  UnexplainedGrowth(const series::SeriesView& view, std::span<const Accumulation> groups);

  /// Subtracts a place that was judged to be no leak, by its levels where they are known. The survivors of a place
  /// whose objects are replaced do not tell how large it was before, so such a place stays in.
  void subtract_place(const Suspect& suspect, const Accumulation& group);

  /// Adds up places that are too small to report one by one: together they may be a leak.
  void add_small_place(const Accumulation& group);

  /// Fills Findings::unexplained_levels and smallest_bytes and, when there is no suspect, judges the growth that is
  /// left.
  void write_to(Findings& findings) const;

 private:
  void subtract_overhead(const series::SeriesView& view, std::span<const Accumulation> groups);
  void subtract_cohorts(const std::vector<double>& cohort_bytes);

  std::span<const Clock> clocks_;
  double smallest_bytes_;                      // growth below which nothing is reported
  std::vector<double> heap_bytes_;             // per snapshot
  std::vector<double> small_place_survivors_;  // per snapshot: bytes of all small places that are alive at the end
};

}  // namespace heapdiff::suspects
