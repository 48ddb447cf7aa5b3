#include "heapdiff/diff/growth.h"

#include <doctest/doctest.h>

#include <vector>

using heapdiff::Clock;
using heapdiff::ClockKind;
using heapdiff::clocks_of;
using heapdiff::count_distinct;
using heapdiff::fit_rate;
using heapdiff::judge_growth;
using heapdiff::judge_trajectory;
using heapdiff::Trajectory;

TEST_CASE("a straight line has its slope and no width") {
  const std::vector<double> hours{0, 1, 2, 3};
  const auto rate = fit_rate(hours, std::vector<double>{5, 7, 9, 11});
  REQUIRE(rate);
  CHECK(rate->estimate == doctest::Approx(2));
  CHECK(*rate->low == doctest::Approx(2));
  CHECK(*rate->high == doctest::Approx(2));
}

TEST_CASE("the interval of a known example equals the textbook's") {
  // x = 0..4, y = 1, 3, 2, 5, 4: slope 0.8, s = sqrt(3.6 / 3), t(0.975, 3) = 3.18245.
  const auto rate = fit_rate(std::vector<double>{0, 1, 2, 3, 4}, std::vector<double>{1, 3, 2, 5, 4});
  REQUIRE(rate);
  CHECK(rate->estimate == doctest::Approx(0.8));
  CHECK(*rate->high - rate->estimate >= doctest::Approx(3.18245 * 0.34641).epsilon(1e-4));
}

TEST_CASE("two points give no interval and a zero span gives no rate") {
  const auto rate = fit_rate(std::vector<double>{0, 2}, std::vector<double>{10, 30});
  REQUIRE(rate);
  CHECK(rate->estimate == doctest::Approx(10));
  CHECK(!rate->low);
  CHECK(!fit_rate(std::vector<double>{1, 1, 1}, std::vector<double>{1, 2, 3}));
}

TEST_CASE("growth is steady, levels off, swings, or is too small") {
  const std::vector<double> at{0, 1, 2, 3, 4};
  CHECK(judge_trajectory(at, std::vector<double>{0, 10, 20, 30, 40}, 5) == Trajectory::steady);
  CHECK(judge_trajectory(at, std::vector<double>{0, 30, 38, 40, 40}, 5) == Trajectory::decelerating);
  CHECK(judge_trajectory(at, std::vector<double>{0, 30, 5, 35, 10}, 5) == Trajectory::unsteady);
  CHECK(judge_trajectory(at, std::vector<double>{0, 1, 2, 3, 4}, 5) == Trajectory::flat);
  CHECK(judge_trajectory(std::vector<double>{0, 1}, std::vector<double>{0, 100}, 5) == Trajectory::two_points);
}

TEST_CASE("stairs of a table whose content is not seen") {
  const auto judge = [](std::vector<double> levels) {
    return heapdiff::judge_table_growth(clocks_of(levels.size(), {}, {}), levels, 1).trajectory;
  };
  // It doubled at the second of four steps: the next time is due at the fourth or later.
  CHECK(judge({10, 327, 655, 655, 655}) == Trajectory::unclear);
  CHECK(judge({10, 655, 655, 655, 655, 655}) == Trajectory::decelerating);
  // At the third of five steps, the next is due at the fifth; at the second, it is overdue.
  CHECK(judge({10, 60, 327, 655, 655, 655}) == Trajectory::unclear);
  CHECK(judge({10, 327, 655, 655, 655, 655}) == Trajectory::decelerating);
  // An array grows by half each time.
  CHECK(judge({4, 271, 610, 915, 1373}) == Trajectory::steady);
  CHECK(judge({4, 271, 610, 610, 1373}) != Trajectory::steady);
  CHECK(judge({4, 700, 1000, 1150, 1230}) != Trajectory::steady);
  CHECK(judge({4, 4}) == Trajectory::flat);
}

