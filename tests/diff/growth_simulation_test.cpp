// Thousands of series of each kind, driver, noise and length: is the interval honest, and is the verdict?
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

using heapdiff::detectable_growth;
using heapdiff::fit_rate;
using heapdiff::judge_growth;
using heapdiff::judge_trajectory;
using heapdiff::Trajectory;
using heapdiff::test::DrawnSeries;
using heapdiff::test::Driver;
using heapdiff::test::kDriverNames;
using heapdiff::test::kDrivers;
using heapdiff::test::kGapSigmas;
using heapdiff::test::kSeriesNoiseNames;
using heapdiff::test::kSeriesNoises;
using heapdiff::test::SeriesDraw;
using heapdiff::test::SeriesNoise;

namespace {

constexpr int kSeries = 3000;
constexpr std::size_t kLengths[] = {3, 4, 5, 6, 8, 12};
constexpr std::size_t kMinSnapshots = 5;           ///< from here on few may be wrong
constexpr std::size_t kMinSnapshotsIrregular = 8;  ///< the same where gaps differ by a factor of ten
constexpr double kMostIrregular = 1.0;
constexpr double kNoiseShares[] = {0.0, 0.05, 0.2, 0.4};

/// What one row of the table is about.
struct Row {
  std::string kind;
  Driver driver = Driver::time;
  double sigma = 0;
  SeriesNoise noise = SeriesNoise::white;
  double share = 0;
  [[nodiscard]] std::string text() const {
    return fmt::format("{}\t{}\t{}\t{}\t{}", kind, kDriverNames[static_cast<int>(driver)], sigma,
                       kSeriesNoiseNames[static_cast<int>(noise)], share);
  }
};

/// Shares of the series of a row that were called, one for each of kLengths.
struct Cells {
  std::vector<double> called;
  std::vector<double> counted;  ///< share of the series that count
  [[nodiscard]] double worst_from(std::size_t snapshots) const {
    return *std::max_element(from(snapshots), called.end());
  }
  [[nodiscard]] double least_from(std::size_t snapshots) const {
    return *std::min_element(from(snapshots), called.end());
  }

 private:
  [[nodiscard]] std::vector<double>::const_iterator from(std::size_t snapshots) const {
    return called.begin() + (std::find(std::begin(kLengths), std::end(kLengths), snapshots) - std::begin(kLengths));
  }
};

void write(const Row& row, const Cells& cells) {
  static std::ofstream table = [] {
    const char* file = std::getenv("HEAPDIFF_SIMULATION_TABLE");
    return file == nullptr ? std::ofstream() : std::ofstream(file);
  }();
  if (!table.is_open()) {
    return;
  }
  table << row.text();
  for (const double share : cells.called) {
    table << fmt::format("\t{:.4f}", share);
  }
  table << std::endl;
}

using Make = std::function<void(SeriesDraw&, DrawnSeries&)>;
using Share = std::function<double(SeriesDraw&)>;
using Called = std::function<int(const DrawnSeries&)>;  ///< 1 yes, 0 no, -1 does not count

Cells simulate(const Row& row, const Make& make, const Share& share, const Called& called) {
  Cells cells;
  for (const std::size_t n : kLengths) {
    SeriesDraw draw(std::accumulate(row.kind.begin(), row.kind.end(), 1000 * n));
    int hits = 0;
    int counted = 0;
    for (int i = 0; i < kSeries; ++i) {
      DrawnSeries series = draw.timeline(n, row.sigma, row.driver);
      make(draw, series);
      draw.add_noise(series, row.noise, share(draw));
      const int hit = called(series);
      counted += hit >= 0 ? 1 : 0;
      hits += hit > 0 ? 1 : 0;
    }
    cells.called.push_back(counted == 0 ? 1.0 : static_cast<double>(hits) / counted);
    cells.counted.push_back(static_cast<double>(counted) / kSeries);
  }
  write(row, cells);
  return cells;
}

int is_leak(const DrawnSeries& s) {
  const auto clocks = s.clocks();
  return judge_growth({clocks, s.levels, s.survivors}, 1e-9).trajectory == Trajectory::steady ? 1 : 0;
}

/// Every noise, and every pair of gaps and driver that differs: with equal gaps, time and steps are one clock.
void check_all(const std::string& kind, const std::vector<Driver>& drivers, const std::function<void(Row)>& check) {
  for (const Driver driver : drivers) {
    for (const double sigma : kGapSigmas) {
      for (const SeriesNoise noise : kSeriesNoises) {
        if (driver == Driver::steps && sigma == 0) {
          continue;
        }
        const Row row{kind, driver, sigma, noise, 0};
        CAPTURE(row.text());
        check(row);
      }
    }
  }
}

const std::vector<Driver> kAllDrivers(std::begin(kDrivers), std::end(kDrivers));
const Make kLinear = [](SeriesDraw&, DrawnSeries& s) { SeriesDraw::linear(s); };

/// At most 1 % of the series that `make` draws are called a leak, whatever drives them.
void check_false_alarms(const std::string& kind, const Make& make) {
  check_all(kind, kAllDrivers, [&](Row row) {
    for (const double share : kNoiseShares) {
      row.share = share;
      CAPTURE(share);
      const Cells leaks = simulate(
          row, make, [&](SeriesDraw&) { return share; }, is_leak);
      CHECK(leaks.worst_from(kMinSnapshots) <= 0.01);
    }
  });
}

}  // namespace

