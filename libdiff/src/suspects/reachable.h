#pragma once
// What remains reachable when some edges are cut.

#include "heapdiff/snapshot/heap.h"

#include <cstdint>
#include <vector>

namespace heapdiff::suspects {

/// The edges that a fix removes: all from a node of `sources` to a node of `targets`. Bits by node.
struct EdgeCut {
  BitColumn sources;
  BitColumn targets;
};

/// The nodes that the root reaches over retaining edges, without the edges of `cut`. One bit per node.
/// O(nodes + edges).
[[nodiscard]] BitColumn reachable(const Heap& heap, const EdgeCut& cut);

/// The parent of each node in a breadth-first tree of what the root reaches over retaining edges, without the edges of
/// `cut`; kUnreached for nodes that it does not reach, and for the root. O(nodes + edges).
inline constexpr std::uint32_t kUnreached = UINT32_MAX;
[[nodiscard]] std::vector<std::uint32_t> reachable_tree(const Heap& heap, const EdgeCut& cut);

}  // namespace heapdiff::suspects
