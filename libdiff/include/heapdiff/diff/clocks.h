#pragma once
// What may have driven a program's growth: the snapshots are readings of one or more clocks.

#include <cstddef>
#include <span>
#include <vector>

namespace heapdiff {

enum class ClockKind {
  operations,  ///< requests, jobs or iterations that the caller counted
  time,        ///< capture times
  steps,       ///< the snapshots themselves: as much work between any two neighbours
};

/// Readings of one clock, one per snapshot, strictly ascending.
struct Clock {
  ClockKind kind = ClockKind::steps;
  std::vector<double> at;
};

/// The clocks of a series of `snapshots`: operations, time, steps. `operations` and `hours` are empty, or have one
/// entry per snapshot; one that does not ascend strictly is left out. The result is never empty.
[[nodiscard]] std::vector<Clock> clocks_of(std::size_t snapshots, std::span<const double> operations,
                                           std::span<const double> hours);

/// How many of the clocks can judge differently. Two whose gaps are in one proportion, to 5 % of the mean gap, count as
/// one. At least 1.
[[nodiscard]] std::size_t count_distinct(std::span<const Clock> clocks);

/// Readings of the clock of that kind; empty when the series has no such clock.
[[nodiscard]] std::span<const double> readings_of(std::span<const Clock> clocks, ClockKind kind);

}  // namespace heapdiff
