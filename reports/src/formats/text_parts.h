#pragma once
// The larger parts of the report for a terminal.

#include "formats/text_writer.h"
#include "heapdiff/reports/rca_report.h"

#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::formats {

/// "  why       ": the label of a line, in a column of its own.
[[nodiscard]] std::string text_label(std::string_view word);
/// A sparkline: one character per value. Empty for fewer than two values.
[[nodiscard]] std::string sparkline(const std::vector<double>& values);

void write_text_suspect(TextWriter& out, const ReportSuspect& suspect, std::size_t number);
/// A table of what grew. `sizes`: with retained sizes.
void write_text_rows(TextWriter& out, std::string_view title, const std::vector<ReportGrowthRow>& rows, bool sizes);
/// One bar per snapshot.
void write_text_chart(TextWriter& out, const RcaReport& report);
/// The largest owners, and all others in one line.
void write_text_owners(TextWriter& out, const RcaReport& report);
/// Whether rows within the noise are listed, or counted to what is left.
enum class CompareNoise { shown, left_out };
/// The rows of `heapdiff compare`, at most `most`, and their sum.
void write_text_compare_rows(TextWriter& out, const RcaReport& report, std::size_t most, CompareNoise noise);
/// All tables of `heapdiff compare`.
void write_text_comparison(TextWriter& out, const RcaReport& report);
void write_text_inputs(TextWriter& out, const RcaReport& report);

}  // namespace heapdiff::formats
