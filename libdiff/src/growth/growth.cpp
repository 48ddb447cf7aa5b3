#include "heapdiff/diff/growth.h"

#include "growth/residuals.h"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

namespace heapdiff {

namespace {

/// Quantile of Student's t; tables of small degrees are kept, as a heap has thousands of groups.
double t_quantile(double degrees, double p) { return boost::math::quantile(boost::math::students_t(degrees), p); }

struct Quantiles {
  double two_sided_95;
  double one_sided_99;
};
const Quantiles& quantiles(std::size_t degrees) {
  static const std::vector<Quantiles> kTable = [] {
    std::vector<Quantiles> table(256);
    for (std::size_t d = 1; d < table.size(); ++d) {
      table[d] = {t_quantile(static_cast<double>(d), 0.975), t_quantile(static_cast<double>(d), 0.99)};
    }
    return table;
  }();
  return kTable[std::clamp<std::size_t>(degrees, 1, kTable.size() - 1)];
}

/// Weights that turn the points [first, last) into the slope of their least-squares line; the others have 0.
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

double weighted_sum(const std::vector<double>& weights, std::span<const double> y) {
  return std::inner_product(weights.begin(), weights.end(), y.begin(), 0.0);
}

/// The noise of a series around its line, as seen by two models.
class Noise {
 public:
  Noise(std::span<const double> x, std::span<const double> y, double slope) : x_(x) {
    const Residuals r = residuals_around(x, y, slope);
    level_variance_ = r.level_variance;
    step_variance_ = r.step_variance;
  }

