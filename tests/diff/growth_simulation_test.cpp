// Ten thousand series of each kind, noise and length: is the interval honest, and is the verdict?
//
// All series span one hour and would grow by 1 (linear), rise towards 1 (saturating), or swing between 0 and 1
// (sawtooth). Noise is a share of that: the standard deviation of the levels (white, AR(1)) or of the walk's end.
// HEAPDIFF_SIMULATION_TABLE=1 prints the figures of libdiff/README.md. The seed is fixed.

#include "heapdiff/diff/growth.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

using heapdiff::detectable_rate;
using heapdiff::fit_rate;
using heapdiff::judge_trajectory;
using heapdiff::Trajectory;

namespace {

constexpr int kSeries = 10000;
constexpr std::size_t kFewest = 3;
constexpr std::size_t kMost = 12;

enum class Noise { white, walk, autoregressive };
constexpr Noise kNoises[] = {Noise::white, Noise::walk, Noise::autoregressive};
const char* const kNoiseNames[] = {"white", "random walk", "AR(1) 0.7"};

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed) : random_(seed) {}
  double uniform(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  double normal() { return normal_(random_); }

  void add_noise(std::vector<double>& levels, Noise noise, double share) {
    const double steps = static_cast<double>(levels.size() - 1);
    double state = noise == Noise::walk ? 0.0 : normal();
    for (double& level : levels) {
      level += share * state;
      switch (noise) {
        case Noise::white:
          state = normal();
          break;
        case Noise::walk:
          state += normal() / std::sqrt(steps);
          break;
        case Noise::autoregressive:
          state = 0.7 * state + std::sqrt(1 - 0.49) * normal();
          break;
      }
    }
  }

 private:
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
};

std::vector<double> times(std::size_t n) {
  std::vector<double> hours(n);
  for (std::size_t i = 0; i < n; ++i) {
    hours[i] = static_cast<double>(i) / static_cast<double>(n - 1);
  }
  return hours;
}

void print_row(const std::string& row) {
  if (std::getenv("HEAPDIFF_SIMULATION_TABLE") != nullptr) {
    std::fputs((row + "\n").c_str(), stdout);
  }
}

/// Share of series with `called(levels)`, one entry per length.
template <class Make, class Called>
std::vector<double> shares(std::uint64_t seed, std::size_t fewest, Make&& make, Called&& called) {
  std::vector<double> out;
  for (std::size_t n = fewest; n <= kMost; ++n) {
    Simulation simulation(seed + n);
    const std::vector<double> hours = times(n);
    int hits = 0;
    int counted = 0;
    for (int i = 0; i < kSeries; ++i) {
      std::vector<double> levels(n);
      make(simulation, hours, levels);
      const int hit = called(hours, levels);
      counted += hit >= 0 ? 1 : 0;
      hits += hit > 0 ? 1 : 0;
    }
    out.push_back(counted == 0 ? -1.0 : static_cast<double>(hits) / counted);
  }
  return out;
}

std::string percent(const std::string& name, const std::vector<double>& shares, std::size_t fewest) {
  std::string row = fmt::format("{:<34}", name);
  for (std::size_t n = kFewest; n <= kMost; ++n) {
    row += n < fewest ? "      -" : fmt::format(" {:6.2f}", 100 * shares[n - fewest]);
  }
  return row;
}

int is_leak(const std::vector<double>& hours, const std::vector<double>& levels) {
  return judge_trajectory(hours, levels, 1e-9) == Trajectory::steady ? 1 : 0;
}

}  // namespace

TEST_CASE("the interval of 95 % holds the truth in 93 of 100 linear series under each noise") {
  std::string head = fmt::format("{:<34}", "snapshots");
  for (std::size_t n = kFewest; n <= kMost; ++n) {
    head += fmt::format(" {:6}", n);
  }
  print_row(head);
  for (const Noise noise : kNoises) {
    const std::string name = kNoiseNames[static_cast<int>(noise)];
    CAPTURE(name);
    const auto covered = shares(
        1, kFewest,
        [&](Simulation& simulation, const std::vector<double>& hours, std::vector<double>& levels) {
          levels = hours;
          simulation.add_noise(levels, noise, 0.1);
        },
        [](const std::vector<double>& hours, const std::vector<double>& levels) {
          const auto rate = fit_rate(hours, levels);
          return *rate->low <= 1 && 1 <= *rate->high ? 1 : 0;
        });
    print_row(percent("covered, " + name, covered, kFewest));
    CHECK(*std::min_element(covered.begin(), covered.end()) >= 0.93);
  }
}

TEST_CASE("at most 1 % of saturating, sawtooth and flat series are called a leak from five snapshots on") {
  constexpr std::size_t kFive = 5;
  for (const Noise noise : kNoises) {
    for (const double share : {0.0, 0.02, 0.05, 0.1, 0.2}) {
      const std::string name = fmt::format("{}, {:.0f} %", kNoiseNames[static_cast<int>(noise)], 100 * share);
      CAPTURE(name);
      const auto saturating = shares(
          2, kFive,
          [&](Simulation& simulation, const std::vector<double>& hours, std::vector<double>& levels) {
            const double constant = simulation.uniform(0.05, 0.5);
            for (std::size_t i = 0; i < hours.size(); ++i) {
              levels[i] = 1 - std::exp(-hours[i] / constant);
            }
            simulation.add_noise(levels, noise, share);
          },
          is_leak);
      print_row(percent("saturating called leak, " + name, saturating, kFive));
      CHECK(*std::max_element(saturating.begin(), saturating.end()) <= 0.01);
      const auto sawtooth = shares(
          3, kFive,
          [&](Simulation& simulation, const std::vector<double>& hours, std::vector<double>& levels) {
            // Below two steps a sawtooth is sampled too seldom to be told from a line by its levels alone.
            const double period = simulation.uniform(2 * hours[1], 0.5);
            const double phase = simulation.uniform(0, 1);
            for (std::size_t i = 0; i < hours.size(); ++i) {
              levels[i] = std::fmod(hours[i] / period + phase, 1.0);
            }
            simulation.add_noise(levels, noise, share);
          },
          is_leak);
      print_row(percent("sawtooth called leak, " + name, sawtooth, kFive));
      CHECK(*std::max_element(sawtooth.begin(), sawtooth.end()) <= 0.01);
    }
    const auto flat = shares(
        4, kFive,
        [&](Simulation& simulation, const std::vector<double>&, std::vector<double>& levels) {
          simulation.add_noise(levels, noise, 1.0);
        },
        is_leak);
    print_row(percent(std::string("flat called leak, ") + kNoiseNames[static_cast<int>(noise)], flat, kFive));
    CHECK(*std::max_element(flat.begin(), flat.end()) <= 0.01);
  }
}

TEST_CASE("95 % of linear series above the stated floor are called a leak from five snapshots on") {
  constexpr std::size_t kFive = 5;
  for (const Noise noise : kNoises) {
    const std::string name = kNoiseNames[static_cast<int>(noise)];
    CAPTURE(name);
    const auto found = shares(
        5, kFive,
        [&](Simulation& simulation, const std::vector<double>& hours, std::vector<double>& levels) {
          levels = hours;
          simulation.add_noise(levels, noise, std::exp(simulation.uniform(std::log(0.002), std::log(0.2))));
        },
        [](const std::vector<double>& hours, const std::vector<double>& levels) {
          return *detectable_rate(hours, levels) > 1 ? -1 : is_leak(hours, levels);
        });
    print_row(percent("linear above the floor, " + name, found, kFive));
    CHECK(*std::min_element(found.begin(), found.end()) >= 0.95);
  }
}
