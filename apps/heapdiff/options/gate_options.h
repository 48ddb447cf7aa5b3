#pragma once
// --fail-on, --lenient, --baseline, --suppress: from a report and its findings to an exit code.

#include "heapdiff/diff/gate.h"
#include "heapdiff/diff/suspect.h"
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
struct SeriesAnalysis;

class GateOptions {
 public:
  explicit GateOptions(CLI::App& app);

  /// Parses and reads everything, before a snapshot is. `counts_operations`: whether the caller said how many ran.
  /// Throws Error{usage} and Error{input}.
  void validate(bool counts_operations);

  /// Fills `report.gates` and `report.known_leaks`. Of several processes, `last` is false for all but one: what matched
  /// nothing is known only after the last.
  void judge(RcaReport& report, const SeriesAnalysis& analysis, bool last);
  /// One line per gate on standard error; `report.part` names the process where there are several.
  void tell(const RcaReport& report, const Console& console) const;
  /// 1 when a gate failed, else 6 when one is open, else 0.
  [[nodiscard]] int exit_code(const RcaReport& report) const;
  /// The gates as given.
  [[nodiscard]] const std::vector<std::string>& expressions() const noexcept { return expressions_; }
  [[nodiscard]] bool lenient() const noexcept { return lenient_; }

 private:
  std::vector<std::string> expressions_;
  std::string baseline_path_;
  std::string suppress_path_;
  bool lenient_ = false;
  std::vector<GateRule> rules_;
  std::optional<std::vector<BaselineLeak>> baseline_;
  std::vector<bool> seen_;  ///< baseline entries found in a process
  std::vector<Suppression> suppressions_;
  std::vector<bool> used_;  ///< suppressions that matched in a process
};

}  // namespace heapdiff
