#pragma once
// Why an accumulation of one file is worth a look, in words that never claim growth. A detector's own sentences compare
// two snapshots.

#include "detectors/heap_checks.h"

namespace heapdiff::detectors {

/// What is held, by what, what its objects have in common, and what it is not, where one file shows that.
[[nodiscard]] Reasons held_reasons(const Candidate& candidate, const HeapChecks& checks, LeakKind kind,
                                   LeakCause cause);

}  // namespace heapdiff::detectors
