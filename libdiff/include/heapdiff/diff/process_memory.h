#pragma once
// The memory of a whole process beside its JavaScript heap, and whether it grows outside of that heap.

#include "heapdiff/diff/growth.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heapdiff {

/// process.memoryUsage(), or the parts of it that are known. Bytes.
struct MemoryUsage {
  std::optional<std::uint64_t> rss;
  std::optional<std::uint64_t> heap_total;
  std::optional<std::uint64_t> heap_used;
  std::optional<std::uint64_t> external;  ///< of buffers and of native objects that V8 knows of
  std::optional<std::uint64_t> array_buffers;
};

/// The memory of a process at one time.
struct MemoryPoint {
  std::optional<std::int64_t> at_ns;  ///< nanoseconds since 1970
  MemoryUsage before;                 ///< without the cost of the snapshot that was then taken
  std::optional<MemoryUsage> after;   ///< right after that snapshot; none where none was taken, or it is not known
};

/// What a process holds outside of its heap: resident memory without the heap and what V8 counts as external. It is the
/// native memory of libraries and add-ons, fragmentation, and the heaps of workers.
struct OutsideMemory {
  bool is_known = false;       ///< resident memory and heap are known at two points or more
  std::vector<double> levels;  ///< bytes, one per point; growth while a snapshot was taken is left out
  double growth_bytes = 0;     ///< of the levels
  double smallest_bytes = 0;   ///< below which growth is not judged
  Trajectory trajectory = Trajectory::flat;
  std::optional<Rate> rate;  ///< per hour, where the times are known

  /// Grew, and did not level off. Two points suffice: they show no trend, but the growth is not in the heap.
  [[nodiscard]] bool grew() const noexcept {
    return is_known && (trajectory == Trajectory::steady || trajectory == Trajectory::two_points ||
                        trajectory == Trajectory::unclear);
  }
};

/// `points` are in the order of time. A snapshot itself raises the resident memory, and the process keeps some of that:
/// where `after` is known, only what grew from the end of one snapshot to the beginning of the next counts. O(points).
[[nodiscard]] OutsideMemory judge_outside(std::span<const MemoryPoint> points);

}  // namespace heapdiff
