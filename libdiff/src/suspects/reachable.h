#pragma once
// What remains reachable when some edges are cut.

#include "heapdiff/snapshot/heap.h"

#include <cstdint>

namespace heapdiff::suspects {

/// Self sizes, in bytes, of all nodes that the root reaches over retaining edges, without the edges from `sources` to
/// `targets` (bits by node). O(nodes + edges).
[[nodiscard]] std::uint64_t reachable_bytes(const Heap& heap, const BitColumn& sources, const BitColumn& targets);

}  // namespace heapdiff::suspects
