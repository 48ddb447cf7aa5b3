#pragma once
// Lines and commits of the suspects: everything the analysis takes from outside the snapshots.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/reports/build_report.h"
#include "options/source_options.h"

#include <span>

namespace heapdiff {

/// Fills `input.sites` and `input.commits`, one entry per suspect, and appends to its warnings and self-check. Adds the
/// functions of `--heap-profile` to the suspects first. Throws Error when a file or repository that was named on the
/// command line cannot be used.
void find_lines(Findings& findings, std::span<const Facts> facts, const SourceOptions& options, ReportInput& input);

}  // namespace heapdiff
