#pragma once
// The analysis, one step after the other: inputs -> facts -> findings -> sites -> verdict -> gates -> report ->
// renderers. Each step takes what the one before it returns; pipeline.cpp has them on one page.

#include "heapdiff/diff/gate_evidence.h"
#include "heapdiff/diff/owners.h"
#include "heapdiff/diff/series.h"
#include "heapdiff/diff/suspect_sites.h"
#include "heapdiff/diff/verdict.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/suspect_label.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

struct AnalyzeOptions;
struct FoundSeries;
struct Invocation;

/// A series of one process and what was found in it.
struct Analysis {
  Series series;
  Findings findings;
  double least_identity_share = 1;  ///< smallest IdentityCheck::share() of two neighbours
  std::vector<std::string> warnings;
};

/// What the analysis says of each suspect, and of the series.
struct Conclusions {
  SuspectSites sites;
  std::vector<SuspectLabel> labels;  ///< one per suspect
  VerdictResult verdict;
  std::vector<OwnerShare> owners;  ///< of the last snapshot
};

/// How many snapshots a command needs.
enum class FewestSnapshots { one, two };

/// Reads a series. Throws Error{usage} for fewer snapshots than `fewest`, Error{evidence} where one is left of several
/// that were found, and as read_series() does.
[[nodiscard]] Series read_inputs(const FoundSeries& found, const SeriesReadOptions& options,
                                 FewestSnapshots fewest = FewestSnapshots::two);

/// Finds the suspects; of one snapshot, its accumulations. Throws Error{input} when the snapshots are not of one
/// process; with `force` that is a warning, and what cannot be compared then is left out of the findings.
[[nodiscard]] Analysis find_leaks(Series series, bool force);

/// Looks for the lines of the suspects, and judges. Adds the functions of a sampling profile to the suspects. Throws
/// Error when a file or repository that `source` names cannot be used.
[[nodiscard]] Conclusions conclude(Analysis& analysis, const SourceLocations& source);

/// The part of a report's input that comes from the analysis. Refers to `analysis`.
[[nodiscard]] ReportInput report_input(const Analysis& analysis, const Conclusions& conclusions);

/// The part of it that gates and the verification of a fix ask for. Refers to both.
[[nodiscard]] SeriesEvidence series_evidence(const Analysis& analysis, const Conclusions& conclusions);

/// From the repository's root to the source root `root`, as forges name files: "service/"; empty outside of a
/// repository.
[[nodiscard]] std::string repository_prefix(const std::string& root);

/// `heapdiff analyze`: all of the above for each process in the inputs, with a report each. Returns the exit code.
int analyze(AnalyzeOptions& options, const Invocation& invocation);

/// The same for snapshots of one process that have been read already.
int analyze_series(Series series, AnalyzeOptions& options, const Invocation& invocation);

/// Throws Error{input} when the snapshots `older` and `newer` (names of inputs) are not of one process; with `force`
/// adds a warning instead.
void require_one_process(const std::string& older, const std::string& newer, const IdentityCheck& check, bool force,
                         std::vector<std::string>& warnings);

}  // namespace heapdiff
