#pragma once
// The steps of build_report(): heap and outlook, suspects, what grew, the verdict.

#include "heapdiff/reports/build_report.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

[[nodiscard]] RateValue rate_value(const Rate& rate);
/// Growth per operation, where the operations are counted and grow.
[[nodiscard]] std::optional<RateValue> per_operation(std::span<const double> ops, std::span<const double> levels);

/// Snapshots, growth, rates, and what they mean for the limit and for what monitoring says.
void set_heap(RcaReport& report, const ReportInput& input);

[[nodiscard]] ReportSuspect report_suspect(const Suspect& s, const std::vector<Site>& sites,
                                           std::span<const Facts> facts);
void set_commits(ReportSuspect& out, const SuspectCommits& commits);
/// "5,700 more listeners for "E" held by Redis": what grew, and where. Secrets in it are not masked yet.
[[nodiscard]] std::string suspect_title(const Suspect& s, std::span<const Facts> facts);

/// Constructors, closures and listeners that grew, and where the memory of new objects went. After the suspects.
void set_growth(RcaReport& report, const Findings& findings, std::span<const Facts> facts);
void set_ruled_out(RcaReport& report, const Findings& findings, std::span<const Facts> facts);

/// Verdict, headline, reason and the steps that would settle it. After the suspects.
void set_verdict(RcaReport& report, const ReportInput& input);

/// What was checked while the analysis ran, one sentence each.
void set_self_check(RcaReport& report, const ReportInput& input);

}  // namespace heapdiff
