#include "heapdiff/diff/growth.h"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace heapdiff {

namespace {

double t_quantile(double degrees) { return boost::math::quantile(boost::math::students_t(degrees), 0.975); }

}  // namespace

std::optional<Rate> fit_rate(std::span<const double> hours, std::span<const double> bytes) {
  const std::size_t n = hours.size();
  if (n < 2 || bytes.size() != n) {
    return std::nullopt;
  }
  double mean_x = 0;
  double mean_y = 0;
  for (std::size_t i = 0; i < n; ++i) {
    mean_x += hours[i] / static_cast<double>(n);
    mean_y += bytes[i] / static_cast<double>(n);
  }
  double sxx = 0;
  double sxy = 0;
  for (std::size_t i = 0; i < n; ++i) {
    sxx += (hours[i] - mean_x) * (hours[i] - mean_x);
    sxy += (hours[i] - mean_x) * (bytes[i] - mean_y);
  }
  if (!(sxx > 0)) {
    return std::nullopt;
  }
  Rate rate;
  rate.estimate = sxy / sxx;
  if (n == 2) {
    return rate;
  }
  double squares = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double off = bytes[i] - mean_y - rate.estimate * (hours[i] - mean_x);
    squares += off * off;
  }
  const auto degrees = static_cast<double>(n - 2);
  const double white = t_quantile(degrees) * std::sqrt(squares / degrees / sxx);
  // Random walk: each step's departure from the slope is independent, with a variance in proportion to its length.
  const double span = hours[n - 1] - hours[0];
  double walk = 0;
  if (span > 0) {
    const double drift = (bytes[n - 1] - bytes[0]) / span;
    double variance = 0;
    for (std::size_t i = 1; i < n; ++i) {
      const double dt = hours[i] - hours[i - 1];
      if (dt > 0) {
        const double off = bytes[i] - bytes[i - 1] - drift * dt;
        variance += off * off / dt;
      }
    }
    variance /= degrees;
    walk = t_quantile(degrees) * std::sqrt(variance / span);
  }
  const double half = std::max(white, walk);
  rate.low = rate.estimate - half;
  rate.high = rate.estimate + half;
  return rate;
}

Trajectory judge_trajectory(std::span<const double> levels, double smallest) {
  const std::size_t n = levels.size();
  if (n < 2) {
    return Trajectory::flat;
  }
  const double growth = levels[n - 1] - levels[0];
  if (growth < smallest) {
    return Trajectory::flat;
  }
  if (n == 2) {
    return Trajectory::two_points;
  }
  double fallen = 0;
  std::size_t rising = 0;
  for (std::size_t i = 1; i < n; ++i) {
    const double step = levels[i] - levels[i - 1];
    fallen += std::max(0.0, -step);
    rising += step > smallest / static_cast<double>(n - 1) / 4 ? 1 : 0;
  }
  if (fallen > growth / 4) {
    return Trajectory::unsteady;
  }
  // The later half has to bring its share. Hash tables double, so a steady leak's steps are uneven: a third is enough.
  const std::size_t middle = (n - 1) / 2;
  const double early = (levels[middle] - levels[0]) / static_cast<double>(middle);
  const double late = (levels[n - 1] - levels[middle]) / static_cast<double>(n - 1 - middle);
  const double last = levels[n - 1] - levels[n - 2];
  if (late < early / 3 || (n >= 5 && levels[n - 1] - levels[n - 3] < growth / static_cast<double>(n - 1) / 2)) {
    return Trajectory::decelerating;
  }
  if (last < growth / static_cast<double>(n - 1) / 4) {
    return Trajectory::decelerating;
  }
  return 2 * rising >= n - 1 ? Trajectory::steady : Trajectory::unsteady;
}

}  // namespace heapdiff