TEST_CASE("growth that begins midway is judged from where it begins") {
  const std::vector<double> hours{0, 1, 2, 3, 4, 5, 6, 7};
  CHECK(judge_trajectory(hours, std::vector<double>{32, 32, 32, 154, 311, 467, 611, 773}, 1) == Trajectory::steady);
  CHECK(judge_trajectory(hours, std::vector<double>{0, 0, 0, 300, 500, 600, 650, 675}, 1) != Trajectory::steady);
  CHECK(judge_trajectory(hours, std::vector<double>{0, 0, 0, 0, 0, 250, 500, 750}, 1) != Trajectory::steady);
}

TEST_CASE("a series knows operations, time and steps; clocks in one proportion count as one") {
  const std::vector<double> even{0, 600, 1200, 1800};
  const std::vector<double> uneven{0, 1, 4, 5};
  CHECK(clocks_of(4, {}, {}).size() == 1);
  CHECK(clocks_of(4, even, uneven).size() == 3);
  CHECK(count_distinct(clocks_of(4, even, uneven)) == 2);
  CHECK(count_distinct(clocks_of(4, {}, even)) == 1);
  // Of a clock that stands still or runs backwards nothing can be read.
  CHECK(clocks_of(4, {}, std::vector<double>{0, 1, 1, 2}).size() == 1);
  CHECK(clocks_of(4, {}, std::vector<double>{0, 2, 1, 3}).size() == 1);
  CHECK(clocks_of(4, {}, std::vector<double>{0, 1}).size() == 1);
}

TEST_CASE("growth that is even per step is steady however the capture times lie") {
  // 400 objects a step; gaps of 4, 10, 4 and 9 seconds.
  const std::vector<double> hours{0, 4, 14, 18, 27};
  const std::vector<double> levels{0, 401, 801, 1201, 1601};
  CHECK(judge_trajectory(hours, levels, 5) != Trajectory::steady);
  const auto judged = judge_growth({clocks_of(5, {}, hours), levels, levels}, 5);
  CHECK(judged.trajectory == Trajectory::steady);
  CHECK(judged.clock == ClockKind::steps);
  // By the hour, with gaps that differ by as much.
  const std::vector<double> hourly{0, 400, 1400, 1800, 2700};
  const auto timed = judge_growth({clocks_of(5, {}, hours), hourly, hourly}, 5);
  CHECK(timed.trajectory == Trajectory::steady);
  CHECK(timed.clock == ClockKind::time);
  // By the operation: 100, 300, 100 and 400 of them, at times that follow neither.
  const std::vector<double> operations{0, 100, 400, 500, 900};
  const auto counted = judge_growth({clocks_of(5, operations, hours), operations, operations}, 5);
  CHECK(counted.trajectory == Trajectory::steady);
  CHECK(counted.clock == ClockKind::operations);
}

TEST_CASE("growth that slows under every clock is a warm-up, and undecided when one of them does not slow") {
  const std::vector<double> hours{0, 1, 2, 4, 7};
  const std::vector<double> cooling{0, 50, 75, 87, 94};
  CHECK(judge_growth({clocks_of(5, {}, hours), cooling, cooling}, 5).trajectory == Trajectory::decelerating);
  const std::vector<double> slowing_per_hour{0, 30, 50, 90, 110};
  const auto clocks = clocks_of(5, {}, hours);
  CHECK(judge_trajectory(hours, slowing_per_hour, 5) == Trajectory::decelerating);
  CHECK(judge_growth({clocks, slowing_per_hour, slowing_per_hour}, 5).trajectory == Trajectory::unclear);
}

TEST_CASE("a fourth snapshot like the three before does not weaken them") {
  const std::vector<double> three{0, 100, 201};
  CHECK(judge_growth({clocks_of(3, {}, {}), three, three}, 5).trajectory == Trajectory::steady);
  for (const double gap : {10.0, 12.0, 13.0, 30.0}) {
    const std::vector<double> hours{0, 10, 20, 20 + gap};
    const std::vector<double> four{0, 100, 201, 301};
    CHECK(judge_growth({clocks_of(4, {}, hours), four, four}, 5).trajectory == Trajectory::steady);
  }
}
