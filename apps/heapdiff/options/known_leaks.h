#pragma once
// Leaks that the caller knows: a baseline, which is an earlier report, and a list of suppressions.

#include "heapdiff/diff/suspect.h"
#include "heapdiff/reports/rca_report.h"
#include "heapdiff/reports/suspect_label.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// The suspects of this analysis and their labels, one per suspect.
struct LabelledSuspects {
  std::span<const Suspect> suspects;
  std::span<const SuspectLabel> labels;
};

/// A suspect of an earlier report.
struct BaselineLeak {
  std::string signature;
  std::string title;
  std::optional<double> bytes_per_hour;
  std::optional<double> highest;  ///< upper end of its interval
};

/// The suspects of a report written with `--format json`. Throws Error{input}, and Error{usage} when their signatures
/// are of another version than this program's: none would match.
[[nodiscard]] std::vector<BaselineLeak> read_baseline(const std::string& path);

struct Suppression {
  std::string signature;  ///< empty for an entry with a pattern
  std::string pattern;    ///< shell pattern that matches a part of SuspectLabel::name in any case
  std::string reason;
  std::string until;  ///< the last day, as "2026-12-31"; empty: without end
  std::uint32_t line = 0;
};

/// TOML: [[suppress]] tables with `signature` or `pattern`, `reason`, and optionally `until`. A list with signatures
/// says `signature-version` at its top. Throws Error{input} with the line, and Error{usage} for signatures of another
/// version.
[[nodiscard]] std::vector<Suppression> read_suppressions(const std::string& path);

/// Adds to `out` what is new, known and worse against `baseline`. Marks in `seen` the entries of `baseline` that are
/// still there.
void compare_with_baseline(const LabelledSuspects& found, const std::vector<BaselineLeak>& baseline,
                           std::vector<bool>& seen, std::vector<ReportKnownLeak>& out);
/// Which suspects are suppressed, one entry per suspect; adds to `out` one line for each, and for each entry of `list`
/// that is past its day on `today` ("2026-03-02"). Marks in `used` those entries and the entries that matched.
[[nodiscard]] std::vector<bool> suppress(const LabelledSuspects& found, const std::vector<Suppression>& list,
                                         const std::string& today, std::vector<bool>& used,
                                         std::vector<ReportKnownLeak>& out);

/// Entries of the baseline that were not seen: "fixed".
[[nodiscard]] std::vector<ReportKnownLeak> unseen(const std::vector<BaselineLeak>& baseline,
                                                  const std::vector<bool>& seen);
/// Suppressions that matched nothing: "stale".
[[nodiscard]] std::vector<ReportKnownLeak> unused(const std::vector<Suppression>& list, const std::vector<bool>& used);

}  // namespace heapdiff
