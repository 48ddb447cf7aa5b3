#pragma once
// Sampling profiles as inputs of `summary` and `compare`.

#include "heapdiff/diff/profile_compare.h"
#include "heapdiff/diff/suspect_sites.h"
#include "heapdiff/reports/rca_report.h"
#include "heapdiff/reports/table_report.h"

#include <string>
#include <vector>

namespace heapdiff {

/// Whether an input is a sampling profile: by its name, else by its first bytes.
[[nodiscard]] bool is_profile(const std::string& path);

/// Two profiles compared, with the lines of their functions. `comparison` is filled for gates. Throws Error{input}.
[[nodiscard]] RcaReport compare_profile_files(const std::string& base, const std::string& now,
                                              const SourceLocations& source, ProfileComparison& comparison);

/// What one profile has: live bytes by function, line and package. Throws Error{input}.
[[nodiscard]] TableReport summarize_profile(const std::string& path, const SourceLocations& source, std::size_t top);

}  // namespace heapdiff
