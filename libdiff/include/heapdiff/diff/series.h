#pragma once
// A series of snapshots, reduced one after the other: only one graph is in memory at a time.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/load.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// One snapshot of a series, and what is known of the time at which it was taken.
struct SeriesInput {
  std::string path;  ///< "-" is standard input
  std::optional<std::int64_t> captured_ns;
  CaptureSource captured_source = CaptureSource::none;
  std::optional<double> operations;  ///< run before it, counted from any start
  bool named = true;                 ///< by the caller; false: found in a folder or by a pattern
};

struct SeriesReadOptions {
  std::uint64_t max_memory_bytes = 0;  ///< for one snapshot; 0: no limit
  bool keep_string_values = false;     ///< of the last snapshot
  ProgressListener* progress = nullptr;
};

/// What is kept of a series: the facts of every snapshot and the graph of the last one.
struct Series {
  std::vector<Facts> facts;   ///< one per snapshot, oldest first
  std::vector<double> hours;  ///< capture_hours() of `facts`
  std::vector<double> ops;    ///< operations run before each snapshot; empty when they are not counted
  Heap last;                  ///< without distances
  Diagnostics diagnostics;    ///< of all snapshots
};

/// Reads the snapshots of `inputs`, which are in time order and at least one. Throws Error{input} for a file that is
/// not a snapshot, Error{limit} for one that needs more than `max_memory_bytes`.
[[nodiscard]] Series read_series(std::span<const SeriesInput> inputs, const SeriesReadOptions& options);

/// Hours of each snapshot since the first. Empty unless the capture time of every snapshot is known: a rate over only
/// some of the steps would look like one over all of them. Where a time comes from makes no difference here.
[[nodiscard]] std::vector<double> capture_hours(std::span<const Facts> facts);

/// Whether the shared node ids of two snapshots name the same objects. Snapshots can be compared by node id only then.
[[nodiscard]] bool is_one_process(const IdentityCheck& check) noexcept;

/// One sentence that says why `older` and `newer` (names of inputs) are not known to be of one process; none when they
/// are.
[[nodiscard]] std::optional<std::string> different_processes_text(const std::string& older, const std::string& newer,
                                                                  const IdentityCheck& check);

/// The check of each pair of neighbours: entry k compares snapshots k and k + 1.
[[nodiscard]] std::vector<IdentityCheck> compare_neighbours(std::span<const Facts> facts);

/// Indices of the snapshots of each process, in the order of their first snapshots. A snapshot belongs to the process
/// whose latest snapshot so far agrees with it in ids, types and names. The process id in a file name is not used: in
/// containers it is always 1.
[[nodiscard]] std::vector<std::vector<std::size_t>> group_by_process(std::span<const Facts> facts);

/// What can be said of snapshots of different processes: how the heap changed. No object can be followed between them,
/// and growth from one process to another is no leak.
[[nodiscard]] Findings findings_of_different_processes(std::span<const Facts> facts);

}  // namespace heapdiff
