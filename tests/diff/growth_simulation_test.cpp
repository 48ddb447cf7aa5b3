// Ten thousand series of each kind, noise and length: is the interval honest, and is the verdict?
//
// HEAPDIFF_SIMULATION_TABLE=FILE writes all cells as tab-separated values; tests/diff/growth_plot.mjs makes the table
// and the picture of libdiff/README.md from them. The seeds are fixed.

#include "growth_simulation.h"

#include "heapdiff/diff/growth.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

using heapdiff::detectable_rate;
using heapdiff::fit_rate;
using heapdiff::judge_growth;
using heapdiff::judge_trajectory;
using heapdiff::Trajectory;
using heapdiff::test::DrawnSeries;
using heapdiff::test::kSeriesNoiseNames;
using heapdiff::test::kSeriesNoises;
using heapdiff::test::SeriesDraw;
using heapdiff::test::SeriesNoise;

namespace {

constexpr int kSeries = 10000;
constexpr std::size_t kFewest = 3;
constexpr std::size_t kFive = 5;  ///< from here on few may be wrong
constexpr std::size_t kMost = 12;
constexpr double kNoiseShares[] = {0.0, 0.02, 0.05, 0.1, 0.2, 0.4};

/// Shares of 10,000 series, one entry per length from three on.
struct Cells {
  std::string kind;
  SeriesNoise noise;
  double share;
  bool regular;
  std::vector<double> called;
  [[nodiscard]] double worst_from(std::size_t snapshots) const {
    return *std::max_element(called.begin() + static_cast<std::ptrdiff_t>(snapshots - kFewest), called.end());
  }
  [[nodiscard]] double least_from(std::size_t snapshots) const {
    return *std::min_element(called.begin() + static_cast<std::ptrdiff_t>(snapshots - kFewest), called.end());
  }
};

void write(const Cells& cells) {
  static std::ofstream table = [] {
    const char* file = std::getenv("HEAPDIFF_SIMULATION_TABLE");
    return file == nullptr ? std::ofstream() : std::ofstream(file);
  }();
  if (!table.is_open()) {
    return;
  }
  table << fmt::format("{}\t{}\t{}\t{}", cells.kind, kSeriesNoiseNames[static_cast<int>(cells.noise)], cells.share,
                       cells.regular ? "regular" : "irregular");
  for (const double share : cells.called) {
    table << fmt::format("\t{:.4f}", share);
  }
  table << std::endl;
}

using Make = std::function<DrawnSeries(SeriesDraw&, std::vector<double>)>;
using Share = std::function<double(SeriesDraw&)>;
using Called = std::function<int(const DrawnSeries&)>;  ///< 1 yes, 0 no, -1 does not count

Cells simulate(const std::string& kind, SeriesNoise noise, double said, bool regular, const Make& make,
               const Share& share, const Called& called) {
  Cells cells{kind, noise, said, regular, {}};
  for (std::size_t n = kFewest; n <= kMost; ++n) {
    SeriesDraw draw(std::accumulate(kind.begin(), kind.end(), 1000 * n));
    int hits = 0;
    int counted = 0;
    for (int i = 0; i < kSeries; ++i) {
      DrawnSeries series = make(draw, draw.times(n, regular));
      draw.add_noise(series, noise, share(draw));
      const int hit = called(series);
      counted += hit >= 0 ? 1 : 0;
      hits += hit > 0 ? 1 : 0;
    }
    cells.called.push_back(counted == 0 ? 1.0 : static_cast<double>(hits) / counted);
  }
  write(cells);
  return cells;
}

int is_leak(const DrawnSeries& s) {
  return judge_growth({s.hours, s.levels, s.survivors}, 1e-9) == Trajectory::steady ? 1 : 0;
}

void check_all(const std::function<void(SeriesNoise, bool)>& check) {
  for (const bool regular : {true, false}) {
    for (const SeriesNoise noise : kSeriesNoises) {
      const std::string name =
          std::string(kSeriesNoiseNames[static_cast<int>(noise)]) + (regular ? ", regular" : ", irregular");
      CAPTURE(name);
      check(noise, regular);
    }
  }
}

const Make kLinear = [](SeriesDraw& draw, std::vector<double> hours) { return draw.linear(std::move(hours)); };

}  // namespace

TEST_CASE("simulated: the interval of 95 % holds the truth in 93 of 100 linear series under each noise") {
  check_all([](SeriesNoise noise, bool regular) {
    const Cells covered = simulate(
        "covered", noise, 0.1, regular, kLinear, [](SeriesDraw&) { return 0.1; },
        [](const DrawnSeries& s) {
          const auto rate = fit_rate(s.hours, s.levels);
          return *rate->low <= 1 && 1 <= *rate->high ? 1 : 0;
        });
    CHECK(covered.least_from(kFewest) >= 0.93);
  });
}

TEST_CASE("simulated: at most 1 % of saturating, sawtooth and flat series are called a leak from five snapshots on") {
  const std::pair<const char*, Make> kinds[] = {
      {"saturating", [](SeriesDraw& draw, std::vector<double> hours) { return draw.saturating(std::move(hours)); }},
      {"sawtooth", [](SeriesDraw& draw, std::vector<double> hours) { return draw.sawtooth(std::move(hours), 1.0); }},
      {"shallow sawtooth",
       [](SeriesDraw& draw, std::vector<double> hours) { return draw.sawtooth(std::move(hours), 0.2); }}};
  check_all([&](SeriesNoise noise, bool regular) {
    for (const auto& kind : kinds) {
      const std::string kind_name = kind.first;
      for (const double share : kNoiseShares) {
        CAPTURE(kind_name);
        CAPTURE(share);
        const Cells leaks = simulate(
            kind_name, noise, share, regular, kind.second, [&](SeriesDraw&) { return share; }, is_leak);
        CHECK(leaks.worst_from(kFive) <= 0.01);
      }
    }
    const Cells flat = simulate(
        "flat", noise, 1.0, regular,
        [](SeriesDraw& draw, std::vector<double> hours) { return draw.flat(std::move(hours)); },
        [](SeriesDraw&) { return 1.0; }, is_leak);
    CHECK(flat.worst_from(kFive) <= 0.01);
  });
}

TEST_CASE("simulated: 95 % of linear series above the stated floor are called a leak from five snapshots on") {
  const auto any_share = [](SeriesDraw& draw) { return std::exp(draw.uniform(std::log(0.002), std::log(0.5))); };
  check_all([&](SeriesNoise noise, bool regular) {
    const Cells found = simulate("linear", noise, 0.5, regular, kLinear, any_share, [](const DrawnSeries& s) {
      return *detectable_rate(s.hours, s.levels) > 1 ? -1 : is_leak(s);
    });
    CHECK(found.least_from(kFive) >= 0.95);
  });
}

TEST_CASE("simulated: levels alone cannot tell teeth that hide between snapshots, their objects can") {
  // Emptied every 19 minutes, looked at every 20: each snapshot finds a little more than the one before.
  DrawnSeries s{{0, 0.25, 0.5, 0.75, 1}, {}, {}};
  const double period = 0.25 * 19 / 20;
  for (const double hour : s.hours) {
    s.levels.push_back(std::fmod(hour / period, 1.0));
    s.survivors.push_back(hour < 1 ? 0.0 : s.levels.back());
  }
  CHECK(judge_trajectory(s.hours, s.levels, 1e-9) == Trajectory::steady);
  CHECK(judge_growth({s.hours, s.levels, s.survivors}, 1e-9) == Trajectory::unclear);
  CHECK(judge_growth({s.hours, s.levels, s.levels}, 1e-9) == Trajectory::steady);
}
