#include "compare/row_levels.h"

#include "heapdiff/diff/growth.h"

#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <cstdlib>
#include <numeric>

namespace heapdiff::compare {

namespace {

/// Sum of squared deviations of one side, and the number of independent ones.
struct Scatter {
  double squares = 0;
  double freedom = 0;
};

Scatter scatter_of(const std::vector<double>& levels, bool one_process) {
  const std::size_t n = levels.size();
  const std::size_t parameters = one_process ? 2 : 1;  // of a line, or of a mean
  if (n <= parameters) {
    return {};
  }
  const auto count = static_cast<double>(n);
  const double mean_y = std::accumulate(levels.begin(), levels.end(), 0.0) / count;
  const double mean_x = (count - 1) / 2;
  double xy = 0;
  double xx = 0;
  for (std::size_t k = 0; k < n; ++k) {
    xy += (static_cast<double>(k) - mean_x) * (levels[k] - mean_y);
    xx += (static_cast<double>(k) - mean_x) * (static_cast<double>(k) - mean_x);
  }
  const double slope = one_process ? xy / xx : 0;
  Scatter scatter{0, count - static_cast<double>(parameters)};
  for (std::size_t k = 0; k < n; ++k) {
    const double residual = levels[k] - mean_y - slope * (static_cast<double>(k) - mean_x);
    scatter.squares += residual * residual;
  }
  return scatter;
}

/// Growth of the one side less that of the other, per unit of a clock.
std::optional<double> slope_difference(const std::vector<double>& base_at, const std::vector<double>& now_at,
                                       const CompareRow& row) {
  if (base_at.size() < 2 || now_at.size() < 2 || base_at.size() != row.base_levels.size() ||
      now_at.size() != row.new_levels.size()) {
    return std::nullopt;
  }
  const auto base = fit_rate(base_at, row.base_levels);
  const auto now = fit_rate(now_at, row.new_levels);
  return base && now ? std::optional(now->estimate - base->estimate) : std::nullopt;
}

}  // namespace

void judge_row(CompareRow& row, const CompareSide& base, const CompareSide& now, std::int64_t noise_floor_bytes) {
  constexpr double kConfidence = 0.975;
  const Scatter a = scatter_of(row.base_levels, base.one_process);
  const Scatter b = scatter_of(row.new_levels, now.one_process);
  const double difference = static_cast<double>(row.difference());
  row.is_noise = std::abs(difference) <= static_cast<double>(noise_floor_bytes);
  if (a.freedom + b.freedom > 0) {
    const double freedom = a.freedom + b.freedom;
    const double t = quantile(boost::math::students_t(freedom), kConfidence);
    const double half = t * std::sqrt(2 * (a.squares + b.squares) / freedom);  // one level of each side is compared
    row.interval = CompareInterval{difference - half, difference + half};
    row.is_noise = row.is_noise || (row.interval->low <= 0 && row.interval->high >= 0);
  }
  row.per_operation =
      base.one_process && now.one_process ? slope_difference(base.operations, now.operations, row) : std::nullopt;
  if (!row.per_operation && base.all_operations && now.all_operations) {
    row.per_operation = static_cast<double>(row.new_bytes) / *now.all_operations -
                        static_cast<double>(row.base_bytes) / *base.all_operations;
  }
  if (base.one_process && now.one_process) {
    row.per_hour = slope_difference(base.hours, now.hours, row);
  }
}

}  // namespace heapdiff::compare
