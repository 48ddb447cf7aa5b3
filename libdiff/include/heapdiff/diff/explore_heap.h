#pragma once
// Makes the explorer of a heap.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/heap_explorer.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/heap.h"

#include <span>

namespace heapdiff {

/// The explorer of `last`. `findings` are of that heap, and `facts` are those of all snapshots that its page compares,
/// that of `last` at the end. O((nodes + edges) log nodes). Measured on one snapshot of 0.9 and of 7.4 million nodes:
/// the peak of the program rises by 19 and 18 bytes per node, and it takes 1.0 and 0.5 microseconds of CPU time per
/// node. The size of the result has a bound, whatever the heap's size.
[[nodiscard]] HeapExplorer explore_heap(const Heap& last, const Findings& findings, std::span<const Facts> facts);

}  // namespace heapdiff
