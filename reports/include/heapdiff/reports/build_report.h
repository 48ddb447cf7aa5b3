#pragma once
// From findings to the report: words, numbers and their evidence. Redaction happens here.

#include "heapdiff/diff/commits.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// What the history says about one suspect's line.
struct SuspectCommits {
  std::optional<CommitCandidate> commit;
  std::optional<bool> before_first_capture;
  std::vector<std::string> notes;
  std::vector<CommitCandidate> recent;  ///< with --since: what touched the suspect's files, newest first
};

struct ReportInput {
  std::span<const Facts> facts;  ///< one per snapshot, oldest first
  const Findings* findings = nullptr;
  std::vector<std::vector<Site>> sites;  ///< one list per suspect
  std::vector<double> ops;               ///< operations run before each snapshot, counted from any start; or empty
  std::optional<double> limit_bytes;     ///< what the process may use, for the time that is left
  std::optional<double> observed_bytes_per_hour;  ///< growth that monitoring reports
  std::vector<SuspectCommits> commits;            ///< one per suspect, or fewer: none was asked for
  std::vector<std::string> warnings;
  std::vector<std::string> self_check;
  std::string tool_version;
  std::string command_line;
};

[[nodiscard]] RcaReport build_report(const ReportInput& input);

/// What a kind of leak is, in words: why it leaks and how it is mended.
struct KindAdvice {
  const char* why;
  const char* fix;
};
[[nodiscard]] KindAdvice advice_for(const std::string& kind);

}  // namespace heapdiff
