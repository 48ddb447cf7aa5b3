#include "heapdiff/diff/growth.h"

#include <doctest/doctest.h>

#include <vector>

using heapdiff::fit_rate;
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
  CHECK(judge_trajectory({}, std::vector<double>{0, 10, 20, 30, 40}, 5) == Trajectory::steady);
  CHECK(judge_trajectory({}, std::vector<double>{0, 30, 38, 40, 40}, 5) == Trajectory::decelerating);
  CHECK(judge_trajectory({}, std::vector<double>{0, 30, 5, 35, 10}, 5) == Trajectory::unsteady);
  CHECK(judge_trajectory({}, std::vector<double>{0, 1, 2, 3}, 5) == Trajectory::flat);
  CHECK(judge_trajectory({}, std::vector<double>{0, 100}, 5) == Trajectory::two_points);
}

TEST_CASE("stairs of a table whose content is not seen") {
  const auto judge = [](std::vector<double> levels) {
    std::vector<double> hours;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      hours.push_back(static_cast<double>(i));
    }
    return heapdiff::judge_stairs(hours, levels, 1);
  };
  // It doubled at the second of four steps: the next time is due at the fourth or later.
  CHECK(judge({10, 327, 655, 655, 655}) == Trajectory::unclear);
  CHECK(judge({10, 655, 655, 655, 655, 655}) == Trajectory::decelerating);
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
