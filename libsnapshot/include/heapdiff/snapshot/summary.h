#pragma once
// What one snapshot tells beyond its constructors: strings that repeat, and where the bytes sit.

#include "heapdiff/snapshot/heap.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapdiff {

/// Copies of one text. V8 keeps at most 1024 characters of a string in a snapshot, so long ones count as copies when
/// these and their size agree.
struct RepeatedString {
  StringIndex text;
  std::uint32_t count = 0;
  std::uint64_t bytes = 0;         ///< self sizes of all copies
  std::uint64_t wasted_bytes = 0;  ///< all copies but the largest
  NodeIndex example;
};

/// Texts that more than one flat string node holds, the most wasteful first. `total_wasted` sums over all, not only
/// over the first `limit` that are given back (0: all). 8 bytes per string while it works.
struct RepeatedStrings {
  std::vector<RepeatedString> largest;
  std::uint64_t texts = 0;
  std::uint64_t total_wasted = 0;
};
[[nodiscard]] RepeatedStrings repeated_strings(const SnapshotGraph& graph, std::size_t limit);

/// One node of the top of the dominator tree.
struct DominatorRow {
  NodeIndex node;
  std::uint32_t depth = 0;  ///< 0: no other row dominates it
};

/// The `limit` nodes that retain most, depth first, each under the row that dominates it. Synthetic nodes (the roots)
/// are no rows. O(nodes log limit).
[[nodiscard]] std::vector<DominatorRow> largest_dominators(const Heap& heap, std::size_t limit);

}  // namespace heapdiff
