#pragma once
// What the caller knows already: a baseline (an earlier report) and a list of suppressions.

#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

/// "11,400 more Function ... at src/cache.ts:53": a suspect as gates name it, and as patterns of suppressions see it.
[[nodiscard]] std::string suspect_name(const ReportSuspect& suspect);

/// A suspect of an earlier report.
struct BaselineLeak {
  std::string signature;
  std::string title;
  std::optional<double> bytes_per_hour;
  std::optional<double> highest;  ///< upper end of its interval
};

/// The suspects of a report written with `--format json`. Throws Error{input}.
[[nodiscard]] std::vector<BaselineLeak> read_baseline(const std::string& path);

struct Suppression {
  std::string signature;  ///< or a pattern
  std::string pattern;    ///< shell pattern, found anywhere in suspect_name(), case ignored
  std::string reason;
  std::string until;  ///< "2026-12-31", its last day; empty: for ever
  std::uint32_t line = 0;
};

/// TOML: [[suppress]] tables with `signature` or `pattern`, `reason`, and optionally `until`. Throws Error{input} with
/// the line.
[[nodiscard]] std::vector<Suppression> read_suppressions(const std::string& path);

/// Adds to `report.known_leaks` what is new, known and worse against `baseline`. `seen` marks its entries that are
/// still there.
void compare_with_baseline(RcaReport& report, const std::vector<BaselineLeak>& baseline, std::vector<bool>& seen);
/// Which suspects are suppressed, one entry per suspect; `report.known_leaks` tells of each. `used` marks the entries
/// of `list` that matched a suspect, or are past their day on `today` ("2026-03-02").
[[nodiscard]] std::vector<bool> suppress(RcaReport& report, const std::vector<Suppression>& list,
                                         const std::string& today, std::vector<bool>& used);

/// Entries of the baseline that were not seen: "fixed".
[[nodiscard]] std::vector<ReportKnownLeak> unseen(const std::vector<BaselineLeak>& baseline,
                                                  const std::vector<bool>& seen);
/// Suppressions that matched nothing: "stale".
[[nodiscard]] std::vector<ReportKnownLeak> unused(const std::vector<Suppression>& list, const std::vector<bool>& used);

}  // namespace heapdiff
