#pragma once
// Where no statement could be shown for the first suspect: the best function instead, and what would give the line.

#include "heapdiff/diff/site.h"
#include "heapdiff/reports/rca_report.h"

#include <vector>

namespace heapdiff {

/// Adds to the report's limits and next steps when the first of `sites` (the first suspect's, best first) is no line
/// that was read in its source. `traced`: the snapshots have allocation stacks.
void describe_missing_line(RcaReport& report, const std::vector<Site>& sites, bool traced);

}  // namespace heapdiff
