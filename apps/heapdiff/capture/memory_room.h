#pragma once
// Whether a process can afford a snapshot: what it would take, and what its control group and its machine leave.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff::capture {

/// The text of a file as the target sees it; none where it is not there.
using FileReader = std::function<std::optional<std::string>(const std::string& path)>;

/// What limits the memory of a process.
struct MemoryRoom {
  std::optional<std::uint64_t> limit_bytes;  ///< of its control group, or as given by the caller
  std::optional<std::uint64_t> left_bytes;   ///< below that limit; without page cache that can be freed at once
  std::optional<std::uint64_t> machine_left_bytes;

  /// The less of the two that are known.
  [[nodiscard]] std::optional<std::uint64_t> smallest() const;
};

/// The files that read_memory_room() asks for, of a process whose /proc/self/cgroup has the text `groups`: each level
/// of its groups, of version 1 and of version 2.
[[nodiscard]] std::vector<std::string> memory_files(const std::string& groups);

/// `groups` as above. O(levels).
[[nodiscard]] MemoryRoom read_memory_room(const std::string& groups, const FileReader& read);

/// References that collections hold.
struct ReferenceCensus {
  std::uint64_t references = 0;         ///< of arrays, maps and sets
  std::uint64_t longest = 0;            ///< array that has references, in elements
  std::uint64_t large_array_bytes = 0;  ///< of arrays that are too large for a page of V8's
};

/// What is known of a snapshot before it is taken.
struct SnapshotSize {
  std::uint64_t heap_bytes = 0;                     ///< used
  std::optional<std::uint64_t> objects;             ///< on the heap
  std::optional<std::uint64_t> expected_bytes;      ///< of the file, judged by the one before
  std::optional<std::uint64_t> large_object_bytes;  ///< of the heap, in the large object space
  std::optional<ReferenceCensus> census;
};

/// The most memory that V8 adds to the process for a snapshot, and the longest time that the process stands still.
struct SnapshotCost {
  std::uint64_t bytes = 0;
  double seconds = 0;
};

/// Where a process has less left, no snapshot is tried, and nothing that prepares one.
inline constexpr std::uint64_t kLeastRoomBytes = 60'000'000;

/// The most memory that V8 takes to count the objects of a heap of this size: it gives an id to each.
[[nodiscard]] std::uint64_t memory_to_count(std::uint64_t heap_bytes);

/// Objects cost, references cost, and most of all the longest table or array with references: V8 makes a text of 1 KB
/// for each of its positions. The less is known, the worse is what is assumed.
[[nodiscard]] SnapshotCost cost_of_snapshot(const SnapshotSize& size);

}  // namespace heapdiff::capture
