#pragma once
// --fail-on and --lenient of `heapdiff compare`.

#include "heapdiff/reports/build_comparison.h"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace heapdiff {

class Console;

class CompareGates {
 public:
  explicit CompareGates(CLI::App& app);

  /// Throws Error{usage} for an expression that a comparison cannot answer, or that needs operations not given.
  void validate(bool counts_operations);
  [[nodiscard]] std::vector<ReportGate> judge(const Comparison& comparison, const CompareSide& base,
                                              const CompareSide& now) const;
  /// Of two sampling profiles: only `growth` can be judged.
  [[nodiscard]] std::vector<ReportGate> judge(const ProfileComparison& comparison) const;
  /// One line per gate, for standard error.
  [[nodiscard]] std::string lines(const RcaReport& report, const Console& console) const;
  /// 1 when a gate failed, else 6 when the evidence does not suffice for one, else 0.
  [[nodiscard]] int exit_code(const RcaReport& report) const;
  [[nodiscard]] const std::vector<std::string>& expressions() const noexcept { return expressions_; }

 private:
  std::vector<std::string> expressions_;
  bool lenient_ = false;
  std::vector<CompareGate> gates_;
};

}  // namespace heapdiff
