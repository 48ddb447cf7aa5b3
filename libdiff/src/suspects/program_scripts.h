#pragma once
// One function of each script of the program: where to look for a call when the runtime alone keeps the objects.

#include "heapdiff/diff/site.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <vector>

namespace heapdiff::suspects {

/// At most 48 functions, those of the program's own scripts before those of packages, in the order of the nodes.
/// O(nodes).
[[nodiscard]] std::vector<FunctionPosition> program_scripts(const SnapshotGraph& graph);

}  // namespace heapdiff::suspects
