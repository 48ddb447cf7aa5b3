#pragma once
// Levels along a clock: the slope with its uncertainty, and what kind of growth it is.

#include "heapdiff/diff/clocks.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace heapdiff {

/// Growth per unit of a clock: bytes per hour, or per operation. No interval from two points.
struct Rate {
  double estimate = 0;
  std::optional<double> low;
  std::optional<double> high;
};

/// Least squares over (at, levels) with a Student-t interval of 95 % from three points on. None when the clock does not
/// advance.
///
/// The interval is the wider of two: that of the residuals around the line (noise on the levels), and that of the
/// steps between neighbours (growth that wanders keeps what it gained, so its residuals look too small).
[[nodiscard]] std::optional<Rate> fit_rate(std::span<const double> at, std::span<const double> levels);

/// The slope above which a steady growth with the noise of this series is called steady 95 times in 100, when `clocks`
/// clocks are tried: levels per unit of `at`. None below three points or where the clock does not advance. 0 for a
/// series without noise.
[[nodiscard]] std::optional<double> detectable_rate(std::span<const double> at, std::span<const double> levels,
                                                    std::size_t clocks = 1);

/// The same as growth over the whole series, under the clock that would show the least: the floor of a verdict.
[[nodiscard]] std::optional<double> detectable_growth(std::span<const Clock> clocks, std::span<const double> levels);

enum class Trajectory {
  flat,          ///< no growth, or less than the smallest that is judged
  steady,        ///< grows step after step, and is shown not to level off
  decelerating,  ///< grew early and levelled off: a warm-up, or a cache that filled
  unsteady,      ///< up and down
  unclear,       ///< grew, but the noise is too large for the number of points to tell which
  two_points,    ///< grew, but two snapshots cannot tell which
};

/// What a place held, and how much of it is left: one entry per snapshot each.
struct GrowthSeries {
  std::span<const Clock> clocks;      ///< from clocks_of(); not empty
  std::span<const double> levels;     ///< bytes or objects held
  std::span<const double> survivors;  ///< of what it holds at the end: what was there already; may be empty
  /// The levels were added up from survivors, so they cannot confirm that those persist.
  bool levels_are_survivors = false;
};

/// A trajectory, and the clock under which it was found; the first clock where none decided.
struct GrowthJudgement {
  Trajectory trajectory = Trajectory::flat;
  ClockKind clock = ClockKind::steps;
  bool survivors_persist = true;  ///< under that clock
};

/// What kind of growth `levels` show along one clock, whose readings `at` ascend strictly. `smallest` is the growth, in
/// the unit of the levels, below which nothing is said. `clocks` is the number of clocks that are tried in all: the
/// error that is allowed is shared between them.
///
/// Steady needs two proofs, each a one-sided Student-t test with the wider of two standard errors (noise on the levels,
/// random walk): that the slope is above zero, and that the slope of the later half is more than half of the early
/// half's. An exponential with a time constant of half the span has 0.37, a line has 1. The tests are at 1 % from five
/// points on, at 3 % for four and at 5 % for three. Levels that stay as they are at first and then grow are judged from
/// there on, where at least five points are left.
[[nodiscard]] Trajectory judge_trajectory(std::span<const double> at, std::span<const double> levels, double smallest,
                                          std::size_t clocks = 1);

/// Whether what came in the early half of the steps is still there at the end: at a third of the rate of the later
/// half, or at half the rate at which the levels rose (`levels` may be empty: then only the former). Levels alone
/// cannot show this: a store that is emptied a little more often than snapshots are taken shows a straight line. Of its
/// objects, though, only those of the last step are left. False as well where more survives of some steps than the
/// levels rose in them, by more than all growth: as much had to go. True below three points.
[[nodiscard]] bool survivors_persist(std::span<const double> at, std::span<const double> levels,
                                     std::span<const double> survivors);

/// Judges the levels under each clock, with the survivors beside them. Growth that is steady under one clock, and whose
/// survivors persist under the same, is steady. Growth that slows under all of them is a warm-up. What does not persist
/// under the clock that makes it look steady is unclear. Levels that leap, as tables do when they double, are steady
/// where their survivors are.
///
/// A series that was steady stays so when a snapshot is added whose step grew at least as fast as the slowest step
/// before, under a clock that convicted: more of the same evidence never weakens a verdict.
[[nodiscard]] GrowthJudgement judge_growth(const GrowthSeries& series, double smallest);

/// Judges a store alone, whose content cannot be seen (numbers): tables double and arrays grow by half, so that levels
/// are stairs. One that last rose in the later half may be full again soon, and is unclear where its levels look like
/// levelling off; from five points on, one that rose at every step, and in the later half no slower than at three
/// quarters of the early rate, is steady.
[[nodiscard]] GrowthJudgement judge_table_growth(std::span<const Clock> clocks, std::span<const double> levels,
                                                 double smallest);

}  // namespace heapdiff
