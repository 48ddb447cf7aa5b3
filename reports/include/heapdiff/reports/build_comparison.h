#pragma once
// Builds the report of a comparison of two heaps, and masks secrets in it.

#include "heapdiff/diff/compare.h"
#include "heapdiff/diff/owners.h"
#include "heapdiff/diff/profile_compare.h"
#include "heapdiff/diff/suspect_sites.h"
#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// All that the report of a comparison is made of.
struct CompareReportInput {
  const Comparison* comparison = nullptr;  ///< never null
  std::span<const Facts> base;             ///< one per snapshot, oldest first
  std::span<const Facts> now;
  SuspectSites sites;  ///< of comparison->findings
  std::vector<OwnerShare> base_owners;
  std::vector<OwnerShare> new_owners;
  std::optional<HeapExplorer> explorer;  ///< of the last new snapshot; only where a page is written
  std::vector<ReportGate> gates;
  std::vector<std::string> cautions;
  std::vector<std::string> warnings;
  std::string repository_prefix;
  std::string tool_version;
  std::string command_line;
};

/// The complete report; secrets are masked (redact.h).
[[nodiscard]] RcaReport build_comparison(const CompareReportInput& input);

/// Two sampling profiles, and where their functions are.
struct ProfileReportInput {
  const ProfileComparison* comparison = nullptr;  ///< never null
  std::string base_path;
  std::string new_path;
  std::vector<Site> sites;  ///< one per row; without a file for the runtime's row
  std::vector<ReportGate> gates;
  std::vector<std::string> warnings;
  std::string repository_prefix;
  std::string tool_version;
  std::string command_line;
};

/// The complete report; secrets are masked.
[[nodiscard]] RcaReport build_profile_comparison(const ProfileReportInput& input);

/// What a sampling profile cannot show, and how to go on: a sentence each.
[[nodiscard]] std::vector<std::string> profile_limits();

/// What gates on a comparison ask for, and the words of their outcome.
struct CompareGate {
  std::string expression;
  bool new_suspects = false;  ///< else growth
  bool per_operation = false;
  double limit = 0;  ///< bytes, or bytes per operation
};
/// `growth` of the whole heap, or places that the base does not have. `proper`: the interval of the difference where
/// there is one decides, else the difference.
[[nodiscard]] ReportGate judge_compare_gate(const CompareGate& gate, const Comparison& comparison,
                                            const CompareSide& base, const CompareSide& now);

/// The same for two sampling profiles, by the interval of the difference.
[[nodiscard]] ReportGate judge_profile_gate(const CompareGate& gate, const ProfileComparison& comparison);

}  // namespace heapdiff
