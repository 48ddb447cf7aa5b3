#pragma once
// Gates in words.

#include "heapdiff/diff/gate.h"
#include "heapdiff/reports/rca_report.h"

#include <string>

namespace heapdiff {

/// The outcome with its reason in one sentence, and the capture that would settle it where it is open.
[[nodiscard]] ReportGate describe_gate(const GateResult& result);

/// "3 more snapshots, 10 minutes apart": of an axis in hours or in operations.
[[nodiscard]] std::string captures_text(const NextCaptures& next, GatePer per);

}  // namespace heapdiff
