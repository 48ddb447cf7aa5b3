#pragma once
// The parts of the page, each as static HTML.

#include "heapdiff/reports/rca_report.h"

#include <string>
#include <string_view>

namespace heapdiff::html {

/// The gates with their outcomes and the known leaks; empty when there are none.
[[nodiscard]] std::string gates(const RcaReport& report);

/// One suspect as an article; `number` from 1.
[[nodiscard]] std::string suspect(const ReportSuspect& suspect, std::size_t number);

/// "file:line" of a site, with what a script needs to make a link to an editor of it.
[[nodiscard]] std::string place_of(const ReportSite& site);

/// The suspects from `first` on as a table: those that do not fit into the page's budget.
[[nodiscard]] std::string further_suspects(const RcaReport& report, std::size_t first);

/// The tree of growth as a table, with the data of the icicle chart.
[[nodiscard]] std::string growth_table(const ReportGrowthNode& tree);

enum class Columns {
  class_sizes,  ///< rows are classes, which the explorer may know
  sizes,
  counts
};
/// A table of what grew in a region that scrolls; empty when there are no rows.
[[nodiscard]] std::string growth_rows(const std::vector<ReportGrowthRow>& rows, std::string_view caption,
                                      std::string_view name_heading, Columns columns);

/// `heapdiff compare`: the rows, and lists by package, line or constructor.
[[nodiscard]] std::string comparison_rows(const ReportComparison& comparison);
[[nodiscard]] std::string comparison_totals(const std::vector<ReportCompareTotal>& totals, std::string_view caption,
                                            std::string_view name_heading, bool of_classes = false);
/// Who made the code of the last snapshot's objects; empty without owners.
[[nodiscard]] std::string owner_rows(const std::vector<ReportOwner>& owners);

[[nodiscard]] std::string snapshot_table(const RcaReport& report);
[[nodiscard]] std::string inputs(const RcaReport& report);

}  // namespace heapdiff::html
