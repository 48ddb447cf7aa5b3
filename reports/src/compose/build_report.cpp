#include "heapdiff/reports/build_report.h"

#include "compose/missing_line.h"
#include "compose/report_parts.h"
#include "heapdiff/reports/gate_words.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>

namespace heapdiff {

using namespace compose;

namespace {

void set_suspects(RcaReport& report, const ReportInput& input) {
  static const std::vector<Site> kNone;
  const std::vector<std::vector<Site>>& sites = input.sites.sites;
  const std::vector<SuspectCommits>& commits = input.sites.commits;
  for (std::size_t i = 0; i < input.findings->suspects.size(); ++i) {
    const Suspect& found = input.findings->suspects[i];
    ReportSuspect suspect =
        report_suspect(found, i < sites.size() ? sites[i] : kNone, input.facts, input.findings->ages);
    if (!is_one_file(input.findings->ages)) {
      suspect.per_operation = per_operation(input.ops, found.levels);
      if (!suspect.rate) {
        suspect.per_step = per_step(found.levels);
      }
    }
    suspect.proven = input.verdict.proven[i];
    if (i < commits.size()) {
      set_commits(suspect, commits[i]);
    }
    report.suspects.push_back(std::move(suspect));
  }
}

void set_gates(RcaReport& report, const ReportInput& input) {
  for (const GateResult& result : input.gates) {
    report.gates.push_back(describe_gate(result));
    report.gates.back().tolerated = input.lenient && result.status == GateStatus::not_enough;
  }
  report.known_leaks = input.known_leaks;
}

}  // namespace

std::vector<ReportOwner> report_owners(const std::vector<OwnerShare>& owners) {
  std::vector<ReportOwner> out;
  for (const OwnerShare& share : owners) {
    out.push_back({visible_text(share.owner.name, 120), visible_text(share.owner.version, 60),
                   static_cast<std::int64_t>(share.bytes)});
  }
  return out;
}

RcaReport build_report(const ReportInput& input) {
  RcaReport report;
  const std::span<const Facts> facts = input.facts;
  const Findings& findings = *input.findings;
  report.tool_version = input.tool_version;
  report.command_line = visible_text(input.command_line);
  report.part = input.part;
  report.ages = findings.ages;
  report.repository_prefix = input.repository_prefix;
  set_series(report, input);
  set_memory(report, input);
  for (const std::vector<std::string>& warnings : {report.cautions, input.warnings, input.sites.warnings}) {
    report.warnings.insert(report.warnings.end(), warnings.begin(), warnings.end());
  }
  set_self_check(report, input);
  set_heap(report, input);
  set_suspects(report, input);
  set_verdict(report, input);
  set_gates(report, input);
  set_ruled_out(report, findings, facts);
  set_growth(report, findings, facts);
  report.owners = report_owners(input.owners);
  report.explorer = input.explorer;
  const bool traced = std::all_of(facts.begin(), facts.end(), [](const Facts& f) { return f.allocation_traces; });
  if (is_one_file(findings.ages)) {
    add_limits_of_one_file(report, findings);
  }
  if (!traced && !report.suspects.empty()) {
    report.limits_of_evidence.push_back(
        "No allocation stacks were recorded: sites come from functions on the retaining path and the source text, not "
        "from the allocating call.");
  }
  if (!input.sites.sites.empty()) {
    describe_missing_line(report, input.sites.sites.front(), traced);
  }
  redact(report);
  return report;
}

}  // namespace heapdiff
