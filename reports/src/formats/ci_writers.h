#pragma once
// A report as continuous integration reads it. Each form has its own escaper.

#include "heapdiff/reports/rca_report.h"

#include <string>

namespace heapdiff {

/// SARIF 2.1.0 as GitHub code scanning takes it: one result per suspect with a source line (a finding without a line
/// cannot be an alert there), the signature as fingerprint, the retaining path as code flow.
[[nodiscard]] std::string write_sarif(const RcaReport& report);

/// JUnit XML: one test case per gate; without gates one for the verdict. A gate without enough evidence is an error, or
/// passes when it is tolerated; why each was judged so stands in system-out.
[[nodiscard]] std::string write_junit(const RcaReport& report);

/// GitHub's workflow commands: at most ten of each kind, as it shows no more.
[[nodiscard]] std::string write_github(const RcaReport& report);

/// GitLab's Code Quality report: a JSON array.
[[nodiscard]] std::string write_code_quality(const RcaReport& report);

/// A file as the forges want it: from the repository's root, forward slashes, no leading "./".
[[nodiscard]] std::string repository_path(const RcaReport& report, const ReportSite& site);

}  // namespace heapdiff
