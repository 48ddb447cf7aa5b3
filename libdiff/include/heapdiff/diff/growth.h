#pragma once
// Levels over time: the slope with its uncertainty, and what kind of growth it is.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace heapdiff {

/// Bytes per hour. No interval from two points.
struct Rate {
  double estimate = 0;
  std::optional<double> low;
  std::optional<double> high;
};

/// Least squares over (hours, bytes) with a Student-t interval of 95 % from three points on. None when no time passes.
///
/// The interval is the wider of two: that of the residuals around the line (noise on the levels), and that of the
/// steps between neighbours (growth that wanders keeps what it gained, so its residuals look too small).
[[nodiscard]] std::optional<Rate> fit_rate(std::span<const double> hours, std::span<const double> bytes);

/// The slope above which a steady growth with the noise of this series is called steady 95 times in 100: levels per
/// hour. None below three points or without a span. 0 for a series without noise.
[[nodiscard]] std::optional<double> detectable_rate(std::span<const double> hours, std::span<const double> levels);

enum class Trajectory {
  flat,          ///< no growth worth a word
  steady,        ///< grows step after step, and is shown not to level off
  decelerating,  ///< grew early and levelled off: a warm-up, or a cache that filled
  unsteady,      ///< up and down
  unclear,       ///< grew, but the noise is too large for the number of points to tell which
  two_points,    ///< grew, but two snapshots cannot tell which
};

/// What kind of growth `levels` show. `smallest` is the growth, in the unit of the levels, below which nothing is said.
/// `hours` has one entry per level, ascending; when it is empty or spans no time, the steps count as equal.
///
/// Steady needs two proofs, each a one-sided Student-t test with the wider of two standard errors (noise on the levels,
/// random walk): that the slope is above zero, and that the slope of the later half is more than half of the early
/// half's. An exponential with a time constant of half the span has 0.37, a line has 1. The tests are at 1 % from five
/// points on and at 5 % below.
[[nodiscard]] Trajectory judge_trajectory(std::span<const double> hours, std::span<const double> levels,
                                          double smallest);

}  // namespace heapdiff
