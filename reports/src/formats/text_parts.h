#pragma once
// The larger parts of the report for a terminal.

#include "formats/text_writer.h"
#include "heapdiff/reports/rca_report.h"

#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// "  why       ": what a line is about, in a column of its own.
[[nodiscard]] std::string text_label(std::string_view word);
/// One character per value, from the smallest to the largest; empty for fewer than two.
[[nodiscard]] std::string sparkline(const std::vector<double>& values);

void write_text_suspect(TextWriter& out, const ReportSuspect& suspect, std::size_t number);
/// A table of growth; `sizes`: with the retained sizes.
void write_text_rows(TextWriter& out, std::string_view title, const std::vector<ReportGrowthRow>& rows, bool sizes);
/// A bar per snapshot.
void write_text_chart(TextWriter& out, const RcaReport& report);
void write_text_inputs(TextWriter& out, const RcaReport& report);

}  // namespace heapdiff
