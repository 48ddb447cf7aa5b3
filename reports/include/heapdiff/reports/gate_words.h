#pragma once
// The outcome of a gate in words.

#include "heapdiff/diff/gate.h"
#include "heapdiff/reports/rca_report.h"

#include <string>

namespace heapdiff {

/// The outcome with its reason in one sentence. Where the evidence does not suffice, also the snapshots that would
/// suffice.
[[nodiscard]] ReportGate describe_gate(const GateResult& result);

/// "3 more snapshots, 10 minutes apart,". `axis` is the unit of `next.apart`: hours, operations, or none.
[[nodiscard]] std::string captures_text(const NextCaptures& next, GatePer axis);

}  // namespace heapdiff
