#pragma once
// A series of snapshots, reduced one after the other: only one graph is in memory at a time.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/process_memory.h"
#include "heapdiff/diff/series_order.h"
#include "heapdiff/diff/series_times.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/diagnostics.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/load.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// One snapshot of a series, and what is known of it before it is read.
struct SeriesInput {
  std::string path;                       ///< "-" is standard input
  bool named = true;                      ///< by the caller; false: found in a folder or by a pattern
  std::optional<std::int64_t> option_ns;  ///< from --at or the record of the capture (capture.json),
                                          ///< nanoseconds since 1970; replaces the time in the name
  std::optional<NameTime> name_time;
  std::optional<std::int64_t> modified_ns;
  std::optional<double> operations;        ///< from --at or the record: run before it, counted from any start
  std::optional<MemoryPoint> memory = {};  ///< of the process, from the record of the capture
};

/// What the caller says of the series as a whole.
struct SeriesPlan {
  ArgumentOrder arguments = ArgumentOrder::given;
  std::optional<std::int64_t> interval_ns;  ///< between neighbours
  std::optional<double> operations_per_step;
};

struct SeriesReadOptions {
  std::uint64_t max_memory_bytes = 0;  ///< for one snapshot; 0: no limit
  bool keep_string_values = false;     ///< of the last snapshot
  ProgressListener* progress = nullptr;
  /// Called with each snapshot that is used, in the order in which they are read, and whether it is the last to be
  /// read.
  std::function<void(const Heap&, bool last)> each = {};
};

/// What is kept of a series: the facts of every snapshot and the graph of the last one.
struct Series {
  std::vector<SeriesInput> inputs;     ///< one per snapshot that was read, oldest first
  std::vector<Facts> facts;            ///< the same
  SeriesOrder order;                   ///< what the order rests on; its indices are those of the inputs as given
  SeriesTimes times;                   ///< in hours, where these can be told
  std::vector<MemoryPoint> memory;     ///< of the process, in the order of time; empty where it is not known
  std::vector<double> ops;             ///< operations run before each snapshot; empty when they are not counted
  Heap last;                           ///< without distances
  Diagnostics diagnostics;             ///< of all snapshots
  std::vector<std::string> set_aside;  ///< one sentence for each input that was found and not used
};

/// Reads the snapshots of `inputs`, at least one, and puts them in order by find_order(). Where the ids show that the
/// newest was not read last, it is read again, so that one graph is in memory at a time.
///
/// A file that is no snapshot, is cut or has the content of another is set aside when it was found, and an error when
/// the caller named it: Error{input}, and Error{usage} for the same content twice. Throws Error{limit} for a snapshot
/// that needs more than `max_memory_bytes`, Error{usage} for operations that do not rise.
[[nodiscard]] Series read_series(std::span<const SeriesInput> inputs, const SeriesPlan& plan,
                                 const SeriesReadOptions& options);

/// The order of inputs before anything is read: a first guess, so that the newest is read last.
[[nodiscard]] std::vector<SeriesInput> in_expected_order(std::span<const SeriesInput> inputs, const SeriesPlan& plan);

/// Whether two snapshots are of one isolate, which is a process or a worker: only then can node ids be compared.
[[nodiscard]] bool is_one_process(const IdentityCheck& check) noexcept;

/// One sentence that says that `older` and `newer` (names of inputs) are of Bun, so that no object can be followed from
/// one to the other; none when they are not.
[[nodiscard]] std::optional<std::string> fresh_ids_text(const std::string& older, const std::string& newer,
                                                        const IdentityCheck& check);

/// One sentence that says why `older` and `newer` (names of inputs) are not known to be of one process; none when they
/// are.
[[nodiscard]] std::optional<std::string> different_processes_text(const std::string& older, const std::string& newer,
                                                                  const IdentityCheck& check);

/// The check of each pair of neighbours: entry k compares snapshots k and k + 1.
[[nodiscard]] std::vector<IdentityCheck> compare_neighbours(std::span<const Facts> facts);

/// Indices of the snapshots of each process, in the order of their first snapshots. A snapshot belongs to the process
/// whose latest snapshot so far is of one process with it (is_one_process); snapshots of Bun count as one process. The
/// process id in a file name is not used: in containers it is always 1.
[[nodiscard]] std::vector<std::vector<std::size_t>> group_by_process(std::span<const Facts> facts);

/// What can be said of snapshots of different processes: how the heap changed. No object can be followed between them,
/// and growth from one process to another is no leak.
[[nodiscard]] Findings findings_of_different_processes(std::span<const Facts> facts);

/// What can be said of snapshots of Bun: how the heap changed, and which classes rise evenly. `hours` as in `Series`.
[[nodiscard]] Findings findings_of_fresh_ids(std::span<const Facts> facts, std::span<const double> hours);

}  // namespace heapdiff
