#pragma once
// Makes the explorer of a heap.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/heap_explorer.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/heap.h"

#include <span>

namespace heapdiff {

/// The explorer of `last`. `findings` are of that heap, and `facts` are those of all snapshots that its page compares,
/// that of `last` at the end. O((nodes + edges) log nodes); about 60 bytes per node during the call. The size of the
/// result has a bound, whatever the heap's size.
[[nodiscard]] HeapExplorer explore_heap(const Heap& last, const Findings& findings, std::span<const Facts> facts);

}  // namespace heapdiff
