#pragma once
// The clock of a series: when its snapshots were taken, and whether growth per hour can be told from that.

#include "heapdiff/diff/capture_source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heapdiff {

/// What is known of the time of one snapshot.
struct CapturePoint {
  std::optional<std::int64_t> captured_ns;
  CaptureSource source = CaptureSource::none;
  std::uint64_t size_bytes = 0;  ///< of the snapshot, uncompressed
};

/// Why growth per hour is not given.
enum class NoRateReason {
  none,                ///< it is given
  unknown_times,       ///< of one snapshot or more
  modification_times,  ///< of one snapshot or more nothing else is known, and a copy changes them
  contradicts_order,   ///< the times run against the order in which the snapshots were taken
  too_close,           ///< two snapshots lie closer together than it takes to write the later one
};

struct SeriesTimes {
  std::vector<double> hours;  ///< since the first snapshot, one per snapshot; empty where there is a reason
  NoRateReason reason = NoRateReason::none;
  std::size_t at = 0;        ///< the snapshot that the reason was found at
  double writing_share = 0;  ///< of the span, that the process stood still while snapshots were written: estimate
};

/// `points` are in the order in which the snapshots were taken. Two of them are too close when less than a second lies
/// between them, and one more for each 50 MB of the later: V8 writes no faster, so such times are those of a copy.
[[nodiscard]] SeriesTimes judge_times(std::span<const CapturePoint> points);

}  // namespace heapdiff
