#pragma once
// Formats for continuous integration. Each has its own escaper.

#include "heapdiff/reports/rca_report.h"

#include <string>

namespace heapdiff::formats {

/// SARIF 2.1.0 for GitHub code scanning. There is one result for each suspect with a source line, because an alert
/// needs a line; the signature is its fingerprint, and the retaining path its code flow.
[[nodiscard]] std::string write_sarif(const RcaReport& report);

/// JUnit XML with one test case per gate, or one for the verdict when there are no gates. A gate without enough
/// evidence is an error, or passes when it is tolerated. The reasons are in system-out.
[[nodiscard]] std::string write_junit(const RcaReport& report);

/// GitHub's workflow commands: at most ten of each kind, because GitHub shows no more.
[[nodiscard]] std::string write_github(const RcaReport& report);

/// GitLab's Code Quality report: a JSON array.
[[nodiscard]] std::string write_code_quality(const RcaReport& report);

/// The file of a site relative to the repository's root, with forward slashes and without a leading "./".
[[nodiscard]] std::string repository_path(const RcaReport& report, const ReportSite& site);

}  // namespace heapdiff::formats
