#include "heapdiff/diff/clocks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heapdiff {

namespace {

constexpr double kMaxGapDifference = 0.05;  ///< of the mean gap

bool ascends(std::span<const double> at) {
  return std::adjacent_find(at.begin(), at.end(), [](double a, double b) { return !(a < b); }) == at.end();
}

bool judge_alike(std::span<const double> a, std::span<const double> b) {
  const std::size_t n = a.size();
  if (n < 3) {
    return true;
  }
  const double mean_a = (a[n - 1] - a[0]) / static_cast<double>(n - 1);
  const double mean_b = (b[n - 1] - b[0]) / static_cast<double>(n - 1);
  for (std::size_t i = 1; i < n; ++i) {
    if (std::abs((a[i] - a[i - 1]) / mean_a - (b[i] - b[i - 1]) / mean_b) > kMaxGapDifference) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::vector<Clock> clocks_of(std::size_t snapshots, std::span<const double> operations, std::span<const double> hours) {
  std::vector<Clock> clocks;
  const auto add = [&](ClockKind kind, std::span<const double> at) {
    if (at.size() == snapshots && ascends(at)) {
      clocks.push_back({kind, {at.begin(), at.end()}});
    }
  };
  if (snapshots != 0) {
    add(ClockKind::operations, operations);
    add(ClockKind::time, hours);
  }
  std::vector<double> steps(snapshots);
  std::iota(steps.begin(), steps.end(), 0.0);
  add(ClockKind::steps, steps);
  return clocks;
}

std::span<const double> readings_of(std::span<const Clock> clocks, ClockKind kind) {
  const auto found = std::find_if(clocks.begin(), clocks.end(), [&](const Clock& clock) { return clock.kind == kind; });
  return found == clocks.end() ? std::span<const double>() : std::span<const double>(found->at);
}

std::size_t count_distinct(std::span<const Clock> clocks) {
  std::size_t distinct = 1;
  for (std::size_t i = 1; i < clocks.size(); ++i) {
    const bool seen = std::any_of(clocks.begin(), clocks.begin() + static_cast<std::ptrdiff_t>(i),
                                  [&](const Clock& clock) { return judge_alike(clock.at, clocks[i].at); });
    distinct += seen ? 0U : 1U;
  }
  return distinct;
}

}  // namespace heapdiff
