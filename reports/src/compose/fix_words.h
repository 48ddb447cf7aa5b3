#pragma once
// What to do about one suspect, and what that would free, in words.

#include "heapdiff/diff/site.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/reports/rca_report.h"

#include <string>
#include <vector>

namespace heapdiff::compose {

/// The fix, in the words of this suspect's statement where it was found; else the usual one of its kind, in which
/// backticks mark code. `out` has the kind and the sites already.
[[nodiscard]] std::string fix_words(const Suspect& s, const ReportSuspect& out, const std::vector<Site>& sites);

/// "Clearing `answers` of its new objects would free 493 kB (checked by removing the references in the last snapshot)."
[[nodiscard]] std::string frees_words(const Suspect& s, const std::vector<Site>& sites, AgeSource ages);

}  // namespace heapdiff::compose
