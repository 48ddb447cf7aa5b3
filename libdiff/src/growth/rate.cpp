#include "growth/line_fit.h"
#include "heapdiff/diff/growth.h"

#include <algorithm>

namespace heapdiff {

namespace {

using growth::Contrast;

bool advances(std::span<const double> at) { return at.size() >= 2 && at.back() > at.front(); }

}  // namespace

std::optional<Rate> fit_rate(std::span<const double> at, std::span<const double> levels) {
  const std::size_t n = at.size();
  if (levels.size() != n || !advances(at)) {
    return std::nullopt;
  }
  const std::vector<double> weights = growth::slope_weights(at, 0, n);
  Rate rate;
  rate.estimate = growth::weighted_sum(weights, levels);
  if (n == 2) {
    return rate;
  }
  const double half = growth::two_sided_95(n - 2) * growth::Noise(at, levels, rate.estimate).error_of(weights);
  rate.low = rate.estimate - half;
  rate.high = rate.estimate + half;
  return rate;
}

std::optional<double> detectable_rate(std::span<const double> at, std::span<const double> levels, std::size_t clocks) {
  const std::size_t n = at.size();
  if (n < 3 || levels.size() != n || !advances(at)) {
    return std::nullopt;
  }
  const Contrast c = growth::contrast_of(at, levels);
  // What the test asks for, and as much again as keeps it from failing by chance in more than one of forty.
  const double reach = growth::conviction_quantile(n, clocks) + growth::two_sided_95(n - 2);
  return reach * std::max(c.slope_error, c.excess_error / (1 - growth::kMinLateShare));
}

std::optional<double> detectable_growth(std::span<const Clock> clocks, std::span<const double> levels) {
  std::optional<double> least;
  for (const Clock& clock : clocks) {
    if (const auto rate = detectable_rate(clock.at, levels, count_distinct(clocks))) {
      const double growth = *rate * (clock.at.back() - clock.at.front());
      least = least ? std::min(*least, growth) : growth;
    }
  }
  return least;
}

}  // namespace heapdiff
