#pragma once
// What is left of a series when a line is taken out of it.

#include <cstddef>
#include <span>

namespace heapdiff {

/// Variances of `y` around a line of the given slope over `x`, with n - 2 degrees of freedom.
struct Residuals {
  double mean_x = 0;
  double mean_y = 0;
  double level_variance = 0;  ///< of the levels: unit of y, squared
  double step_variance = 0;   ///< of the steps, per unit of x
};

/// Needs three points or more, as many in `x` as in `y`; steps of no length are left out.
[[nodiscard]] inline Residuals residuals_around(std::span<const double> x, std::span<const double> y, double slope) {
  const std::size_t n = x.size();
  const auto degrees = static_cast<double>(n - 2);
  Residuals r;
  for (std::size_t i = 0; i < n; ++i) {
    r.mean_x += x[i] / static_cast<double>(n);
    r.mean_y += y[i] / static_cast<double>(n);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double off = y[i] - r.mean_y - slope * (x[i] - r.mean_x);
    r.level_variance += off * off / degrees;
  }
  for (std::size_t i = 1; i < n; ++i) {
    const double dt = x[i] - x[i - 1];
    if (dt > 0) {
      const double off = y[i] - y[i - 1] - slope * dt;
      r.step_variance += off * off / dt / degrees;
    }
  }
  return r;
}

}  // namespace heapdiff
