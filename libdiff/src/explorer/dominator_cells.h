#pragma once
// The top of the dominator tree, in which alike objects with one dominator are one cell.

#include "explorer/object_groups.h"

namespace heapdiff::explorer {

/// Fills HeapExplorer::cells. The largest cells are taken apart first, until there are enough of them. Each node is
/// looked at once: O(nodes log nodes).
void add_cells(HeapExplorer& into, const HeldShapes& shapes, const DominatorOrder& order, NameList& names,
               GroupMaker& groups);

}  // namespace heapdiff::explorer