TEST_CASE("simulated: the interval of 95 % holds the truth in 93 of 100 linear series that time drives") {
  check_all("covered", {Driver::time}, [](Row row) {
    row.share = 0.1;
    const Cells covered = simulate(
        row, kLinear, [](SeriesDraw&) { return 0.1; },
        [](const DrawnSeries& s) {
          const auto rate = fit_rate(s.hours, s.levels);
          return *rate->low <= 1 && 1 <= *rate->high ? 1 : 0;
        });
    CHECK(covered.least_from(kLengths[0]) >= 0.93);
  });
}

TEST_CASE("simulated: at most 1 % of saturating series are called a leak from five snapshots on") {
  check_false_alarms("saturating", [](SeriesDraw& draw, DrawnSeries& s) { draw.saturating(s); });
}

TEST_CASE("simulated: at most 1 % of sawtooth series are called a leak from five snapshots on") {
  check_false_alarms("sawtooth", [](SeriesDraw& draw, DrawnSeries& s) { draw.sawtooth(s, 1.0); });
}

TEST_CASE("simulated: at most 1 % of shallow sawtooth series are called a leak from five snapshots on") {
  check_false_alarms("shallow sawtooth", [](SeriesDraw& draw, DrawnSeries& s) { draw.sawtooth(s, 0.2); });
}

TEST_CASE("simulated: at most 1 % of flat series are called a leak from five snapshots on") {
  check_all("flat", {Driver::time}, [&](Row row) {
    row.share = 1;
    const Cells flat = simulate(
        row, [](SeriesDraw&, DrawnSeries& s) { SeriesDraw::flat(s); }, [](SeriesDraw&) { return 1.0; }, is_leak);
    CHECK(flat.worst_from(kMinSnapshots) <= 0.01);
  });
}

TEST_CASE("simulated: 97 % of linear series above the stated floor are called a leak, whatever the clock") {
  const auto any_share = [](SeriesDraw& draw) { return std::exp(draw.uniform(std::log(0.002), std::log(0.5))); };
  check_all("linear", kAllDrivers, [&](Row row) {
    row.share = 0.5;
    const Cells found = simulate(row, kLinear, any_share, [](const DrawnSeries& s) {
      return *detectable_growth(s.clocks(), s.levels) > 1 ? -1 : is_leak(s);
    });
    // Load that comes and goes between the snapshots follows none of the clocks: such series may stay undecided.
    const bool clocked = row.driver != Driver::bursts && row.driver != Driver::day_and_night;
    if (clocked) {
      CHECK(found.counted.back() >= 0.1);  // else the floor would be too high to mean anything
      CHECK(found.least_from(row.sigma >= kMostIrregular ? kMinSnapshotsIrregular : kMinSnapshots) >= 0.97);
    }
  });
}

TEST_CASE("a further snapshot that grows like the others never weakens a leak") {
  SeriesDraw draw(892);
  int leaks = 0;
  for (int i = 0; i < 40000; ++i) {
    const auto n = static_cast<std::size_t>(draw.uniform(3, 11));
    const double unevenness = draw.uniform(0, 0.8);
    DrawnSeries s = draw.timeline(n, draw.uniform(0, 1), Driver::steps);
    double least = 2;
    double most = 0;
    double slowest = 1e9;
    double fastest = 0;
    s.levels = {0};
    for (std::size_t k = 1; k < n; ++k) {
      const double more = 1 + draw.uniform(-unevenness, unevenness);
      s.levels.push_back(s.levels.back() + more);
      least = std::min(least, more);
      most = std::max(most, more);
      const double rate = more / (s.hours[k] - s.hours[k - 1]);
      slowest = std::min(slowest, rate);
      fastest = std::max(fastest, rate);
    }
    s.survivors = s.levels;
    if (is_leak(s) == 0) {
      continue;
    }
    ++leaks;
    // Within what was seen, per step and per hour.
    const double more = draw.uniform(least, most);
    s.levels.push_back(s.levels.back() + more);
    s.hours.push_back(s.hours.back() + more / draw.uniform(slowest, fastest));
    s.survivors = s.levels;
    CAPTURE(i);
    CHECK(is_leak(s) == 1);
  }
  CHECK(leaks > 10000);
}

TEST_CASE("simulated: levels alone cannot show teeth that hide between snapshots, their objects can") {
  // Emptied every 19 minutes, looked at every 20: each snapshot finds a little more than the one before.
  DrawnSeries s;
  s.hours = {0, 0.25, 0.5, 0.75, 1};
  const double period = 0.25 * 19 / 20;
  for (const double hour : s.hours) {
    s.levels.push_back(std::fmod(hour / period, 1.0));
    s.survivors.push_back(hour < 1 ? 0.0 : s.levels.back());
  }
  const auto clocks = s.clocks();
  CHECK(judge_trajectory(s.hours, s.levels, 1e-9) == Trajectory::steady);
  CHECK(judge_growth({clocks, s.levels, s.survivors}, 1e-9).trajectory == Trajectory::unclear);
  CHECK(judge_growth({clocks, s.levels, s.levels}, 1e-9).trajectory == Trajectory::steady);
}
