#include "heapdiff/diff/series_times.h"

#include <algorithm>

namespace heapdiff {

namespace {

constexpr double kNanosecondsPerSecond = 1e9;
constexpr double kSecondsPerHour = 3600;
constexpr double kMinGapSeconds = 1;
constexpr double kWrittenBytesPerSecond = 50e6;

double writing_seconds(const CapturePoint& point) {
  return static_cast<double>(point.size_bytes) / kWrittenBytesPerSecond;
}

SeriesTimes without_rate(NoRateReason reason, std::size_t at) {
  SeriesTimes times;
  times.reason = reason;
  times.at = at;
  return times;
}

}  // namespace

SeriesTimes judge_times(std::span<const CapturePoint> points) {
  for (std::size_t k = 0; k < points.size(); ++k) {
    if (!points[k].captured_ns) {
      return without_rate(NoRateReason::unknown_times, k);
    }
  }
  for (std::size_t k = 0; k < points.size(); ++k) {
    if (points[k].source == CaptureSource::modification_time) {
      return without_rate(NoRateReason::modification_times, k);
    }
  }
  const auto seconds_to = [&](std::size_t k) {
    return static_cast<double>(*points[k].captured_ns - *points.front().captured_ns) / kNanosecondsPerSecond;
  };
  SeriesTimes times;
  double writing = 0;
  for (std::size_t k = 0; k < points.size(); ++k) {
    const double gap = k == 0 ? kMinGapSeconds : seconds_to(k) - seconds_to(k - 1);
    if (gap < 0) {
      return without_rate(NoRateReason::contradicts_order, k);
    }
    if (k != 0 && gap < kMinGapSeconds + writing_seconds(points[k])) {
      return without_rate(NoRateReason::too_close, k);
    }
    // Of a gap, the part in which its later snapshot was written.
    writing += k == 0 ? 0 : writing_seconds(points[k]);
    times.hours.push_back(seconds_to(k) / kSecondsPerHour);
  }
  const double span = points.empty() ? 0 : seconds_to(points.size() - 1);
  times.writing_share = span > 0 ? std::min(1.0, writing / span) : 0;
  return times;
}

}  // namespace heapdiff
