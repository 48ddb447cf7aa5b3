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

/// What a place held over time, and what is left of it: one entry per snapshot each.
struct GrowthSeries {
  std::span<const double> hours;      ///< ascending; empty or without a span: the steps count as equal
  std::span<const double> levels;     ///< bytes held; for survivors_persist() alone it may be empty
  std::span<const double> survivors;  ///< of what it holds at the end: bytes that were there already; may be empty
};

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
/// points on and at 5 % below. Levels that stay as they are at first and then grow are judged from there on, where at
/// least five points are left.
[[nodiscard]] Trajectory judge_trajectory(std::span<const double> hours, std::span<const double> levels,
                                          double smallest);

/// Whether what came in the early half of the steps is still there at the end: at a third of the rate of the later
/// half, or at half the rate at which the levels rose. Levels alone cannot tell: a store that is emptied a little more
/// often than snapshots are taken shows a straight line. Of its objects, though, only those of the last step are left.
/// True below three points.
[[nodiscard]] bool survivors_persist(const GrowthSeries& series);

/// judge_trajectory() of the levels, with the objects' own testimony: what is not kept is not called steady, and
/// levels that leap, as tables do when they double, are steady where their objects came evenly and stayed.
[[nodiscard]] Trajectory judge_growth(const GrowthSeries& series, double smallest);

/// judge_trajectory() of a store alone, whose content cannot be seen (numbers): tables double and arrays grow by half,
/// so that levels are stairs. One that last rose in the later half may be full again soon, and is unclear where its
/// levels look like levelling off; from five points on, one that rose at every step, and in the later half no slower
/// than at three quarters of the early rate, is steady.
[[nodiscard]] Trajectory judge_stairs(std::span<const double> hours, std::span<const double> levels, double smallest);

}  // namespace heapdiff
