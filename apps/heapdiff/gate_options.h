#pragma once
// --fail-on, --lenient, --baseline, --suppress: from a report and its findings to an exit code.

#include "heapdiff/diff/gate.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/reports/rca_report.h"
#include "known_leaks.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

class Console;
struct SeriesAnalysis;

class GateOptions {
 public:
  explicit GateOptions(CLI::App& app);

  /// Parses and reads everything, before a snapshot is. `counts_operations`: whether the caller said how many ran.
  /// Throws Error{usage} and Error{input}.
  void validate(bool counts_operations);

  /// Fills `report.gates` and `report.known_leaks`.
  void judge(RcaReport& report, const SeriesAnalysis& analysis) const;
  /// One line per gate on standard error; `part` names the process where there are several.
  void tell(const RcaReport& report, const Console& console, const std::string& part) const;
  /// 1 when a gate failed, else 6 when one is open, else 0.
  [[nodiscard]] int exit_code(const RcaReport& report) const;

 private:
  std::vector<std::string> expressions_;
  std::string baseline_path_;
  std::string suppress_path_;
  bool lenient_ = false;
  std::vector<GateRule> rules_;
  std::optional<std::vector<BaselineLeak>> baseline_;
  std::vector<Suppression> suppressions_;
};

}  // namespace heapdiff
