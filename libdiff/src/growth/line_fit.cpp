#include "growth/line_fit.h"

#include "growth/residuals.h"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace heapdiff::growth {

namespace {

constexpr std::size_t kMaxDegrees = 255;
constexpr std::size_t kMaxClocks = 3;

double quantile(double degrees, double p) { return boost::math::quantile(boost::math::students_t(degrees), p); }

struct Quantiles {
  double two_sided_95 = 0;
  std::array<double, kMaxClocks> conviction{};  ///< by number of clocks, less one
};

const Quantiles& quantiles(std::size_t degrees) {
  static const std::vector<Quantiles> kTable = [] {
    std::vector<Quantiles> table(kMaxDegrees + 1);
    for (std::size_t d = 1; d < table.size(); ++d) {
      const auto df = static_cast<double>(d);
      const double error = d == 1 ? 0.05 : d == 2 ? 0.03 : 0.01;
      table[d].two_sided_95 = quantile(df, 0.975);
      for (std::size_t clocks = 1; clocks <= kMaxClocks; ++clocks) {
        table[d].conviction[clocks - 1] = quantile(df, 1 - error / static_cast<double>(clocks));
      }
    }
    return table;
  }();
  return kTable[std::clamp<std::size_t>(degrees, 1, kMaxDegrees)];
}

}  // namespace

double two_sided_95(std::size_t degrees) { return quantiles(degrees).two_sided_95; }

double conviction_quantile(std::size_t points, std::size_t clocks) {
  return quantiles(points - 2).conviction[std::clamp<std::size_t>(clocks, 1, kMaxClocks) - 1];
}

std::vector<double> slope_weights(std::span<const double> x, std::size_t first, std::size_t last) {
  std::vector<double> weights(x.size(), 0.0);
  double mean = 0;
  for (std::size_t i = first; i < last; ++i) {
    mean += x[i] / static_cast<double>(last - first);
  }
  double sxx = 0;
  for (std::size_t i = first; i < last; ++i) {
    sxx += (x[i] - mean) * (x[i] - mean);
  }
  for (std::size_t i = first; i < last && sxx > 0; ++i) {
    weights[i] = (x[i] - mean) / sxx;
  }
  return weights;
}

double weighted_sum(std::span<const double> weights, std::span<const double> y) {
  return std::inner_product(weights.begin(), weights.end(), y.begin(), 0.0);
}

Noise::Noise(std::span<const double> x, std::span<const double> y, double slope) : x_(x) {
  const Residuals r = residuals_around(x, y, slope);
  level_variance_ = r.level_variance;
  step_variance_ = r.step_variance;
}

double Noise::error_of(std::span<const double> weights) const {
  double white = 0;
  for (const double w : weights) {
    white += w * w * level_variance_;
  }
  // A step carries over to all later levels.
  double walk = 0;
  double later = 0;
  for (std::size_t i = weights.size(); i-- > 1;) {
    later += weights[i];
    walk += later * later * (x_[i] - x_[i - 1]) * step_variance_;
  }
  return std::sqrt(std::max(white, walk));
}

Contrast contrast_of(std::span<const double> x, std::span<const double> y) {
  const std::size_t n = x.size();
  const std::size_t half = (n + 1) / 2;
  const std::vector<double> all = slope_weights(x, 0, n);
  const std::vector<double> early = slope_weights(x, 0, half);
  const std::vector<double> late = slope_weights(x, n - half, n);
  std::vector<double> excess(n);
  for (std::size_t i = 0; i < n; ++i) {
    excess[i] = late[i] - kMinLateShare * early[i];
  }
  Contrast c;
  c.slope = weighted_sum(all, y);
  const Noise noise(x, y, c.slope);
  c.slope_error = noise.error_of(all);
  c.early = weighted_sum(early, y);
  c.late = weighted_sum(late, y);
  c.excess = c.late - kMinLateShare * c.early;
  c.excess_error = noise.error_of(excess);
  return c;
}

}  // namespace heapdiff::growth
