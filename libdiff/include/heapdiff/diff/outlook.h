#pragma once
// What a rate means: when the limit is reached, and whether monitoring tells the same story.

#include "heapdiff/diff/growth.h"

#include <optional>

namespace heapdiff {

/// Hours until a level reaches `limit`, both in bytes. `soonest` and `latest` come from the ends of the rate's interval
/// and are absent where there is none, or where the heap might never get there.
struct TimeToLimit {
  double hours = 0;
  std::optional<double> soonest;
  std::optional<double> latest;
};

/// None when the rate is not positive; 0 hours when the level is at the limit already.
[[nodiscard]] std::optional<TimeToLimit> time_to_limit(double level, const Rate& rate, double limit);

/// What the snapshots explain of the growth that monitoring reports.
struct ObservedComparison {
  double observed = 0;       ///< bytes per hour, as given
  double explained = 0;      ///< bytes per hour, by the snapshots
  double share = 0;          ///< explained / observed
  bool contradicts = false;  ///< the observed rate lies outside the interval, or off by more than a fifth without one
};

/// `observed` has to be positive.
[[nodiscard]] ObservedComparison compare_observed(double observed, const Rate& heap);

}  // namespace heapdiff
