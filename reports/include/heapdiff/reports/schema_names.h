#pragma once
// The values of a report's enumerations as report.schema.json spells them. All renderers print these.

#include "heapdiff/reports/rca_report.h"

#include <string_view>

namespace heapdiff {

[[nodiscard]] const char* schema_name(Verdict verdict) noexcept;          ///< "leak", "no-leak", "inconclusive"
[[nodiscard]] const char* schema_name(AgeSource ages) noexcept;           ///< "snapshots", "samples", "structure"
[[nodiscard]] const char* schema_name(GateStatus status) noexcept;        ///< "held", "failed", "not-enough-evidence"
[[nodiscard]] const char* schema_name(KnownLeakState state) noexcept;     ///< "new", "known", "worse", "fixed", ...
[[nodiscard]] const char* schema_name(Confidence confidence) noexcept;    ///< "high", "medium", "low"
[[nodiscard]] const char* schema_name(SiteRole role) noexcept;            ///< "registration", "allocation", ...
[[nodiscard]] const char* schema_name(SiteEvidence evidence) noexcept;    ///< "allocation-trace", "closure", ...
[[nodiscard]] const char* schema_name(SitePrecision precision) noexcept;  ///< "statement", "function", "file"
[[nodiscard]] const char* schema_name(PathRole role) noexcept;            ///< "holder", "new"; "" for none
[[nodiscard]] const char* schema_name(GrowthKind kind) noexcept;          ///< "all", "leak", "suspect", "step", ...
[[nodiscard]] std::string_view schema_name(EdgeType type) noexcept;  ///< as V8 names it: "property", "element", ...

}  // namespace heapdiff
