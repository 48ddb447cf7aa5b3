#include "heapdiff/reports/build_report.h"

#include "compose/missing_line.h"
#include "compose/report_parts.h"
#include "heapdiff/diff/series_check.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>

namespace heapdiff {

RcaReport build_report(const ReportInput& input) {
  RcaReport report;
  const std::span<const Facts> facts = input.facts;
  const Findings& findings = *input.findings;
  report.tool_version = input.tool_version;
  report.command_line = visible_text(input.command_line);
  report.warnings = input.warnings;
  for (std::string& warning : series_warnings(facts)) {
    report.warnings.push_back(std::move(warning));
  }
  report.self_check = input.self_check;
  set_heap(report, input);
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    static const std::vector<Site> kNone;
    report.suspects.push_back(
        report_suspect(findings.suspects[i], i < input.sites.size() ? input.sites[i] : kNone, facts));
    report.suspects.back().per_operation = per_operation(input.ops, findings.suspects[i].levels);
    if (i < input.commits.size()) {
      set_commits(report.suspects.back(), input.commits[i]);
    }
    report.suspects.back().proven =
        findings.suspects[i].trajectory == Trajectory::steady || shape_convicts(report.suspects.back());
  }
  set_verdict(report, findings);
  set_ruled_out(report, findings, facts);
  set_growth(report, findings, facts);
  const bool traced = std::all_of(facts.begin(), facts.end(), [](const Facts& f) { return f.allocation_traces; });
  if (!traced && !report.suspects.empty()) {
    report.limits_of_evidence.push_back(
        "No allocation stacks were recorded: sites come from functions on the retaining path and the source text, not "
        "from the allocating call.");
  }
  if (!input.sites.empty()) {
    say_what_gives_the_line(report, input.sites.front(), traced);
  }
  redact(report);
  return report;
}

}  // namespace heapdiff
