#pragma once
// When each object of the last snapshot was first seen, and which new subtree it belongs to.

#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/detail/column.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff::series {

/// One entry per node of the last snapshot. An object is new when it was first seen after the first snapshot.
struct Cohorts {
  /// Number of the snapshot; 254 stands for that one and all later ones. An embedder's node without an id
  /// of V8's is as old as the oldest heap object that it dominates. Roots (synthetic nodes) are never new.
  std::vector<std::uint8_t> first_seen;
  /// For a new node the root of the maximal new subtree of the dominator tree; for an old node the node itself.
  Column<std::uint32_t> subtree_root;
};

/// Intervals of one file that was taken while allocations were tracked. Interval k ends at entry k; the first entry is
/// the moment from which on allocations were tracked.
struct AllocationIntervals {
  std::vector<std::uint64_t> last_ids;  ///< ascending: the last id that had been given out
  std::vector<double> hours;            ///< since the first entry
};

/// At most kMaxIntervals intervals of equal length. Empty where the samples of `graph` do not span three of them, or do
/// not rise.
[[nodiscard]] AllocationIntervals allocation_intervals(const SnapshotGraph& graph);

/// The cohorts of such a file: the first has the objects that were there before allocations were tracked.
/// O(nodes * log intervals).
[[nodiscard]] Cohorts cohorts_of_intervals(const Heap& heap, const AllocationIntervals& intervals);

/// `facts` has one entry per snapshot, with that of `last`. O(objects of all snapshots + nodes).
[[nodiscard]] Cohorts find_cohorts(const Heap& last, std::span<const Facts> facts);

}  // namespace heapdiff::series
