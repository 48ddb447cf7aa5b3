#pragma once
// Series as a heap gives them, drawn by chance: what a place held at each snapshot, and what is left of it at the end.
//
// A series is a process and noise beside it, two populations of objects. Levels are their sum. Survivors are what was
// there at a snapshot and still is at the end. Of the noise's objects the youngest die first, which is the kindest to
// a false alarm: what was there at k is left as far as no later level lies below it.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace heapdiff::test {

enum class SeriesNoise { white, walk, autoregressive };
inline constexpr SeriesNoise kSeriesNoises[] = {SeriesNoise::white, SeriesNoise::walk, SeriesNoise::autoregressive};
inline constexpr const char* kSeriesNoiseNames[] = {"white", "random walk", "AR(1) 0.7"};

struct DrawnSeries {
  std::vector<double> hours;  ///< from 0 to 1
  std::vector<double> levels;
  std::vector<double> survivors;
};

class SeriesDraw {
 public:
  explicit SeriesDraw(std::uint64_t seed) : random_(seed) {}

  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }

  /// `n` times from 0 to 1: equally far apart, or with gaps of a fifth of the mean and an exponential share.
  std::vector<double> times(std::size_t n, bool regular) {
    std::vector<double> hours(n, 0.0);
    for (std::size_t i = 1; i < n; ++i) {
      hours[i] = hours[i - 1] + (regular ? 1.0 : 0.2 + std::exponential_distribution<double>(1.25)(random_));
    }
    for (double& hour : hours) {
      hour /= hours[n - 1] == 0 ? 1 : hours.back();
    }
    hours.back() = 1;
    return hours;
  }

  /// Grows by 1, and keeps all.
  DrawnSeries linear(std::vector<double> hours) {
    DrawnSeries s{hours, hours, hours};
    return s;
  }

  /// Rises towards 1 with a time constant of 5 to 50 % of the span, and keeps all.
  DrawnSeries saturating(std::vector<double> hours) {
    const double constant = uniform(0.05, 0.5);
    DrawnSeries s{std::move(hours), {}, {}};
    for (const double hour : s.hours) {
      s.levels.push_back(1 - std::exp(-hour / constant));
    }
    s.survivors = s.levels;
    return s;
  }

  /// Is filled up to 1 and emptied, with any phase and a period of 10 to 100 % of the span: often more teeth than
  /// snapshots. Emptied altogether, or down to a rest: the oldest objects go first.
  DrawnSeries sawtooth(std::vector<double> hours, double shallowest) {
    const double period = uniform(0.1, 1.0);
    const double phase = uniform(0, 1);
    const double depth = shallowest >= 1 ? 1.0 : uniform(shallowest, 1.0);
    DrawnSeries s{std::move(hours), {}, {}};
    for (const double hour : s.hours) {
      s.levels.push_back(1 - depth + depth * std::fmod(hour / period + phase, 1.0));
    }
    // What is left at the end came last, at the rate at which teeth rise.
    for (const double hour : s.hours) {
      s.survivors.push_back(std::max(0.0, s.levels.back() - (s.hours.back() - hour) * depth / period));
    }
    return s;
  }

  DrawnSeries flat(std::vector<double> hours) {
    const std::size_t n = hours.size();
    return {std::move(hours), std::vector<double>(n, 0.0), std::vector<double>(n, 0.0)};
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
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
};

}  // namespace heapdiff::test
