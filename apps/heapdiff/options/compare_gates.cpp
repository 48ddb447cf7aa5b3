#include "options/compare_gates.h"

#include "heapdiff/diff/gate.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/error.h"
#include "io/console.h"
#include "options/declare_options.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

CompareGates::CompareGates(CLI::App& app) {
  begin_group(app, "Gates");
  add_option(app, "--fail-on", expressions_,
             "Exit 1 when it holds: growth>1MB, growth>1kB/op (more than the base), new-suspects (places that the base "
             "does not have); may be repeated")
      .type_name("EXPR")
      .one_value_each_time();
  add_flag(app, "--lenient", lenient_, "Exit 0, not 6, when the evidence does not suffice for a gate");
}

void CompareGates::validate(bool counts_operations) {
  for (const std::string& text : expressions_) {
    const GateRule rule = parse_gate(text);
    if (rule.metric != GateMetric::growth && rule.metric != GateMetric::new_suspects) {
      throw Error(
          ErrorKind::usage, fmt::format("--fail-on {}: two heaps do not show growth over time", rule.text),
          "`heapdiff compare` knows growth>SIZE, growth>SIZE/op and new-suspects; `heapdiff analyze` the rest.");
    }
    if (rule.per == GatePer::operation && !counts_operations) {
      throw Error(ErrorKind::usage, fmt::format("--fail-on {} needs the operations that ran", rule.text),
                  "Say it with --base-ops N and --new-ops N.");
    }
    gates_.push_back({rule.text, rule.metric == GateMetric::new_suspects, rule.per == GatePer::operation, rule.limit});
  }
}

std::vector<ReportGate> CompareGates::judge(const Comparison& comparison, const CompareSide& base,
                                            const CompareSide& now) const {
  std::vector<ReportGate> results;
  for (const CompareGate& gate : gates_) {
    results.push_back(judge_compare_gate(gate, comparison, base, now));
    results.back().tolerated = lenient_ && results.back().status == GateStatus::not_enough;
  }
  return results;
}

std::vector<ReportGate> CompareGates::judge(const ProfileComparison& comparison) const {
  std::vector<ReportGate> results;
  for (const CompareGate& gate : gates_) {
    results.push_back(judge_profile_gate(gate, comparison));
    results.back().tolerated = lenient_ && results.back().status == GateStatus::not_enough;
  }
  return results;
}

std::string CompareGates::lines(const RcaReport& report, const Console& console) const {
  std::string all;
  for (const ReportGate& gate : report.gates) {
    all += console.warning(fmt::format("gate {}: {}: {}", gate.expression, schema_name(gate.status), gate.reason));
  }
  return all;
}

int CompareGates::exit_code(const RcaReport& report) const {
  const auto any = [&](auto test) { return std::any_of(report.gates.begin(), report.gates.end(), test); };
  if (any([](const ReportGate& g) { return g.status == GateStatus::failed; })) {
    return 1;
  }
  return any([](const ReportGate& g) { return g.status == GateStatus::not_enough && !g.tolerated; })
             ? heapdiff::exit_code(ErrorKind::evidence)
             : 0;
}

}  // namespace heapdiff
