// What a snapshot is said to cost, beside what it cost.

#include "capture/memory_room.h"

#include <doctest/doctest.h>

#include <vector>

using heapdiff::capture::cost_of_snapshot;
using heapdiff::capture::ReferenceCensus;
using heapdiff::capture::SnapshotSize;

namespace {

/// A heap, and by how much the peak of the resident memory rose for a snapshot of it, in MB.
struct Measured {
  const char* what;
  double heap_mb;
  double large_mb;
  std::uint64_t objects;
  ReferenceCensus census;
  double rose_mb;
};

/// Node.js 20 where no other is said, 2026-11-28. Items are in an array that grew.
const std::vector<Measured> kMeasured = {
    {"an empty program", 2.9, 0.3, 39'329, {0, 0, 0}, 31.3},
    {"an empty program, 22", 3.8, 0.3, 53'346, {0, 0, 0}, 40.7},
    {"an empty program, 24", 4.1, 0.3, 57'472, {0, 0, 0}, 41.1},
    {"an array of one object", 22.9, 20.3, 39'333, {2'500'000, 2'500'000, 20'000'000}, 3'087},
    {"an array of one object, 24", 24.1, 20.3, 57'476, {2'500'000, 2'500'000, 20'000'000}, 3'092},
    {"arrays of 12,500 times one object", 22.9, 0.3, 39'733, {2'500'000, 12'500, 0}, 195.2},
    {"rows of 200 times one object", 39.2, 0.4, 123'403, {5'628'000, 28'000, 224'000}, 324.8},
    {"rows of 200 numbers", 39.2, 0.4, 123'403, {28'000, 28'000, 224'000}, 46.4},
    {"rows of 20 numbers", 36.3, 1.6, 497'371, {114'500, 114'500, 916'000}, 264.9},
    {"small objects", 30.6, 3.4, 808'363, {384'500, 384'500, 3'076'000}, 691.4},
    {"a map of 100,000 numbers", 6.5, 3.9, 39'330, {200'000, 1, 0}, 154.1},
    {"a set of 100,000 objects", 8.7, 2.9, 139'336, {200'000, 1, 0}, 175.3},
    {"an object with 100,000 properties", 11.6, 6.6, 139'326, {1, 1, 0}, 382.9},
    {"a linked list", 23.1, 0.3, 539'333, {1, 1, 0}, 168.7},
    {"texts of 20 characters", 8.8, 1.6, 154'375, {115'000, 115'000, 920'000}, 195.6},
    {"maps of two entries", 16.9, 0.7, 306'429, {167'000, 33'400, 267'000}, 136.0},
    {"closures", 17.2, 1.6, 309'358, {135'000, 135'000, 1'080'000}, 274.1},
    {"closures, 24", 18.0, 1.6, 317'501, {130'000, 130'000, 1'040'000}, 247.0},
};

std::uint64_t bytes_of(double megabytes) { return static_cast<std::uint64_t>(megabytes * 1e6); }

}  // namespace

TEST_CASE("capture: no snapshot cost more than was said, however much is known of the heap") {
  for (const Measured& heap : kMeasured) {
    CAPTURE(heap.what);
    SnapshotSize size;
    size.heap_bytes = bytes_of(heap.heap_mb);
    size.large_object_bytes = bytes_of(heap.large_mb);
    CHECK(cost_of_snapshot(size).bytes > bytes_of(1.1 * heap.rose_mb));
    size.objects = heap.objects;
    CHECK(cost_of_snapshot(size).bytes > bytes_of(1.1 * heap.rose_mb));
    size.census = heap.census;
    CHECK(cost_of_snapshot(size).bytes > bytes_of(1.1 * heap.rose_mb));
  }
}

TEST_CASE("capture: rows of numbers fit where rows of references do not") {
  SnapshotSize size;
  size.heap_bytes = 60'000'000;
  size.large_object_bytes = 700'000;
  size.objects = 138'000;
  constexpr std::uint64_t kLeft = 195'000'000;  // of 256 MB
  size.census = {33'000, 33'000, 264'000};
  CHECK(cost_of_snapshot(size).bytes < kLeft);
  size.census = {6'600'000, 33'000, 264'000};
  CHECK(cost_of_snapshot(size).bytes > kLeft);
  size.census.reset();
  CHECK(cost_of_snapshot(size).bytes > kLeft);
}

TEST_CASE("capture: what a target says of its arrays is no longer than its large object space") {
  SnapshotSize size;
  size.heap_bytes = 5'000'000;
  size.large_object_bytes = 400'000;
  size.objects = 50'000;
  size.census = {1, 4'000'000'000, 32'000'000'000};  // a sparse array
  CHECK(cost_of_snapshot(size).bytes < 130'000'000);
}
