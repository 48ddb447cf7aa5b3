#include "heapdiff/diff/outlook.h"

#include <doctest/doctest.h>

using heapdiff::compare_observed;
using heapdiff::Rate;
using heapdiff::time_to_limit;

TEST_CASE("the time to the limit comes with its range") {
  const auto time = time_to_limit(1e9, Rate{1e8, 5e7, 2e8}, 4e9);
  REQUIRE(time);
  CHECK(time->hours == doctest::Approx(30));
  CHECK(*time->soonest == doctest::Approx(15));
  CHECK(*time->latest == doctest::Approx(60));
  CHECK(!time_to_limit(1e9, Rate{-1, -2, 1}, 4e9));
  CHECK(!time_to_limit(1e9, Rate{1e8, -1e8, 3e8}, 4e9)->latest);
  CHECK(time_to_limit(5e9, Rate{-1, -2, 1}, 4e9)->hours == 0);
  REQUIRE(time_to_limit(4e9, Rate{-1, -2, 1}, 4e9));
  CHECK(time_to_limit(4e9, Rate{-1, -2, 1}, 4e9)->hours == 0);
}

TEST_CASE("200 MB to 3.5 GB in 30 hours is 110 MB per hour, not 50") {
  const double observed = (3500e6 - 200e6) / 30;
  CHECK(observed == doctest::Approx(110e6));
  const auto off = compare_observed(observed, Rate{50e6, 48e6, 52e6});
  CHECK(off.contradicts);
  CHECK(off.share == doctest::Approx(0.4545).epsilon(0.001));
  CHECK(!compare_observed(observed, Rate{105e6, 104e6, 106e6}).contradicts);
  CHECK(!compare_observed(observed, Rate{50e6, -100e6, 200e6}).contradicts);
}