  /// Standard error of a weighted sum of the levels: the larger of the two models'.
  [[nodiscard]] double error_of(const std::vector<double>& weights) const {
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

 private:
  std::span<const double> x_;
  double level_variance_ = 0;
  double step_variance_ = 0;
};

/// What the tests of a trajectory rest on.
struct Contrast {
  double slope = 0;
  double slope_error = 0;
  double excess = 0;  ///< slope of the later half less half the slope of the early one
  double excess_error = 0;
  double early = 0;
  double late = 0;
};

constexpr double kLateShare = 0.5;
constexpr double kNoGrowth = 0.01;            ///< of all growth: levels that close to the first have not begun to grow
constexpr std::size_t kFewestAfterOnset = 5;  ///< points
constexpr double kKeptShare = 1.0 / 3;        ///< of the later steps' survivors, that the early ones still have

std::optional<Contrast> contrast_of(std::span<const double> x, std::span<const double> y) {
  const std::size_t n = x.size();
  if (n < 3 || y.size() != n || !(x[n - 1] > x[0])) {
    return std::nullopt;
  }
  const std::size_t half = (n + 1) / 2;
  const std::vector<double> all = slope_weights(x, 0, n);
  const std::vector<double> early = slope_weights(x, 0, half);
  const std::vector<double> late = slope_weights(x, n - half, n);
  std::vector<double> excess(n);
  for (std::size_t i = 0; i < n; ++i) {
    excess[i] = late[i] - kLateShare * early[i];
  }
  Contrast c;
  c.slope = weighted_sum(all, y);
  const Noise noise(x, y, c.slope);
  c.slope_error = noise.error_of(all);
  c.early = weighted_sum(early, y);
  c.late = weighted_sum(late, y);
  c.excess = c.late - kLateShare * c.early;
  c.excess_error = noise.error_of(excess);
  return c;
}

/// The times, or equal steps where there are none.
std::vector<double> axis_of(std::span<const double> hours, std::size_t n) {
  std::vector<double> x(hours.begin(), hours.end());
  if (n != 0 && (x.size() != n || !(x[n - 1] > x[0]))) {
    x.resize(n);
    std::iota(x.begin(), x.end(), 0.0);
  }
  return x;
}

double conviction_quantile(std::size_t points) {
  static const std::array<double, 2> kFew = {t_quantile(1, 0.95), t_quantile(2, 0.95)};
  return points < 5 ? kFew[points - 3] : quantiles(points - 2).one_sided_99;
}

}  // namespace

std::optional<Rate> fit_rate(std::span<const double> hours, std::span<const double> bytes) {
  const std::size_t n = hours.size();
  if (n < 2 || bytes.size() != n || !(hours[n - 1] > hours[0])) {
    return std::nullopt;
  }
  const std::vector<double> weights = slope_weights(hours, 0, n);
  Rate rate;
  rate.estimate = weighted_sum(weights, bytes);
  if (n == 2) {
    return rate;
  }
  const double half = quantiles(n - 2).two_sided_95 * Noise(hours, bytes, rate.estimate).error_of(weights);
  rate.low = rate.estimate - half;
  rate.high = rate.estimate + half;
  return rate;
}

std::optional<double> detectable_rate(std::span<const double> hours, std::span<const double> levels) {
  const auto c = contrast_of(hours, levels);
  if (!c) {
    return std::nullopt;
  }
  // What the test asks for, and as much again as keeps it from failing by chance in more than one of forty.
  const double reach = conviction_quantile(hours.size()) + quantiles(hours.size() - 2).two_sided_95;
  return reach * std::max(c->slope_error, c->excess_error / (1 - kLateShare));
}

Trajectory judge_trajectory(std::span<const double> hours, std::span<const double> levels, double smallest) {
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
  for (std::size_t i = 1; i < n; ++i) {
    fallen += std::max(0.0, levels[i - 1] - levels[i]);
  }
  if (fallen > growth / 4) {
    return Trajectory::unsteady;
  }
  const Contrast c = *contrast_of(axis_of(hours, n), levels);
  const double asked = conviction_quantile(n);
  if (c.slope > asked * c.slope_error && c.excess > asked * c.excess_error) {
    return Trajectory::steady;
  }
  if (c.excess <= 0) {
    return Trajectory::decelerating;
  }
  // What began after a while without growth is judged from there: a feature that was switched on.
  std::size_t onset = 0;
  while (onset + 1 < n && std::abs(levels[onset + 1] - levels[0]) <= kNoGrowth * growth) {
    ++onset;
  }
  if (onset != 0 && n - onset >= kFewestAfterOnset) {
    const std::vector<double> x = axis_of(hours, n);
    const Contrast later = *contrast_of(std::span(x).subspan(onset), levels.subspan(onset));
    const double needed = conviction_quantile(n - onset);
    if (later.slope > needed * later.slope_error && later.excess > needed * later.excess_error) {
      return Trajectory::steady;
    }
  }
  // One leap is no growth that repeats.
  std::size_t rising = 0;
  for (std::size_t i = 1; i < n; ++i) {
    rising += levels[i] - levels[i - 1] > growth / static_cast<double>(n - 1) / 4 ? 1U : 0U;
  }
  return 2 * rising >= n - 1 ? Trajectory::unclear : Trajectory::unsteady;
}

bool survivors_persist(const GrowthSeries& series) {
  const std::span<const double> survivors = series.survivors;
  const std::size_t n = survivors.size();
  if (n <= 2) {
    return true;
  }
  const std::vector<double> x = axis_of(series.hours, n);
  const std::size_t half = (n + 1) / 2;
  const std::vector<double> early = slope_weights(x, 0, half);
  const double kept = weighted_sum(early, survivors);
  if (kept > kKeptShare * weighted_sum(slope_weights(x, n - half, n), survivors)) {
    return true;
  }
  if (series.levels.size() != n) {
    return false;
  }
  // What is in use for a moment belongs to the last cohort, and makes the others look small: then the levels tell what
  // came early and had to stay.
  const double grown =
      std::min(weighted_sum(slope_weights(x, 0, n), series.levels), weighted_sum(early, series.levels));
  return kept >= grown / 2;
}

Trajectory judge_growth(const GrowthSeries& series, double smallest) {
  const Trajectory seen = judge_trajectory(series.hours, series.levels, smallest);
  if (series.survivors.empty() || (seen != Trajectory::steady && seen != Trajectory::unclear)) {
    return seen;
  }
  if (!survivors_persist(series)) {
    return Trajectory::unclear;
  }
  if (seen == Trajectory::unclear && judge_trajectory(series.hours, series.survivors, smallest) == Trajectory::steady) {
    return Trajectory::steady;
  }
  return seen;
}

Trajectory judge_stairs(std::span<const double> hours, std::span<const double> levels, double smallest) {
  const Trajectory seen = judge_trajectory(hours, levels, smallest);
  const std::size_t n = levels.size();
  if (n < 3) {
    return seen;
  }
  const std::vector<double> x = axis_of(hours, n);
  const double growth = levels[n - 1] - levels[0];
  if (seen == Trajectory::decelerating) {
    std::size_t top = 0;  // where the last stair was climbed
    while (levels[top] < levels[n - 1] - 0.01 * growth) {
      ++top;
    }
    return x[n - 1] - x[0] <= 2 * (x[top] - x[0]) ? Trajectory::unclear : seen;
  }
  if (seen != Trajectory::unclear || n < 5) {
    return seen;
  }
  for (std::size_t i = 1; i < n; ++i) {
    if (levels[i] - levels[i - 1] < growth * (x[i] - x[i - 1]) / (x[n - 1] - x[0]) / 2) {
      return seen;
    }
  }
  const Contrast c = *contrast_of(x, levels);
  return c.late >= 0.75 * c.early ? Trajectory::steady : seen;
}

}  // namespace heapdiff
