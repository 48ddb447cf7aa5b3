#pragma once
// The places where new objects pile up: maximal new subtrees of the dominator tree, grouped by what holds them.

#include "series/series_view.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace heapdiff::suspects {

/// New subtrees whose holders have the same folded path, and the stores that grew to hold them. Levels and cohorts have
/// one entry per snapshot, in bytes where nothing else is said.
struct Accumulation {
  std::string signature;                      ///< folded path from the holder towards the root, without ids
  std::vector<std::uint32_t> holders;         ///< nodes, sorted: the old objects that a programmer would name
  std::vector<std::uint32_t> joined_holders;  ///< nodes, sorted: holders of groups that were merged into this one
  std::vector<std::uint32_t> subtree_roots;   ///< nodes: roots of the new subtrees
  std::vector<double> cohort_bytes;           ///< self sizes of new objects first seen at each snapshot
  std::vector<double> cohort_objects;         ///< their number
  std::vector<double> outside_bytes;          ///< part of cohort_bytes that no holder dominates and no group refers to
  std::vector<double> shared_bytes;           ///< part of cohort_bytes that new objects of another group refer to
  std::vector<double> item_bytes;             ///< part of cohort_bytes without stores, which are replaced as they grow
  std::vector<double> store_levels;           ///< growth of the holders' own sizes since the first snapshot
  std::vector<double> outer_store_levels;     ///< the same for other old objects that refer to the new ones
  std::uint64_t largest_bytes = 0;            ///< self size of the largest new object that is no store
  std::uint8_t largest_seen = 0;              ///< the snapshot that it was first seen in
  std::map<std::uint32_t, std::vector<double>> class_counts;  ///< ClassIndex to objects first seen at each snapshot
  std::map<std::uint32_t, std::int64_t> class_bytes;          ///< ClassIndex to self sizes
  bool is_overhead = false;  ///< compiled code, feedback, hidden classes: see v8/machinery.h

  /// New objects and growth of stores, in bytes. The value is a whole number.
  [[nodiscard]] double total_bytes() const;
};

/// All growth of a series. Every new object is in exactly one group.
struct Accumulations {
  std::vector<Accumulation> groups;
  std::int64_t unowned_store_bytes = 0;   ///< growth of old objects that refer to no new one
  std::int64_t overhead_store_bytes = 0;  ///< growth of compiled code, feedback and V8's own tables
};

/// O((nodes + edges) log nodes).
[[nodiscard]] Accumulations find_accumulations(const series::SeriesView& view);

}  // namespace heapdiff::suspects

// The growth room's names for these.
namespace heapdiff {
using suspects::Accumulation;
using suspects::Accumulations;
}  // namespace heapdiff
