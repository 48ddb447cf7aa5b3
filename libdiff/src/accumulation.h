#pragma once
// Where new objects pile up: maximal new subtrees, grouped by what holds them.

#include "cohorts.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/retaining_tree.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// New subtrees that hang off holders of one shape.
struct Accumulation {
  std::string signature;               ///< folded path from the holder up, without ids
  std::vector<std::uint32_t> holders;  ///< nodes, sorted: old objects that the program itself would name
  std::vector<std::uint32_t> tops;     ///< roots of the new subtrees
  std::vector<double> cohort_bytes;    ///< per snapshot: self sizes of new objects first seen there
  std::vector<double> item_bytes;      ///< of these, without stores and values that are made anew as they grow
  std::uint64_t largest_bytes = 0;     ///< of one new object that is no store
  std::uint8_t largest_seen = 0;       ///< its cohort
  std::vector<double> cohort_objects;
  std::map<std::uint32_t, std::vector<double>> class_counts;  ///< ClassIndex -> objects per snapshot
  std::map<std::uint32_t, std::int64_t> class_bytes;
  bool artefact = false;  ///< code, feedback, shapes, the system's own tables
};

[[nodiscard]] std::vector<Accumulation> find_accumulations(const Heap& last, const Cohorts& cohorts,
                                                           const RetainingTree& tree, std::size_t snapshots);

/// A class name as it reads in every run: the names that DevTools makes of frequent shapes ("{id, name}") come and go.
[[nodiscard]] std::string stable_class(std::string_view name);

/// A store that its owner reallocates, or a cell in between: not what a programmer would name.
[[nodiscard]] bool is_backing_store(const SnapshotGraph& graph, NodeIndex n);

/// Label of the edge that leads to `n` on its retaining path: data folded, "[]" for elements and hidden edges.
[[nodiscard]] std::string folded_label(const SnapshotGraph& graph, const SnapshotGraph::Edge& edge);

}  // namespace heapdiff
