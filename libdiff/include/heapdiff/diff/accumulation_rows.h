#pragma once
// The accumulations of one heap as rows of a table, from its dominator tree alone: no edges are needed.

#include "heapdiff/snapshot/heap.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

/// Many alike objects under one holder, or under several of one class.
struct AccumulationRow {
  std::string content;  ///< class of the objects; of functions their name
  std::string holder;   ///< class of the only object that retains them
  std::uint64_t holder_id = 0;
  std::uint64_t example_id = 0;
  std::uint64_t holder_count = 0;
  std::uint64_t count = 0;  ///< objects
  std::uint64_t bytes = 0;  ///< retained by them
};

/// At most `limit` rows, those that keep most first; none below 1 % of the heap. Needs types, names and sizes of nodes,
/// classes, dominators and retained sizes. O(nodes), 12 bytes per node.
[[nodiscard]] std::vector<AccumulationRow> likely_accumulations(const Heap& heap, std::size_t limit);

}  // namespace heapdiff
