#pragma once
// The rows that grew, described as the suspects of the new heap: kind, retaining path, functions, and why.

#include "compare/row_finder.h"
#include "compare/shape_placer.h"
#include "heapdiff/diff/compare.h"
#include "heapdiff/snapshot/retaining_tree.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff::compare {

/// What describe_grown() reads.
struct GrownInput {
  const Heap& heap;  ///< the new one
  const RetainingTree& retaining;
  const PlacedShapes& placed;
  const ShapeTree& tree;
  const ShapeColumn& base;
  const FoundRows& found;
  std::span<const Facts> facts;  ///< of the two snapshots that are compared, base first
};

/// One suspect for each of `rows` (positions in `found.rows`), in their order. The objects that the base does not have
/// are taken to be the last of their shape. O((nodes + edges) log nodes).
[[nodiscard]] std::vector<Suspect> describe_grown(const GrownInput& input, std::span<const std::uint32_t> rows);

}  // namespace heapdiff::compare
