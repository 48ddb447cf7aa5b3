#pragma once
#include "document.h"
#include "heapdiff/reports/rca_report.h"

namespace heapdiff {

/// The analysis in the order of a reader's questions: what, how fast, where and why, what not, what to do.
[[nodiscard]] Document compose_report(const RcaReport& report);
/// The same evidence in the sections of a post-mortem, with blanks for what only people know.
[[nodiscard]] Document compose_postmortem(const RcaReport& report);

/// Gates and suspects on one page, far below the megabyte that a step summary may have.
[[nodiscard]] Document compose_summary(const RcaReport& report);

/// Parts that both use.
void compose_gates(Document& out, const RcaReport& report, unsigned level);
void compose_heap(Document& out, const RcaReport& report);
void compose_site_and_path(Document& out, const ReportSuspect& suspect);
void compose_tables(Document& out, const RcaReport& report, unsigned level);
void compose_kit(Document& out, const RepairKit& kit, unsigned level);
void compose_inputs(Document& out, const RcaReport& report);
[[nodiscard]] std::vector<Spans> lines_of(const std::vector<std::string>& texts);
[[nodiscard]] std::string arrows(const std::vector<std::int64_t>& values);

}  // namespace heapdiff
