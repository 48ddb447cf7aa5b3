#pragma once
// Slopes as weighted sums of levels, and their standard errors under two models of noise.

#include <cstddef>
#include <span>
#include <vector>

namespace heapdiff::growth {

/// Quantile of Student's t with `degrees` of freedom. Kept for degrees below 256, as a heap has thousands of groups.
[[nodiscard]] double two_sided_95(std::size_t degrees);

/// The quantile that one of `clocks` tests has to pass: all together err in 1 % of series of five points or more,
/// in 3 % of those of four and in 5 % of those of three. `points` is at least 3.
[[nodiscard]] double conviction_quantile(std::size_t points, std::size_t clocks);

/// Weights that turn the points [first, last) into the slope of their least-squares line; the others have 0.
[[nodiscard]] std::vector<double> slope_weights(std::span<const double> x, std::size_t first, std::size_t last);

[[nodiscard]] double weighted_sum(std::span<const double> weights, std::span<const double> y);

/// The noise of a series around a line of the given slope.
class Noise {
 public:
  /// Needs three points or more. `x` must outlive this.
  Noise(std::span<const double> x, std::span<const double> y, double slope);

  /// Standard error of a weighted sum of the levels: the larger of white noise's and of a random walk's.
  [[nodiscard]] double error_of(std::span<const double> weights) const;

 private:
  std::span<const double> x_;
  double level_variance_ = 0;
  double step_variance_ = 0;
};

/// The quantities that the tests of a trajectory compare.
struct Contrast {
  double slope = 0;
  double slope_error = 0;
  double excess = 0;  ///< slope of the later half less kMinLateShare of the early half's
  double excess_error = 0;
  double early = 0;
  double late = 0;
};

inline constexpr double kMinLateShare = 0.5;

/// Needs three points or more and an `x` that advances.
[[nodiscard]] Contrast contrast_of(std::span<const double> x, std::span<const double> y);

}  // namespace heapdiff::growth
