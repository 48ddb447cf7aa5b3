#pragma once
// Dominators of a graph whose edges nobody needs afterwards.

#include "heapdiff/snapshot/dominators.h"

namespace heapdiff::algorithms {

/// The same tree as `compute_dominators`, at a lower peak of memory: the edges of `graph` are used up, and their memory
/// serves the search. Nodes stay as they are; other threads may read them during the call.
[[nodiscard]] DominatorTree compute_dominators_in_place(SnapshotGraph& graph, const BitColumn& page_owned);

}  // namespace heapdiff::algorithms
