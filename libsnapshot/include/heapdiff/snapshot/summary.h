#pragma once
// Strings that repeat, and the top of the dominator tree of one snapshot.

#include "heapdiff/snapshot/heap.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace heapdiff {

/// Copies of one text. V8 writes at most 1024 characters of a string into a snapshot, so longer strings count as copies
/// when those characters and their sizes agree.
struct RepeatedString {
  StringIndex text;
  std::uint32_t count = 0;
  std::uint64_t bytes = 0;         ///< self sizes of all copies
  std::uint64_t wasted_bytes = 0;  ///< all copies but the largest
  NodeIndex example;
};

/// Texts that more than one flat string node has.
struct RepeatedStrings {
  std::vector<RepeatedString> largest;  ///< those that waste most first, up to the limit
  std::uint64_t texts = 0;              ///< number of all such texts
  std::uint64_t total_wasted = 0;       ///< bytes, of all such texts
};
/// `limit`: length of `largest`; 0 is no limit. O(nodes + strings); 8 bytes per string during the call.
[[nodiscard]] RepeatedStrings repeated_strings(const SnapshotGraph& graph, std::size_t limit);

/// One node of the top of the dominator tree.
struct DominatorRow {
  NodeIndex node;
  std::uint32_t depth = 0;  ///< 0: no other row dominates it
};

/// The `limit` nodes that retain most, depth first, each after the row that dominates it. Synthetic nodes (the roots)
/// are left out. O(nodes log limit).
[[nodiscard]] std::vector<DominatorRow> largest_dominators(const Heap& heap, std::size_t limit);

}  // namespace heapdiff
