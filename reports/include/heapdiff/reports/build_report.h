#pragma once
// Builds the report from the findings, and masks secrets in it.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/gate.h"
#include "heapdiff/diff/owners.h"
#include "heapdiff/diff/process_memory.h"
#include "heapdiff/diff/series_order.h"
#include "heapdiff/diff/series_times.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/diff/suspect_sites.h"
#include "heapdiff/diff/verdict.h"
#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// All that a report is made of. A report is complete when build_report() returns it: nothing is added to it later.
struct ReportInput {
  std::span<const Facts> facts;        ///< one per snapshot, oldest first
  const Findings* findings = nullptr;  ///< never null
  VerdictResult verdict;               ///< judge_verdict() of the two
  SuspectSites sites;                  ///< find_sites() of the two; its lists may be empty: no source was looked at
  SeriesOrder order;                   ///< what the order of `facts` rests on
  SeriesTimes times;                   ///< hours of the snapshots, or why there are none
  std::vector<std::string> set_aside;  ///< a sentence for each input that was not used
  std::vector<double> ops;             ///< operations run before each snapshot, counted from any start; or empty
  std::vector<MemoryPoint> memory;     ///< of the process, in the order of time; or empty
  OutsideMemory outside;               ///< judge_outside() of it
  std::optional<double> limit_bytes;   ///< what the process may use, for the time that is left
  std::optional<double> observed_bytes_per_hour;  ///< growth that monitoring reports
  std::optional<double> least_identity_share;  ///< smallest IdentityCheck::share() of two neighbours; none: not checked
  std::vector<GateResult> gates;               ///< in the caller's order
  /// Options that a checkout's settings gave and that change what the gates judge: "--ops (heapdiff.toml, line 3)".
  std::vector<std::string> project_settings;
  bool lenient = false;                      ///< a gate without enough evidence is tolerated
  std::vector<ReportKnownLeak> known_leaks;  ///< against a baseline and a list of suppressions
  std::vector<OwnerShare> owners;            ///< of the last snapshot; or empty
  std::optional<HeapExplorer> explorer;      ///< of the last snapshot; only where a page is written
  std::vector<std::string> warnings;
  std::vector<std::string> limiting_warnings;  ///< those for the first lines of a report (weighty_warnings.h)
  std::string part;                            ///< "process-2" where the inputs hold several processes; or empty
  std::string repository_prefix;  ///< from the repository's root to the files of sites: "service/"; or empty
  std::string tool_version;
  std::string command_line;
};

/// The complete report; secrets are masked (redact.h).
[[nodiscard]] RcaReport build_report(const ReportInput& input);

/// Owners as a report carries them; names are made visible. Secrets in them are not masked yet.
[[nodiscard]] std::vector<ReportOwner> report_owners(const std::vector<OwnerShare>& owners);

/// General advice on one kind of leak: why it leaks, and the usual fix.
struct KindAdvice {
  const char* why;
  const char* fix;
};
/// `cause` has advice of its own where the kind alone would lead to the wrong line.
[[nodiscard]] KindAdvice advice_for(const std::string& kind, LeakCause cause = LeakCause::none);

}  // namespace heapdiff
