#include "options/gate_options.h"

#include "analysis/series_analysis.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/reports/gate_words.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "io/console.h"
#include "options/declare_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace heapdiff {

namespace {

std::string today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return format_time(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()).substr(0, 10);
}

/// Listeners at each snapshot; where the emitter keeps them in a form that is not counted, the growing instances.
std::vector<double> listeners_of(const Suspect& found, const ReportSuspect& reported) {
  if (!reported.counters.empty()) {
    const std::vector<std::int64_t>& values = reported.counters.front().values;
    if (values.back() != values.front()) {
      return {values.begin(), values.end()};
    }
  }
  if (found.kind != "event-listener") {
    return {};
  }
  std::vector<double> sums(found.instances.size());
  std::partial_sum(found.instances.begin(), found.instances.end(), sums.begin());
  return sums;
}

GateEvidence evidence_of(const RcaReport& report, const SeriesAnalysis& analysis, const std::vector<bool>& suppressed,
                         const std::optional<std::vector<BaselineLeak>>& baseline) {
  const Findings& findings = analysis.findings;
  GateEvidence evidence;
  evidence.hours = analysis.hours;
  evidence.ops = analysis.ops;
  evidence.heap = findings.unexplained_levels;
  evidence.unexplained_growth = findings.suspects.empty() && (findings.unexplained == Trajectory::steady ||
                                                              findings.unexplained == Trajectory::two_points);
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    const Suspect& found = findings.suspects[i];
    const ReportSuspect& reported = report.suspects[i];
    if (suppressed[i]) {
      for (std::size_t k = 0; k < evidence.heap.size(); ++k) {
        evidence.heap[k] -= found.levels[k];
      }
      continue;
    }
    GateSuspect suspect;
    suspect.name = suspect_name(reported);
    suspect.levels = found.levels;
    suspect.listeners = listeners_of(found, reported);
    suspect.units.resize(found.instances.size());
    std::partial_sum(found.instances.begin(), found.instances.end(), suspect.units.begin());
    suspect.proven = reported.proven;
    suspect.known = baseline && std::any_of(baseline->begin(), baseline->end(),
                                            [&](const BaselineLeak& b) { return b.signature == found.signature; });
    evidence.suspects.push_back(std::move(suspect));
  }
  return evidence;
}

}  // namespace

GateOptions::GateOptions(CLI::App& app) {
  begin_group(app, "Gates");
  add_option(app, "--fail-on", expressions_,
             "Exit 1 when it holds: leak, rate>5MB/h, suspect-rate>1MB/h, growth>20MB, growth>1kB/op, "
             "listeners>0/op, new-suspects; may be repeated")
      .type_name("EXPR")
      .one_value_each_time();
  add_flag(app, "--lenient", lenient_, "Exit 0, not 6, when the evidence does not suffice for a gate");
  add_option(app, "--baseline", baseline_path_, "A JSON report of before: what is new, fixed and worse")
      .type_name("REPORT.json");
  add_option(app, "--suppress", suppress_path_, "TOML with [[suppress]] tables: signature or pattern, reason, until")
      .type_name("FILE");
}

void GateOptions::validate(bool counts_operations) {
  for (const std::string& text : expressions_) {
    const GateRule rule = parse_gate(text);
    if (rule.per == GatePer::operation && !counts_operations) {
      throw Error(ErrorKind::usage, fmt::format("--fail-on {} needs the operations that ran", rule.text),
                  "Say it with --ops N or --at FILE=TIME,ops=N.");
    }
    if (rule.metric == GateMetric::new_suspects && baseline_path_.empty()) {
      throw Error(ErrorKind::usage, "--fail-on new-suspects needs --baseline REPORT.json");
    }
    rules_.push_back(rule);
  }
  if (!baseline_path_.empty()) {
    baseline_ = read_baseline(baseline_path_);
    seen_.resize(baseline_->size());
  }
  if (!suppress_path_.empty()) {
    suppressions_ = read_suppressions(suppress_path_);
    used_.resize(suppressions_.size());
  }
}

void GateOptions::judge(RcaReport& report, const SeriesAnalysis& analysis, bool last) {
  if (baseline_) {
    compare_with_baseline(report, *baseline_, seen_);
  }
  const std::vector<bool> suppressed = suppress(report, suppressions_, today(), used_);
  if (last) {
    for (ReportKnownLeak& known : baseline_ ? unseen(*baseline_, seen_) : std::vector<ReportKnownLeak>()) {
      report.known_leaks.push_back(std::move(known));
    }
    for (ReportKnownLeak& known : unused(suppressions_, used_)) {
      report.known_leaks.push_back(std::move(known));
    }
  }
  if (rules_.empty()) {
    return;
  }
  const GateEvidence evidence = evidence_of(report, analysis, suppressed, baseline_);
  for (const GateRule& rule : rules_) {
    report.gates.push_back(describe_gate(judge_gate(rule, evidence)));
    report.gates.back().tolerated = lenient_ && report.gates.back().status == "not-enough-evidence";
  }
}

void GateOptions::tell(const RcaReport& report, const Console& console) const {
  const std::string lead = report.part.empty() ? std::string() : report.part + ": ";
  const auto say = [&](const std::string& text) { console.warn(mask_secrets(lead + text)); };
  for (const ReportKnownLeak& known : report.known_leaks) {
    if (known.state == "stale" || known.state == "expired") {
      say(fmt::format("{}: {} suppression: {}", suppress_path_, known.state, known.text));
    } else if (known.state == "fixed" || known.state == "worse") {
      say(fmt::format("{}: {}: {}", baseline_path_, known.state, known.text));
    }
  }
  for (const ReportGate& gate : report.gates) {
    say(fmt::format("gate {}: {}: {}{}{}", gate.expression, gate.status, gate.reason,
                    gate.next_capture.empty() ? "" : " ", gate.next_capture));
  }
}

int GateOptions::exit_code(const RcaReport& report) const {
  const std::vector<ReportGate>& gates = report.gates;
  if (std::any_of(gates.begin(), gates.end(), [](const ReportGate& g) { return g.status == "failed"; })) {
    return 1;
  }
  return std::any_of(gates.begin(), gates.end(),
                     [](const ReportGate& g) { return g.status == "not-enough-evidence" && !g.tolerated; })
             ? heapdiff::exit_code(ErrorKind::evidence)
             : 0;
}

}  // namespace heapdiff
