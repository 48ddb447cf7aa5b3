#include "heapdiff/diff/outlook.h"

#include <algorithm>
#include <cmath>

namespace heapdiff {

std::optional<TimeToLimit> time_to_limit(double level, const Rate& rate, double limit) {
  if (level >= limit) {
    return TimeToLimit{0, 0.0, 0.0};
  }
  if (!(rate.estimate > 0)) {
    return std::nullopt;
  }
  TimeToLimit time;
  time.hours = (limit - level) / rate.estimate;
  if (rate.high && *rate.high > 0) {
    time.soonest = (limit - level) / *rate.high;
  }
  if (rate.low && *rate.low > 0) {
    time.latest = (limit - level) / *rate.low;
  }
  return time;
}

ObservedComparison compare_observed(double observed, const Rate& heap) {
  constexpr double kTolerance = 0.2;
  ObservedComparison c;
  c.observed = observed;
  c.explained = heap.estimate;
  c.share = heap.estimate / observed;
  const bool far = std::abs(c.share - 1) > kTolerance;
  // An interval that is narrower than the reading of a chart would contradict everything.
  const bool outside = !heap.low || observed < *heap.low || observed > *heap.high;
  c.contradicts = far && outside;
  return c;
}

}  // namespace heapdiff
