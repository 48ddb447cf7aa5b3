// A trajectory is judged under every clock that could have driven the growth. Capture times are one of them: when the
// work between two snapshots is the same however long it took, growth is even per step and looks uneven per hour.

#include "growth/line_fit.h"
#include "heapdiff/diff/growth.h"

#include <algorithm>
#include <cmath>

namespace heapdiff {

namespace {

using growth::Contrast;

constexpr double kNoGrowth = 0.01;  ///< of all growth: levels that close to the first have not begun to grow
constexpr std::size_t kMinPointsAfterOnset = 5;
constexpr double kMinKeptShare = 1.0 / 3;    ///< of the later steps' survivors, that the early ones still have
constexpr double kMaxReplacedShare = 1.0;    ///< of all growth, that came while the level did not rise by it
constexpr double kMaxFallenShare = 0.25;     ///< of all growth, that steps down may add up to
constexpr double kMinTableLateShare = 0.75;  ///< of the early rate, for a table that rose at every step

bool passes(const Contrast& c, double quantile) {
  return c.slope > quantile * c.slope_error && c.excess > quantile * c.excess_error;
}

bool falls_too_often(std::span<const double> levels) {
  double fallen = 0;
  for (std::size_t i = 1; i < levels.size(); ++i) {
    fallen += std::max(0.0, levels[i - 1] - levels[i]);
  }
  return fallen > kMaxFallenShare * (levels.back() - levels.front());
}

/// Whether the last step grew at least as fast as the slowest of the steps before, and all of them grew.
bool last_step_is_like_the_others(std::span<const double> at, std::span<const double> levels) {
  const auto rate = [&](std::size_t i) { return (levels[i] - levels[i - 1]) / (at[i] - at[i - 1]); };
  const std::size_t last = levels.size() - 1;
  double slowest = rate(1);
  for (std::size_t i = 2; i < last; ++i) {
    slowest = std::min(slowest, rate(i));
  }
  constexpr double kRounding = 1e-9;
  return slowest > 0 && rate(last) >= slowest * (1 - kRounding);
}

/// Where levels begin to grow: those before are as good as the first.
std::size_t onset_of(std::span<const double> levels) {
  const double growth = levels.back() - levels.front();
  std::size_t onset = 0;
  while (onset + 1 < levels.size() && std::abs(levels[onset + 1] - levels[0]) <= kNoGrowth * growth) {
    ++onset;
  }
  return onset;
}

/// Whether levels of three points or more that grew pass the tests of steady growth.
bool is_steady(std::span<const double> at, std::span<const double> levels, std::size_t clocks) {
  const std::size_t n = levels.size();
  const Contrast c = growth::contrast_of(at, levels);
  if (passes(c, growth::conviction_quantile(n, clocks))) {
    return true;
  }
  // What began after a while without growth is judged from there: a feature that was switched on.
  const std::size_t onset = onset_of(levels);
  return c.excess > 0 && onset != 0 && n - onset >= kMinPointsAfterOnset &&
         passes(growth::contrast_of(at.subspan(onset), levels.subspan(onset)),
                growth::conviction_quantile(n - onset, clocks));
}

}  // namespace

Trajectory judge_trajectory(std::span<const double> at, std::span<const double> levels, double smallest,
                            std::size_t clocks) {
  const std::size_t n = levels.size();
  if (n < 2 || levels[n - 1] - levels[0] < smallest) {
    return Trajectory::flat;
  }
  if (n == 2) {
    return Trajectory::two_points;
  }
  if (falls_too_often(levels)) {
    return Trajectory::unsteady;
  }
  if (is_steady(at, levels, clocks)) {
    return Trajectory::steady;
  }
  if (growth::contrast_of(at, levels).excess <= 0) {
    return Trajectory::decelerating;
  }
  // One leap is no growth that repeats.
  const double growth = levels[n - 1] - levels[0];
  std::size_t rising = 0;
  for (std::size_t i = 1; i < n; ++i) {
    rising += levels[i] - levels[i - 1] > growth / static_cast<double>(n - 1) / 4 ? 1U : 0U;
  }
  return 2 * rising >= n - 1 ? Trajectory::unclear : Trajectory::unsteady;
}

bool survivors_persist(std::span<const double> at, std::span<const double> levels, std::span<const double> survivors) {
  const std::size_t n = survivors.size();
  if (n <= 2) {
    return true;
  }
  const std::size_t half = (n + 1) / 2;
  const std::vector<double> early = growth::slope_weights(at, 0, half);
  const double kept = growth::weighted_sum(early, survivors);
  const bool leveled = levels.size() == n;
  if (leveled) {
    double replaced = 0;
    for (std::size_t i = 1; i < n; ++i) {
      replaced += std::max(0.0, (survivors[i] - survivors[i - 1]) - (levels[i] - levels[i - 1]));
    }
    if (replaced > kMaxReplacedShare * (levels[n - 1] - levels[0])) {
      return false;
    }
  }
  if (kept > kMinKeptShare * growth::weighted_sum(growth::slope_weights(at, n - half, n), survivors)) {
    return true;
  }
  if (!leveled) {
    return false;
  }
  // What is in use for a moment belongs to the last cohort, and makes the others look small. The levels then show what
  // came early and had to stay.
  const double grown =
      std::min(growth::weighted_sum(growth::slope_weights(at, 0, n), levels), growth::weighted_sum(early, levels));
  return kept >= grown / 2;
}

namespace {

/// The judgement of one clock.
GrowthJudgement judge_under(const Clock& clock, const GrowthSeries& series, double smallest) {
  const std::size_t clocks = count_distinct(series.clocks);
  GrowthJudgement out;
  out.clock = clock.kind;
  out.trajectory = judge_trajectory(clock.at, series.levels, smallest, clocks);
  if (series.survivors.empty()) {
    return out;
  }
  out.survivors_persist = survivors_persist(
      clock.at, series.levels_are_survivors ? std::span<const double>() : series.levels, series.survivors);
  const bool grows = out.trajectory == Trajectory::steady || out.trajectory == Trajectory::unclear;
  if (grows && !out.survivors_persist) {
    out.trajectory = Trajectory::unclear;
  } else if (out.trajectory == Trajectory::unclear &&
             judge_trajectory(clock.at, series.survivors, smallest, clocks) == Trajectory::steady) {
    out.trajectory = Trajectory::steady;
  }
  return out;
}

/// Steady under one clock is steady; slowing under all of them is slowing; else the first that is neither, one whose
/// survivors persist before others.
GrowthJudgement combine(std::span<const GrowthJudgement> all) {
  for (const GrowthJudgement& one : all) {
    if (one.trajectory == Trajectory::steady) {
      return one;
    }
  }
  for (const GrowthJudgement& one : all) {
    if (one.trajectory == Trajectory::unclear && one.survivors_persist) {
      return one;
    }
  }
  for (const GrowthJudgement& one : all) {
    if (one.trajectory != Trajectory::decelerating) {
      return one;
    }
  }
  return all.front();
}

}  // namespace

GrowthJudgement judge_growth(const GrowthSeries& series, double smallest) {
  std::vector<GrowthJudgement> all;
  for (const Clock& clock : series.clocks) {
    all.push_back(judge_under(clock, series, smallest));
  }
  const GrowthJudgement judged = combine(all);
  const std::size_t n = series.levels.size();
  if (n <= 3 || judged.trajectory == Trajectory::steady || judged.trajectory == Trajectory::flat) {
    return judged;
  }
  // More of the same evidence does not weaken a verdict, although a longer series is tested at a stricter level.
  std::vector<Clock> before;
  for (const Clock& clock : series.clocks) {
    if (last_step_is_like_the_others(clock.at, series.levels)) {
      before.push_back({clock.kind, {clock.at.begin(), clock.at.end() - 1}});
    }
  }
  if (before.empty()) {
    return judged;
  }
  const GrowthSeries shorter{before, series.levels.first(n - 1),
                             series.survivors.empty() ? series.survivors : series.survivors.first(n - 1),
                             series.levels_are_survivors};
  const GrowthJudgement then = judge_growth(shorter, 0);
  return then.trajectory == Trajectory::steady ? then : judged;
}

GrowthJudgement judge_table_growth(std::span<const Clock> clocks, std::span<const double> levels, double smallest) {
  const std::size_t n = levels.size();
  const double growth = n == 0 ? 0 : levels[n - 1] - levels[0];
  std::vector<GrowthJudgement> all;
  for (const Clock& clock : clocks) {
    const std::vector<double>& x = clock.at;
    GrowthJudgement& one = all.emplace_back();
    one.clock = clock.kind;
    one.trajectory = judge_trajectory(x, levels, smallest, count_distinct(clocks));
    if (n < 3) {
      continue;
    }
    if (one.trajectory == Trajectory::decelerating) {
      std::size_t top = 0;  // where the last stair was climbed
      while (levels[top] < levels[n - 1] - kNoGrowth * growth) {
        ++top;
      }
      if (x[n - 1] - x[0] <= 2 * (x[top] - x[0])) {
        one.trajectory = Trajectory::unclear;
      }
    } else if (one.trajectory == Trajectory::unclear && n >= 5) {
      bool rises_at_every_step = true;
      for (std::size_t i = 1; i < n; ++i) {
        rises_at_every_step &= levels[i] - levels[i - 1] >= growth * (x[i] - x[i - 1]) / (x[n - 1] - x[0]) / 2;
      }
      const Contrast c = growth::contrast_of(x, levels);
      if (rises_at_every_step && c.late >= kMinTableLateShare * c.early) {
        one.trajectory = Trajectory::steady;
      }
    }
  }
  return combine(all);
}

}  // namespace heapdiff
