#pragma once
// Gates in words.

#include "heapdiff/diff/gate.h"
#include "heapdiff/reports/rca_report.h"

#include <string>

namespace heapdiff {

/// The outcome with its reason in one sentence, and the capture that would settle it where it is open.
[[nodiscard]] ReportGate describe_gate(const GateResult& result);

/// "3 more snapshots, 10 minutes apart,". `axis`: of `next.apart`, hours, operations or no unit.
[[nodiscard]] std::string captures_text(const NextCaptures& next, GatePer axis);

}  // namespace heapdiff
