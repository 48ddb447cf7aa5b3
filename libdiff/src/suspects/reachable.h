#pragma once
// What a heap would still hold if some edges were cut.

#include "heapdiff/snapshot/heap.h"

#include <cstdint>

namespace heapdiff {

/// Sum of the self sizes, in bytes, of all that the root reaches over retaining edges, without those that lead from
/// `sources` to `targets` (bits by node). O(nodes + edges).
[[nodiscard]] std::uint64_t reachable_bytes(const Heap& heap, const BitColumn& sources, const BitColumn& targets);

}  // namespace heapdiff
