#include "options/gate_options.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/error.h"
#include "io/console.h"
#include "options/declare_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace heapdiff {

namespace {

std::string today() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return format_time(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()).substr(0, 10);
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

GateOutcome GateOptions::judge(const SeriesEvidence& evidence, std::span<const SuspectLabel> labels, bool last) {
  const LabelledSuspects found{evidence.findings->suspects, labels};
  GateOutcome outcome;
  if (baseline_) {
    compare_with_baseline(found, *baseline_, seen_, outcome.known_leaks);
  }
  const std::vector<bool> suppressed = suppress(found, suppressions_, today(), used_, outcome.known_leaks);
  if (last) {
    for (ReportKnownLeak& known : baseline_ ? unseen(*baseline_, seen_) : std::vector<ReportKnownLeak>()) {
      outcome.known_leaks.push_back(std::move(known));
    }
    for (ReportKnownLeak& known : unused(suppressions_, used_)) {
      outcome.known_leaks.push_back(std::move(known));
    }
  }
  std::vector<KnownSuspect> known;
  for (std::size_t i = 0; i < found.suspects.size(); ++i) {
    const bool in_baseline = baseline_ && std::any_of(baseline_->begin(), baseline_->end(), [&](const BaselineLeak& b) {
                               return b.signature == found.suspects[i].signature;
                             });
    known.push_back({labels[i].name, suppressed[i], in_baseline});
  }
  const GateEvidence judged = gate_evidence(evidence, known);
  for (const GateRule& rule : rules_) {
    outcome.results.push_back(judge_gate(rule, judged));
  }
  return outcome;
}

std::string GateOptions::lines(const RcaReport& report, const Console& console) const {
  std::string all;
  const std::string lead = report.part.empty() ? std::string() : report.part + ": ";
  const auto print_line = [&](const std::string& text) { all += console.warning(lead + text); };
  for (const ReportKnownLeak& known : report.known_leaks) {
    if (known.state == KnownLeakState::stale || known.state == KnownLeakState::expired) {
      print_line(fmt::format("{}: {} suppression: {}", suppress_path_, schema_name(known.state), known.text));
    } else if (known.state == KnownLeakState::fixed || known.state == KnownLeakState::worse) {
      print_line(fmt::format("{}: {}: {}", baseline_path_, schema_name(known.state), known.text));
    }
  }
  for (const ReportGate& gate : report.gates) {
    print_line(fmt::format("gate {}: {}: {}{}{}", gate.expression, schema_name(gate.status), gate.reason,
                           gate.next_capture.empty() ? "" : " ", gate.next_capture));
  }
  return all;
}

int GateOptions::exit_code(const RcaReport& report) const {
  const std::vector<ReportGate>& gates = report.gates;
  if (std::any_of(gates.begin(), gates.end(), [](const ReportGate& g) { return g.status == GateStatus::failed; })) {
    return 1;
  }
  return std::any_of(gates.begin(), gates.end(),
                     [](const ReportGate& g) { return g.status == GateStatus::not_enough && !g.tolerated; })
             ? heapdiff::exit_code(ErrorKind::evidence)
             : 0;
}

}  // namespace heapdiff
