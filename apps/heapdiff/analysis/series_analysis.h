#pragma once
// The first half of the pipeline: a series of snapshots, one graph in memory at a time -> facts -> findings.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/heap.h"
#include "options/series_options.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

struct SeriesAnalysis {
  std::vector<Facts> facts;   ///< one per snapshot, oldest first
  std::vector<double> hours;  ///< from the first snapshot; empty when a time is not known
  std::vector<double> ops;    ///< operations run before each snapshot; empty when not told
  Heap last;                  ///< without distances
  Findings findings;
  std::vector<std::string> warnings;
  std::vector<std::string> self_check;
};

/// Needs two snapshots or more. Throws Error{usage} for fewer, Error{input} when they are not of one process and
/// `force` is not set, Error{limit} for one that needs more than `max_memory_bytes` (0: no limit). `show_values` keeps
/// the texts of the last snapshot's strings.
///
/// Where the series turns out to be several processes', and `processes` is given, it is filled with the series of each,
/// in the order of their first snapshots, and no findings are made. Some may have one snapshot, if it was found in a
/// folder; one that the caller named has to belong to a series.
[[nodiscard]] SeriesAnalysis analyze_series(std::span<const SeriesInput> series, bool force,
                                            std::uint64_t max_memory_bytes, bool show_values,
                                            ProgressListener& progress,
                                            std::vector<std::vector<SeriesInput>>* processes = nullptr);

}  // namespace heapdiff
