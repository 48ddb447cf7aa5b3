#pragma once
// Plain objects grouped by the sequence of their property names.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <vector>

namespace heapdiff::graph {

/// All plain objects that have the same properties in the same order.
struct Shape {
  NodeIndex first;  ///< the first object of this shape, in node order
  std::uint64_t count = 0;
};

/// The shapes of a graph in order of first appearance, and which shape each plain object has.
struct Shapes {
  std::vector<Shape> shapes;
  std::vector<std::pair<NodeIndex, std::uint32_t>> objects;  ///< plain object -> position in `shapes`, in node order
};

/// Groups the nodes that DevTools calls plain JavaScript objects: of type object and named `Object`. O(their edges).
[[nodiscard]] Shapes group_by_shape(const SnapshotGraph& graph);

}  // namespace heapdiff::graph
