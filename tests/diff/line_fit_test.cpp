// How sure a trend has to be, by the number of snapshots.

#include "growth/line_fit.h"

#include "heapdiff/diff/growth.h"

#include <doctest/doctest.h>

#include <vector>

using namespace heapdiff;

TEST_CASE("a conviction may be wrong in 5 % of series of three snapshots, 3 % of four and 1 % of more") {
  CHECK(growth::conviction_quantile(3, 1) == doctest::Approx(6.3138).epsilon(1e-4));  // Student's t, 95 %
  CHECK(growth::conviction_quantile(4, 1) == doctest::Approx(3.8964).epsilon(1e-4));  // 97 %
  CHECK(growth::conviction_quantile(5, 1) == doctest::Approx(4.5407).epsilon(1e-4));  // 99 %
}

TEST_CASE("every clock that is asked shares in the error of a conviction") {
  CHECK(growth::conviction_quantile(3, 2) == doctest::Approx(12.7062).epsilon(1e-4));  // 97.5 %
  CHECK(growth::conviction_quantile(5, 2) == doctest::Approx(5.8409).epsilon(1e-4));   // 99.5 %
}

TEST_CASE("one leap among several steps is no growth that repeats, two of three are") {
  const std::vector<double> at{0, 1, 2, 3};
  CHECK(judge_trajectory(at, std::vector<double>{0, 0, 0, 100}, 5) == Trajectory::unsteady);
  CHECK(judge_trajectory(at, std::vector<double>{0, 0, 40, 100}, 5) == Trajectory::unclear);
}
