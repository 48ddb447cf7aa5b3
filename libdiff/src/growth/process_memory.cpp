#include "heapdiff/diff/process_memory.h"

#include "heapdiff/diff/clocks.h"

#include <algorithm>

namespace heapdiff {

namespace {

/// Resident memory changes by this much without a cause that a program can be blamed for: the allocator takes and gives
/// back whole regions.
constexpr double kMinOutsideGrowth = 8e6;
constexpr double kMinOutsideShare = 0.05;  ///< of the first resident memory

std::optional<double> outside_of(const MemoryUsage& usage) {
  const auto heap = usage.heap_total ? usage.heap_total : usage.heap_used;
  if (!usage.rss || !heap) {
    return std::nullopt;
  }
  return static_cast<double>(*usage.rss) - static_cast<double>(*heap) - static_cast<double>(usage.external.value_or(0));
}

std::vector<double> hours_of(std::span<const MemoryPoint> points) {
  constexpr double kNsPerHour = 3600e9;
  std::vector<double> hours;
  for (const MemoryPoint& point : points) {
    if (!point.at_ns || (!hours.empty() && *point.at_ns <= *points[hours.size() - 1].at_ns)) {
      return {};
    }
    hours.push_back(static_cast<double>(*point.at_ns - *points.front().at_ns) / kNsPerHour);
  }
  return hours;
}

}  // namespace

OutsideMemory judge_outside(std::span<const MemoryPoint> points) {
  OutsideMemory out;
  double taken_by_snapshots = 0;
  for (const MemoryPoint& point : points) {
    const auto before = outside_of(point.before);
    if (!before) {
      return {};
    }
    out.levels.push_back(*before - taken_by_snapshots);
    const auto after = point.after ? outside_of(*point.after) : std::nullopt;
    taken_by_snapshots += after ? *after - *before : 0;
  }
  if (points.size() < 2) {
    return {};
  }
  out.is_known = true;
  out.growth_bytes = out.levels.back() - out.levels.front();
  out.smallest_bytes =
      std::max(kMinOutsideGrowth, kMinOutsideShare * static_cast<double>(points.front().before.rss.value_or(0)));
  const std::vector<double> hours = hours_of(points);
  const std::vector<Clock> clocks = clocks_of(points.size(), {}, hours);
  out.trajectory = judge_growth({clocks, out.levels, {}, false}, out.smallest_bytes).trajectory;
  out.rate = hours.empty() ? std::nullopt : fit_rate(hours, out.levels);
  return out;
}

}  // namespace heapdiff
