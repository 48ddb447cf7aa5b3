#pragma once
// Where new objects pile up: maximal new subtrees, grouped by what holds them.

#include "series/series_view.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace heapdiff {

/// New subtrees that hang off holders of one shape, and the stores that grew to hold them.
struct Accumulation {
  std::string signature;                      ///< folded path from the holder up, without ids
  std::vector<std::uint32_t> holders;         ///< nodes, sorted: old objects that the program itself would name
  std::vector<std::uint32_t> joined_holders;  ///< nodes, sorted: of groups that came along with this one (companions.h)
  std::vector<std::uint32_t> tops;            ///< roots of the new subtrees
  std::vector<double> cohort_bytes;           ///< per snapshot: self sizes of new objects first seen there
  std::vector<double> outside_bytes;          ///< of these, of subtrees that others hold too, but no other group does
  std::vector<double> shared_bytes;           ///< the same, where new objects of another group refer to them
  std::vector<double> item_bytes;             ///< of these, without stores and values that are made anew as they grow
  std::vector<double> store_levels;           ///< per snapshot: what the holders' own sizes grew by since the first
  std::vector<double> outer_store_levels;     ///< the same, of other old objects that lead to the new ones
  std::uint64_t largest_bytes = 0;            ///< of one new object that is no store
  std::uint8_t largest_seen = 0;              ///< its cohort
  std::vector<double> cohort_objects;
  std::map<std::uint32_t, std::vector<double>> class_counts;  ///< ClassIndex -> objects per snapshot
  std::map<std::uint32_t, std::int64_t> class_bytes;
  bool artefact = false;  ///< code, feedback, shapes, the system's own tables

  /// Bytes that came: new objects, and what stores of old ones grew by.
  [[nodiscard]] double total_bytes() const;
};

/// All growth of a series: every new object is in one group.
struct Accumulations {
  std::vector<Accumulation> groups;
  std::int64_t unowned_store_bytes = 0;   ///< old objects grew themselves by this and lead to no new one
  std::int64_t artefact_store_bytes = 0;  ///< the same of code, feedback, shapes and tables of the system
};

[[nodiscard]] Accumulations find_accumulations(const SeriesView& view);

}  // namespace heapdiff
