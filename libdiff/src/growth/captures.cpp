#include "heapdiff/diff/captures.h"

#include "growth/residuals.h"
#include "heapdiff/diff/growth.h"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace heapdiff {

namespace {

constexpr std::size_t kCases = 60;  // of each kind of noise
constexpr std::size_t kMostOpen = kCases / 10;
constexpr std::array<std::size_t, 7> kMore = {1, 2, 3, 4, 6, 8, 12};
constexpr std::array<double, 7> kFactors = {1, 2, 4, 8, 16, 32, 64};

enum class NoiseKind { white, walk };

/// Standard normal numbers, the same in every standard library.
class Normal {
 public:
  double operator()() {
    constexpr double kUnit = 1.0 / 4294967296.0;
    const double u = (static_cast<double>(engine_()) + 0.5) * kUnit;
    const double v = (static_cast<double>(engine_()) + 0.5) * kUnit;
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
  }

 private:
  std::mt19937 engine_{892};  // NOLINT: the same advice for the same series
};

/// A line, and what lies around it.
struct Model {
  double start = 0;
  double slope = 0;
  double level_sd = 0;
  double step_sd = 0;  ///< over one unit of x
};

/// The seen deviation is that of few points. The true one is at most so many times larger in three cases of four.
double allowance(std::size_t degrees) {
  const auto df = static_cast<double>(degrees);
  return std::sqrt(df / boost::math::quantile(boost::math::chi_squared(df), 0.25));
}

Model model_of(std::span<const double> x, std::span<const double> y, double slope) {
  const Residuals r = residuals_around(x, y, slope);
  const double allow = allowance(x.size() - 2);
  return {r.mean_y - slope * r.mean_x, slope, allow * std::sqrt(r.level_variance), allow * std::sqrt(r.step_variance)};
}

/// Levels from `from` on as the model has them; those before stay.
void go_on(std::span<const double> x, std::vector<double>& y, std::size_t from, const Model& model, NoiseKind kind,
           Normal& normal) {
  double walked = from > 0 ? y[from - 1] - model.start - model.slope * x[from - 1] : 0;
  for (std::size_t i = from; i < x.size(); ++i) {
    double off = model.level_sd * normal();
    if (kind == NoiseKind::walk) {
      walked += i > 0 ? model.step_sd * std::sqrt(x[i] - x[i - 1]) * normal() : 0;
      off = walked;
    }
    y[i] = model.start + model.slope * x[i] + off;
  }
}

/// Whether nine of ten cases are answered, for either kind of noise.
bool mostly_answered(std::span<const double> x, std::span<const double> levels, std::size_t kept, const Model& model,
                     const Answers& answers) {
  std::vector<double> y(x.size());
  std::copy_n(levels.begin(), kept, y.begin());
  for (const NoiseKind kind : {NoiseKind::white, NoiseKind::walk}) {
    Normal normal;
    std::size_t open = 0;
    for (std::size_t i = 0; i < kCases; ++i) {
      go_on(x, y, kept, model, kind, normal);
      open += answers(x, y) ? 0U : 1U;
      if (open > kMostOpen) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

std::optional<NextCaptures> captures_to_settle(std::span<const double> x, std::span<const double> levels,
                                               const Answers& answers) {
  const std::size_t n = x.size();
  if (n < 2 || levels.size() != n || !(x[n - 1] > x[0])) {
    return std::nullopt;
  }
  const double spacing = (x[n - 1] - x[0]) / static_cast<double>(n - 1);
  if (n == 2) {
    return NextCaptures{2, spacing, true};
  }
  std::vector<NextCaptures> candidates;
  for (const std::size_t more : kMore) {
    for (const double factor : kFactors) {
      candidates.push_back({more, spacing * factor, false});
    }
  }
  const auto time = [](const NextCaptures& c) { return static_cast<double>(c.more) * c.apart; };
  std::stable_sort(candidates.begin(), candidates.end(), [&](const NextCaptures& a, const NextCaptures& b) {
    return time(a) != time(b) ? time(a) < time(b) : a.more < b.more;
  });
  const Model model = model_of(x, levels, fit_rate(x, levels)->estimate);
  for (const NextCaptures& next : candidates) {
    std::vector<double> longer(x.begin(), x.end());
    for (std::size_t i = 0; i < next.more; ++i) {
      longer.push_back(longer.back() + next.apart);
    }
    if (mostly_answered(longer, levels, n, model, answers)) {
      return next;
    }
  }
  return std::nullopt;
}

}  // namespace heapdiff
