#pragma once
// What the caller knows already: a baseline (an earlier report) and a list of suppressions.

#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

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
  std::string pattern;    ///< shell pattern, found anywhere in a suspect's title, case ignored
  std::string reason;
  std::string until;  ///< "2026-12-31", its last day; empty: for ever
  std::uint32_t line = 0;
};

/// TOML: [[suppress]] tables with `signature` or `pattern`, `reason`, and optionally `until`. Throws Error{input} with
/// the line.
[[nodiscard]] std::vector<Suppression> read_suppressions(const std::string& path);

/// Adds to `report.known_leaks` what is new, known, worse and fixed against `baseline`.
void compare_with_baseline(RcaReport& report, const std::vector<BaselineLeak>& baseline);

/// Which suspects are suppressed, one entry per suspect; `report.known_leaks` tells of each, and of entries that
/// matched nothing or have expired on `today` ("2026-03-02").
[[nodiscard]] std::vector<bool> suppress(RcaReport& report, const std::vector<Suppression>& list,
                                         const std::string& today);

}  // namespace heapdiff
