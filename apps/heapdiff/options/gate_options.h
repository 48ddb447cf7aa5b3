#pragma once
// --fail-on, --lenient, --baseline, --suppress: from the findings to an exit code.

#include "heapdiff/diff/gate.h"
#include "heapdiff/diff/gate_evidence.h"
#include "heapdiff/reports/rca_report.h"
#include "options/known_leaks.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace heapdiff {

class Console;

/// The outcome of all gates for one series.
struct GateOutcome {
  std::vector<GateResult> results;           ///< in the caller's order
  std::vector<ReportKnownLeak> known_leaks;  ///< against the baseline and the suppressions
};

class GateOptions {
 public:
  explicit GateOptions(CLI::App& app);

  /// Parses the expressions and reads the files, before any snapshot is read. `counts_operations`: operations are
  /// counted. Throws Error{usage} and Error{input}.
  void validate(bool counts_operations);

  /// Judges one process; `labels` has one entry per suspect. Where there are several processes, `last` is true for the
  /// last one only: then it is known which entries of the baseline and which suppressions matched nothing.
  [[nodiscard]] GateOutcome judge(const SeriesEvidence& evidence, std::span<const SuspectLabel> labels, bool last);
  /// One line per gate, for standard error; `report.part` names the process where there are several.
  [[nodiscard]] std::string lines(const RcaReport& report, const Console& console) const;
  /// 1 when a gate failed, else 6 when the evidence does not suffice for one, else 0.
  [[nodiscard]] int exit_code(const RcaReport& report) const;
  /// The expressions as given.
  [[nodiscard]] const std::vector<std::string>& expressions() const noexcept { return expressions_; }
  [[nodiscard]] bool lenient() const noexcept { return lenient_; }

 private:
  std::vector<std::string> expressions_;
  std::string baseline_path_;
  std::string suppress_path_;
  bool lenient_ = false;
  std::vector<GateRule> rules_;
  std::optional<std::vector<BaselineLeak>> baseline_;
  std::vector<bool> seen_;  ///< entries of the baseline that were found in a process
  std::vector<Suppression> suppressions_;
  std::vector<bool> used_;  ///< entries of `suppressions_` that matched in a process
};

}  // namespace heapdiff
