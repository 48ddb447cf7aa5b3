#pragma once
// The steps of build_report(): heap and outlook, suspects, what grew, the verdict.

#include "heapdiff/reports/build_report.h"

#include <optional>
#include <span>
#include <vector>

namespace heapdiff {

/// Hours of each snapshot from the first; empty when a time is not known.
[[nodiscard]] std::vector<double> capture_hours(std::span<const Facts> facts);
[[nodiscard]] RateValue rate_value(const Rate& rate);
/// Growth per operation, where the operations are counted and grow.
[[nodiscard]] std::optional<RateValue> per_operation(std::span<const double> ops, std::span<const double> levels);

/// Snapshots, growth, rates, and what they mean for the limit and for what monitoring says.
void set_heap(RcaReport& report, const ReportInput& input);

[[nodiscard]] ReportSuspect report_suspect(const Suspect& s, const std::vector<Site>& sites,
                                           std::span<const Facts> facts);
void set_commits(ReportSuspect& out, const SuspectCommits& commits);
/// Listeners by the hundred on one emitter are no warm-up, even without a trend.
[[nodiscard]] bool shape_convicts(const ReportSuspect& s);
[[nodiscard]] std::int64_t listeners_of(const Facts& facts, const std::string& emitter, const std::string& event);

/// Constructors, closures and listeners that grew, and where the memory of new objects went. After the suspects.
void set_growth(RcaReport& report, const Findings& findings, std::span<const Facts> facts);
void set_ruled_out(RcaReport& report, const Findings& findings, std::span<const Facts> facts);

/// Verdict, headline and reason. After the suspects.
void set_verdict(RcaReport& report, const Findings& findings);

}  // namespace heapdiff
