#pragma once
// What to do when no statement could be shown for the first suspect: name the best function, and what would give the
// line.

#include "heapdiff/diff/site.h"
#include "heapdiff/reports/rca_report.h"

#include <vector>

namespace heapdiff::compose {

/// Adds to the report's limits and next steps when the source of the first of `sites` was not read. `sites` are those
/// of the first suspect, best first. `traced`: the snapshots have allocation stacks.
void describe_missing_line(RcaReport& report, const std::vector<Site>& sites, bool traced);

}  // namespace heapdiff::compose
