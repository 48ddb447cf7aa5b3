#pragma once
// The rows at all snapshots of both sides: intervals, and growth per operation and per hour.

#include "heapdiff/diff/compare.h"

namespace heapdiff::compare {

/// Fills interval, per_operation, per_hour and is_noise of a row that has its levels.
///
/// The interval is that of the difference of the last snapshots. What a side scatters by is the deviation from the mean
/// of its runs, and for snapshots of one process that from the line through them, so that a steady leak is no scatter.
/// Student's t, 95 %. A side with one snapshot adds none.
void judge_row(CompareRow& row, const CompareSide& base, const CompareSide& now, std::int64_t noise_floor_bytes);

}  // namespace heapdiff::compare
