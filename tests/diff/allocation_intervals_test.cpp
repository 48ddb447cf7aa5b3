// The intervals of one file that was taken while allocations were tracked.

#include "series/cohorts.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <utility>
#include <vector>

using namespace heapdiff;
using heapdiff::series::AllocationIntervals;

namespace {

constexpr std::uint64_t kHour = 3'600'000'000;

/// Samples: hours and the last id that had been given out.
AllocationIntervals intervals_of(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& samples) {
  test::SnapshotText text;
  text.add_root();
  for (const auto& [hours, last_id] : samples) {
    text.add_sample((1000 + hours) * kHour, last_id);
  }
  return series::allocation_intervals(compute_heap(test::load_text(text.text()), {}).graph);
}

}  // namespace

TEST_CASE("an interval of allocations ends at the last sample within it") {
  const AllocationIntervals uneven = intervals_of({{0, 1}, {3, 31}, {5, 51}, {7, 71}, {10, 101}});
  CHECK(uneven.last_ids == std::vector<std::uint64_t>{1, 51, 71, 101});  // a quarter of the time: 2.5 hours
  CHECK(uneven.hours == std::vector<double>{0, 5, 7, 10});
  const AllocationIntervals even = intervals_of({{0, 1}, {1, 11}, {2, 21}, {3, 31}});
  CHECK(even.last_ids == std::vector<std::uint64_t>{1, 11, 21, 31});
  CHECK(even.hours == std::vector<double>{0, 1, 2, 3});
}

TEST_CASE("there are at most twelve intervals of allocations") {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> samples;
  for (std::uint64_t hour = 0; hour <= 24; ++hour) {
    samples.emplace_back(hour, 2 * hour + 1);
  }
  const AllocationIntervals twelve = intervals_of(samples);
  REQUIRE(twelve.last_ids.size() == 13);
  CHECK(twelve.hours[1] == 2);
  CHECK(twelve.hours[12] == 24);
  CHECK(twelve.last_ids[12] == 49);
}

TEST_CASE("samples that are few, stand still or fall give no intervals of allocations") {
  CHECK(intervals_of({}).last_ids.empty());
  CHECK(intervals_of({{0, 1}, {1, 11}, {2, 21}}).last_ids.empty());
  CHECK(intervals_of({{5, 1}, {5, 11}, {5, 21}, {5, 31}, {5, 41}}).last_ids.empty());
  CHECK(intervals_of({{0, 1}, {1, 11}, {2, 11}, {3, 11}, {4, 11}}).last_ids.empty());  // two moments with new ids
  CHECK(intervals_of({{0, 1}, {2, 11}, {1, 21}, {3, 31}, {4, 41}}).last_ids.empty());
  CHECK(intervals_of({{0, 1}, {1, 21}, {2, 11}, {3, 31}, {4, 41}}).last_ids.empty());
}
