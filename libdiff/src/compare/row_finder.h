#pragma once
// From the shapes of two heaps to the rows of their comparison.

#include "compare/shape_tree.h"
#include "heapdiff/diff/compare.h"

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff::compare {

/// The rows, and which of them each shape belongs to: every shape belongs to exactly one, so that rows add up.
struct FoundRows {
  std::vector<CompareRow> rows;         ///< the engine's, what is equal in both, then in no order; without levels
  std::vector<std::string> signatures;  ///< by row: folded path from the holder, "label < class < label ..."
  std::vector<std::uint32_t> row_of;    ///< by shape
  std::vector<std::uint32_t> point_of;  ///< by shape: where the surplus begins that it is a part of; 0: none
  std::vector<bool> is_place;           ///< by shape: new, and still only the way to what accumulates below it
};

/// O(shapes).
[[nodiscard]] FoundRows find_rows(const ShapeTree& tree, const TextTable& texts, const ShapeColumn& base,
                                  const ShapeColumn& now, bool engine_differs);

}  // namespace heapdiff::compare
