#pragma once
// The steps of build_report(). Each fills its part of the report.

#include "heapdiff/reports/build_report.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff::compose {

[[nodiscard]] RateValue rate_value(const Rate& rate);
/// What a report says of an input.
[[nodiscard]] ReportSnapshot report_snapshot(const Facts& facts);
/// What was dismissed: "Job under Array \"waiting\" grew by 142 kB, then levelled off", without a full stop.
[[nodiscard]] std::string dismissed_words(const Suspect& dismissed);
/// Growth per snapshot, least squares over the steps.
[[nodiscard]] std::optional<RateValue> per_step(std::span<const double> levels);
/// Order, clock and cautions. First of all.
void set_series(RcaReport& report, const ReportInput& input);
/// Growth per operation; none unless the operations are counted and grow.
[[nodiscard]] std::optional<RateValue> per_operation(std::span<const double> ops, std::span<const double> levels);

/// Fills snapshots, growth and rates, the time to the limit, and the comparison with monitoring.
void set_heap(RcaReport& report, const ReportInput& input);

/// A site with its excerpt; secrets in the excerpt are masked.
[[nodiscard]] ReportSite report_site(const Site& site);
/// The lists by line of a comparison, from its rows.
[[nodiscard]] std::vector<ReportCompareTotal> line_totals(const ReportComparison& comparison);
/// Largest difference first, and what is beyond the first sixty in one entry: the list still adds up.
void arrange_totals(std::vector<ReportCompareTotal>& totals);

[[nodiscard]] ReportSuspect report_suspect(const Suspect& s, const std::vector<Site>& sites,
                                           std::span<const Facts> facts, AgeSource ages);
void set_commits(ReportSuspect& out, const SuspectCommits& commits);
/// What grew, and where: "5,700 more listeners for "E" held by Redis". Secrets in it are not masked yet.
[[nodiscard]] std::string suspect_title(const Suspect& s, const std::vector<Site>& sites, std::span<const Facts> facts);
/// What piles up, and where, without a word of growth: "5,700 listeners for "E" held by Redis".
[[nodiscard]] std::string accumulation_title(const Suspect& s, const std::vector<Site>& sites);
/// What one file cannot show, and what was told apart from accumulations in it.
void add_limits_of_one_file(RcaReport& report, const Findings& findings);

/// Fills the tables of what grew and the tree of new memory. Comes after the suspects.
void set_growth(RcaReport& report, const Findings& findings, std::span<const Facts> facts);
void set_ruled_out(RcaReport& report, const Findings& findings, std::span<const Facts> facts);

/// Fills verdict, headline, reason and next steps. Comes after the suspects.
void set_verdict(RcaReport& report, const ReportInput& input);

/// Fills the memory of the process, where it is known. Comes before the warnings.
void set_memory(RcaReport& report, const ReportInput& input);
/// "64 MB, 12 MB/h outside of it: resident (RSS) 80 MB to 144 MB, ...".
[[nodiscard]] std::string outside_growth_text(const ReportInput& input);

/// Adds one sentence for each check that the analysis made.
void set_self_check(RcaReport& report, const ReportInput& input);

}  // namespace heapdiff::compose
