// Growth of a process outside of its JavaScript heap.

#include "heapdiff/diff/process_memory.h"

#include "heapdiff/diff/suspect.h"
#include "heapdiff/diff/verdict.h"

#include <doctest/doctest.h>

#include <vector>

using namespace heapdiff;

namespace {

/// Resident memory in MB at each point, a minute apart; the heap stays at 10 MB.
std::vector<MemoryPoint> points_of(const std::vector<int>& resident) {
  std::vector<MemoryPoint> points;
  for (std::size_t i = 0; i < resident.size(); ++i) {
    MemoryPoint point;
    point.at_ns = static_cast<std::int64_t>(i) * 60'000'000'000;
    point.before.rss = static_cast<std::uint64_t>(resident[i]) * 1'000'000;
    point.before.heap_total = 10'000'000;
    point.before.heap_used = 8'000'000;
    point.before.external = 1'000'000;
    points.push_back(point);
  }
  return points;
}

VerdictReason reason_with(const OutsideMemory& outside) { return judge_verdict(Findings{}, {}, outside).reason; }

}  // namespace

TEST_CASE("memory that grows outside of the heap is never a plain no leak") {
  const OutsideMemory outside = judge_outside(points_of({80, 101, 120, 141}));
  CHECK(outside.is_known);
  CHECK(outside.trajectory == Trajectory::steady);
  CHECK(outside.growth_bytes == doctest::Approx(61e6));
  REQUIRE(outside.rate);
  CHECK(outside.rate->estimate == doctest::Approx(20.2e6 * 60).epsilon(0.02));
  CHECK(reason_with(outside) == VerdictReason::outside_heap);
  CHECK(verdict_of(VerdictReason::outside_heap) == Verdict::inconclusive);
  CHECK(reason_with(judge_outside(points_of({80, 120}))) == VerdictReason::outside_heap);
}

TEST_CASE("resident memory that levels off, wanders or grows with the heap accuses nobody") {
  CHECK_FALSE(judge_outside(points_of({80, 110, 112, 112})).grew());
  CHECK_FALSE(judge_outside(points_of({80, 95, 81, 94})).grew());
  CHECK_FALSE(judge_outside(points_of({80, 82, 84, 87})).grew());
  CHECK_FALSE(judge_outside(points_of({140, 120, 100, 80})).grew());
  std::vector<MemoryPoint> with_heap = points_of({80, 100, 120, 140});
  std::vector<MemoryPoint> with_buffers = with_heap;
  for (std::size_t i = 0; i < 4; ++i) {
    with_heap[i].before.heap_total = 10'000'000 + i * 20'000'000;
    with_buffers[i].before.external = 1'000'000 + i * 20'000'000;
  }
  CHECK_FALSE(judge_outside(with_heap).grew());
  CHECK_FALSE(judge_outside(with_buffers).grew());
  CHECK(reason_with(judge_outside(with_heap)) == VerdictReason::nothing_grew);
}

TEST_CASE("what a process keeps of taking a snapshot is not its growth") {
  std::vector<MemoryPoint> points = points_of({80, 111, 141, 170});
  for (MemoryPoint& point : points) {
    point.after = point.before;
    *point.after->rss += 30'000'000;
  }
  CHECK_FALSE(judge_outside(points).grew());
  for (std::size_t i = 0; i < points.size(); ++i) {
    *points[i].before.rss += i * 20'000'000;
    *points[i].after->rss += i * 20'000'000;
  }
  CHECK(judge_outside(points).grew());
}

TEST_CASE("without resident memory at every point nothing is said of it") {
  std::vector<MemoryPoint> points = points_of({80, 101, 120, 141});
  points[2].before.rss.reset();
  CHECK_FALSE(judge_outside(points).is_known);
  CHECK_FALSE(judge_outside(std::vector<MemoryPoint>{}).is_known);
  CHECK_FALSE(judge_outside(points_of({80})).is_known);
}
