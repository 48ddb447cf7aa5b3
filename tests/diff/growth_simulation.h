#pragma once
// Series as a heap gives them, drawn by chance: what a place held at each snapshot, and what is left of it at the end.
//
// A series is a process and noise beside it, two populations of objects. The process advances with what drives it: the
// time, the snapshots (as much work before each), counted operations, bursts of load, or load that follows the day.
// Levels are the sum of process and noise. Survivors are what was there at a snapshot and still is at the end. Of the
// noise's objects the youngest die first, which is the kindest to a false alarm: what was there at k is left as far as
// no later level lies below it.

#include "heapdiff/diff/clocks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

namespace heapdiff::test {

enum class SeriesNoise { white, walk, autoregressive };
inline constexpr SeriesNoise kSeriesNoises[] = {SeriesNoise::white, SeriesNoise::walk, SeriesNoise::autoregressive};
inline constexpr const char* kSeriesNoiseNames[] = {"white", "random walk", "AR(1) 0.7"};

/// What makes the process advance.
enum class Driver { time, steps, operations, bursts, day_and_night };
inline constexpr Driver kDrivers[] = {Driver::time, Driver::steps, Driver::operations, Driver::bursts,
                                      Driver::day_and_night};
inline constexpr const char* kDriverNames[] = {"time", "steps", "operations", "bursts", "day and night"};

/// Standard deviations of the logarithm of a gap between two snapshots; 0: all gaps are equal.
inline constexpr double kGapSigmas[] = {0.0, 0.25, 0.5, 1.0};

struct DrawnSeries {
  std::vector<double> hours;       ///< from 0 to 1
  std::vector<double> operations;  ///< counted, or empty
  std::vector<double> progress;    ///< of the process, from 0 to 1
  std::vector<double> levels;
  std::vector<double> survivors;
  [[nodiscard]] std::vector<Clock> clocks() const { return clocks_of(hours.size(), operations, hours); }
};

class SeriesDraw {
 public:
  explicit SeriesDraw(std::uint64_t seed) : random_(seed) {}

  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

  /// `n` capture times with log-normal gaps, and how far the process has come at each.
  DrawnSeries timeline(std::size_t n, double sigma, Driver driver) {
    DrawnSeries s;
    s.hours = readings(n, sigma);
    switch (driver) {
      case Driver::time:
        s.progress = s.hours;
        break;
      case Driver::steps:
        s.progress = readings(n, 0);
        break;
      case Driver::operations:
        s.operations = readings(n, 0.5);
        s.progress = s.operations;
        break;
      case Driver::bursts:
        s.progress = bursts(s.hours);
        break;
      case Driver::day_and_night:
        s.progress = day_and_night(s.hours);
        break;
    }
    return s;
  }

  /// Grows by 1, and keeps all.
  static void linear(DrawnSeries& s) { s.levels = s.survivors = s.progress; }

  /// Rises towards 1 with a constant of 5 to 50 % of the progress, and keeps all.
  void saturating(DrawnSeries& s) {
    const double constant = uniform(0.05, 0.5);
    for (const double x : s.progress) {
      s.levels.push_back(1 - std::exp(-x / constant));
    }
    s.survivors = s.levels;
  }

  /// Is filled up to 1 and emptied, with any phase and a period of 10 to 100 % of the progress: often more teeth than
  /// snapshots. Emptied altogether, or down to a rest: the oldest objects go first.
  void sawtooth(DrawnSeries& s, double shallowest) {
    const double period = uniform(0.1, 1.0);
    const double phase = uniform(0, 1);
    const double depth = shallowest >= 1 ? 1.0 : uniform(shallowest, 1.0);
    for (const double x : s.progress) {
      s.levels.push_back(1 - depth + depth * std::fmod(x / period + phase, 1.0));
    }
    // What is left at the end came last, at the rate at which teeth rise.
    for (const double x : s.progress) {
      s.survivors.push_back(std::max(0.0, s.levels.back() - (s.progress.back() - x) * depth / period));
    }
  }

  static void flat(DrawnSeries& s) {
    s.levels.assign(s.hours.size(), 0.0);
    s.survivors = s.levels;
  }

  /// Noise of standard deviation `share`: of the levels (white, AR(1)), or of the walk's end. AR(1) loses 0.3 of its
  /// memory in a mean step.
  void add_noise(DrawnSeries& series, SeriesNoise noise, double share) {
    const std::size_t n = series.hours.size();
    const double step = 1.0 / static_cast<double>(n - 1);
    std::vector<double> added(n);
    double state = noise == SeriesNoise::walk ? 0.0 : normal_(random_);
    for (std::size_t i = 0; i < n; ++i) {
      const double dt = i == 0 ? 0.0 : series.hours[i] - series.hours[i - 1];
      if (i != 0 && noise == SeriesNoise::white) {
        state = normal_(random_);
      } else if (i != 0 && noise == SeriesNoise::walk) {
        state += normal_(random_) * std::sqrt(dt);
      } else if (i != 0) {
        const double memory = std::pow(0.7, dt / step);
        state = memory * state + std::sqrt(1 - memory * memory) * normal_(random_);
      }
      added[i] = share * state;
    }
    for (std::size_t i = 0; i < n; ++i) {
      series.levels[i] += added[i];
    }
    for (std::size_t i = n; i-- > 0;) {
      added[i] = i + 1 < n ? std::min(added[i], added[i + 1]) : added[i];
      series.survivors[i] += added[i];
    }
  }

 private:
  /// From 0 to 1 in n - 1 gaps.
  std::vector<double> readings(std::size_t n, double sigma) {
    std::vector<double> at(n, 0.0);
    for (std::size_t i = 1; i < n; ++i) {
      at[i] = at[i - 1] + std::exp(sigma * normal_(random_));
    }
    scale(at);
    return at;
  }

  /// What twenty bursts of exponential size at random times have brought by each of `hours`, and a tenth evenly beside.
  std::vector<double> bursts(const std::vector<double>& hours) {
    constexpr int kBursts = 20;
    std::vector<double> progress(hours.size());
    for (std::size_t i = 0; i < hours.size(); ++i) {
      progress[i] = 0.1 * kBursts * hours[i];
    }
    for (int burst = 0; burst < kBursts; ++burst) {
      const double at = uniform(0, 1);
      const double size = std::exponential_distribution<double>(1)(random_);
      for (std::size_t i = 0; i < hours.size(); ++i) {
        progress[i] += hours[i] >= at ? size : 0;
      }
    }
    for (std::size_t i = hours.size(); i-- > 0;) {
      progress[i] -= progress[0];
    }
    scale(progress);
    return progress;
  }

  /// Load that swings by 80 % around its mean, one to six times within the series.
  std::vector<double> day_and_night(const std::vector<double>& hours) {
    const double days = uniform(1, 6);
    const double phase = uniform(0, 1);
    const auto load = [&](double hour) {
      const double turn = 2 * std::numbers::pi;
      return hour - 0.8 * std::cos(turn * (days * hour + phase)) / (turn * days);
    };
    std::vector<double> progress;
    for (const double hour : hours) {
      progress.push_back(load(hour) - load(hours.front()));
    }
    scale(progress);
    return progress;
  }

  static void scale(std::vector<double>& at) {
    const double end = at.back();
    for (double& x : at) {
      x /= end == 0 ? 1 : end;
    }
    at.back() = 1;
  }

  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
};

}  // namespace heapdiff::test
