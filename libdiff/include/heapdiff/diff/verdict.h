#pragma once
// The verdict on a series: does the program leak, and on what does the answer rest? The words are in reports.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/process_memory.h"
#include "heapdiff/diff/suspect.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff {

enum class Verdict { leak, no_leak, inconclusive };

/// What decided. Each reason belongs to one verdict, so that verdict_of() is a function of it.
enum class VerdictReason {
  steady_growth,        ///< leak: a group of new objects grows at every step and does not level off
  many_listeners,       ///< leak: kMinListenersOfLeak listeners or more were added for one event on one emitter
  many_suspended,       ///< leak: kMinSuspendedOfLeak generators or more were suspended in each step, and all still are
  nothing_grew,         ///< no leak: no group of new objects is large enough to be judged
  levelled_off,         ///< no leak: what grew levelled off, or went up and down
  different_processes,  ///< inconclusive: only constructors could be compared
  disputed_order,       ///< inconclusive: nothing proves the order of the snapshots, and what is known of it disagrees
  fresh_ids,            ///< inconclusive: the snapshots are of Bun, where no object keeps its id
  scattered_growth,     ///< inconclusive: new objects accumulate in many places that are each too small to name
  unattributed_growth,  ///< inconclusive: the heap grows steadily, and no holder was found
  unattributed_two,     ///< inconclusive: the heap grew between two snapshots, and no holder was found
  two_snapshots,        ///< inconclusive: a suspect grew, but two snapshots do not show a trend
  replaced_objects,     ///< inconclusive: a suspect's size rises, but its first objects are gone
  uneven_growth,        ///< inconclusive: a suspect grew too unevenly for this number of snapshots
  one_snapshot,         ///< inconclusive: one snapshot shows what is large, not what grows
  telling_shape,        ///< inconclusive, a likely leak: one snapshot, with more of a kind than healthy programs have
  ages_of_one_file,     ///< inconclusive: one file shows what stayed of what came, and not what went
  outside_heap,         ///< inconclusive: the heap does not leak, but the process grows outside of it
};

/// Listeners that were added for one event on one emitter. So many are a leak even without a trend: a program that
/// starts up registers a few.
inline constexpr std::int64_t kMinListenersOfLeak = 100;

/// Generators and async functions that were suspended in each step between two snapshots. So many are a leak however
/// unevenly they came, where three snapshots or more show that none was finished: what is in progress is finished and
/// replaced, and caches do not hold calls.
inline constexpr std::int64_t kMinSuspendedOfLeak = 100;

struct VerdictResult {
  VerdictReason reason = VerdictReason::nothing_grew;
  /// One entry per suspect: it is shown to leak, by its growth or by the number of its listeners or calls. Otherwise it
  /// only grew, which a warm-up does as well. One file proves nothing, whatever its shape.
  std::vector<bool> proven;
};

[[nodiscard]] Verdict verdict_of(VerdictReason reason) noexcept;

/// `facts` has one entry per snapshot, oldest first. `outside` may be unknown. O(suspects * snapshots).
[[nodiscard]] VerdictResult judge_verdict(const Findings& findings, std::span<const Facts> facts,
                                          const OutsideMemory& outside = {});

/// Listeners of a suspect's event on its emitter class at each snapshot; empty for a suspect without an emitter.
[[nodiscard]] std::vector<std::int64_t> listener_counts(const Suspect& suspect, std::span<const Facts> facts);

/// Listeners registered for an event (with data folded) on emitters of a class; 0 when there is none.
[[nodiscard]] std::int64_t listener_count(const Facts& facts, const ListenerKey& key);

}  // namespace heapdiff
