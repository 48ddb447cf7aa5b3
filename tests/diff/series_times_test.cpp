// Whether the capture times of a series give growth per hour.

#include "heapdiff/diff/series_times.h"

#include <doctest/doctest.h>

#include <vector>

using heapdiff::CapturePoint;
using heapdiff::CaptureSource;
using heapdiff::judge_times;
using heapdiff::NoRateReason;

namespace {

CapturePoint at(double seconds, CaptureSource source = CaptureSource::file_name, std::uint64_t megabytes = 1) {
  return {static_cast<std::int64_t>(seconds * 1e9), source, megabytes * 1'000'000};
}

NoRateReason reason(const std::vector<CapturePoint>& points) { return judge_times(points).reason; }

}  // namespace

TEST_CASE("times from names and from the caller give hours since the first") {
  const auto times = judge_times(std::vector<CapturePoint>{at(7200), at(9000, CaptureSource::option), at(14400)});
  CHECK(times.reason == NoRateReason::none);
  CHECK(times.hours == std::vector<double>{0, 0.5, 2});
}

TEST_CASE("no rate from times that are not known, are the files', run backwards or are a copy's") {
  CapturePoint unknown;
  CHECK(reason({at(0), unknown, at(20)}) == NoRateReason::unknown_times);
  CHECK(reason({at(0), at(600, CaptureSource::modification_time), at(1200)}) == NoRateReason::modification_times);
  CHECK(reason({at(0), at(600), at(300)}) == NoRateReason::contradicts_order);
  CHECK(reason({at(0), at(600), at(600)}) == NoRateReason::too_close);
  CHECK(reason({at(0), at(600), at(600.5)}) == NoRateReason::too_close);
  CHECK(judge_times(std::vector<CapturePoint>{at(0), at(600), at(300)}).at == 2);
  CHECK(judge_times(std::vector<CapturePoint>{at(0), at(600), at(300)}).hours.empty());
}

TEST_CASE("two snapshots are too close when the later one could not have been written in between") {
  const auto gap = [](double seconds, std::uint64_t megabytes) {
    return reason({at(0, CaptureSource::file_name, megabytes), at(seconds, CaptureSource::file_name, megabytes)});
  };
  CHECK(gap(1.03, 1) == NoRateReason::none);
  CHECK(gap(4, 100) == NoRateReason::none);
  CHECK(gap(2.9, 100) == NoRateReason::too_close);
  CHECK(gap(20, 1000) == NoRateReason::too_close);
  CHECK(gap(22, 1000) == NoRateReason::none);
}

TEST_CASE("the share of the span in which snapshots were written is estimated") {
  const auto times = judge_times(std::vector<CapturePoint>{at(0, CaptureSource::file_name, 1000),
                                                           at(60, CaptureSource::file_name, 1000),
                                                           at(120, CaptureSource::file_name, 1000)});
  CHECK(times.writing_share == doctest::Approx(1.0 / 3));
  CHECK(judge_times({}).writing_share == 0);
}
