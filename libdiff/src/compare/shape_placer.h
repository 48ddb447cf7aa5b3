#pragma once
// Gives every object of a snapshot its shape.

#include "compare/shape_tree.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/retaining_tree.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace heapdiff::compare {

/// The file and name by which a function is known in all builds, from its position and its name: "src/cache.ts put".
/// Empty: the position and name themselves serve.
using FunctionNames = std::function<std::string(const CodePlace& place, const std::string& name)>;

/// How one snapshot hangs in the tree of shapes.
struct PlacedShapes {
  std::vector<std::uint32_t> shape_of;  ///< by node
};

/// Places the objects of one heap below the shapes of `tree`, which it extends.
///
/// The path to an object is that of the retaining tree. It starts again at what a program knows by itself, wherever a
/// path reaches it first: functions that have one closure, the scopes of such functions, modules, and `process`.
/// O(nodes + edges of closures, scopes and plain objects).
[[nodiscard]] PlacedShapes place_shapes(const Heap& heap, const RetainingTree& retaining, ShapeTree& tree,
                                        TextTable& texts, const FunctionNames& names);

/// Positions of the runtime's own functions that have one closure, sorted: equal in all processes of one version.
struct RuntimePositions {
  std::vector<std::pair<std::string, std::uint32_t>> lines;  ///< "node:events once" and the line
  /// Whether so many lines differ that the two are of different versions.
  [[nodiscard]] bool differs_from(const RuntimePositions& other) const;
};
[[nodiscard]] RuntimePositions runtime_positions(const SnapshotGraph& graph);

}  // namespace heapdiff::compare
