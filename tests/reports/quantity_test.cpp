#include "heapdiff/reports/quantity.h"

#include <doctest/doctest.h>

#include <limits>

using namespace heapdiff;

TEST_CASE("a rate is told in the unit that suits it") {
  CHECK(format_rate(RateValue{30'000, 20'000, 40'000, 0.95}) == "30 kB/h (95 % 20 to 40)");
  CHECK(format_rate(RateValue{105.6e6, 102.1e6, 109e6, 0.95}) == "105.6 MB/h (95 % 102.1 to 109.0)");
  CHECK(format_rate(RateValue{2.5e9, std::nullopt, std::nullopt, 0.95}) ==
        "2.50 GB/h (two snapshots: no 95 % interval)");
  CHECK(format_rate(RateValue{400, -100, 900, 0.9}) == "400 B/h (90 % -100 to 900)");
  CHECK(format_rate(RateValue{10'000, -2e6, 2e6, 0.95}) == "0.0 MB/h (95 % -2.0 to 2.0)");
  CHECK(format_rate(std::nullopt) == "not known");
}

TEST_CASE("a change has one sign") {
  CHECK(format_change(5000) == "+5.0 kB");
  CHECK(format_change(-5000) == "-5.0 kB");
  CHECK(format_change(0) == "0 B");
}

TEST_CASE("a rate has the digits that its interval allows") {
  CHECK(format_rate(RateValue{2'548, 2'390, 2'706, 0.95}, "/op") == "2.5 kB/op (95 % 2.4 to 2.7)");
  CHECK(format_rate(RateValue{400.26, 400.1, 400.4, 0.95}, "/op") == "400.3 B/op (95 % 400.1 to 400.4)");
  CHECK(format_rate(RateValue{586, 580, 592, 0.95}, "/op") == "586 B/op (95 % 580 to 592)");
}

TEST_CASE("sizes of one series have one unit, as long as something is left of them") {
  CHECK(format_bytes_beside(341e3, 3.8e6) == "0.3 MB");
  CHECK(format_bytes_beside(3.8e6, 3.8e6) == "3.8 MB");
  CHECK(format_bytes_beside(12e3, 3.8e6) == "12 kB");
  CHECK(format_bytes_beside(0, 3.8e6) == "0.0 MB");
  CHECK(format_bytes_beside(700, 80e3) == "0.7 kB");
  CHECK(format_bytes_beside(-2e6, 3.8e6) == "-2.0 MB");
}

TEST_CASE("bytes keep one to three digits before the point") {
  CHECK(format_bytes(999) == "999 B");
  CHECK(format_bytes(2'548) == "2.5 kB");
  CHECK(format_bytes(9'960) == "10 kB");
  CHECK(format_bytes(999'600) == "1.0 MB");
  CHECK(format_bytes(999'960'000) == "1.00 GB");
}

TEST_CASE("counts are grouped, durations have the unit that people would say") {
  CHECK(format_count(std::int64_t{-1234567}) == "-1,234,567");
  CHECK(format_count(std::uint64_t{999}) == "999");
  CHECK(format_count(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
  CHECK(format_duration(250) == "250 ms");
  CHECK(format_duration(1000) == "1 s");
  CHECK(format_duration(90'000) == "90 s");
  CHECK(format_duration(3.6e6) == "1 h");
  CHECK(format_duration(86.4e6) == "24 h");
  CHECK(format_duration(7 * 86.4e6) == "7 days");
}
