#pragma once
// Levels over time: the slope with its uncertainty, and what kind of growth it is.

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

enum class Trajectory {
  flat,          ///< no growth worth a word
  steady,        ///< grows step after step
  decelerating,  ///< grew early and levelled off: a warm-up, or a cache that filled
  unsteady,      ///< up and down
  two_points,    ///< grew, but two snapshots cannot tell which
};

/// `smallest` is the growth, in the unit of the levels, below which nothing is said.
[[nodiscard]] Trajectory judge_trajectory(std::span<const double> levels, double smallest);

}  // namespace heapdiff
