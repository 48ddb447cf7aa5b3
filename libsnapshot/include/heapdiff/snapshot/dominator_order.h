#pragma once
// The dominator tree in preorder, which answers questions about subtrees in constant time.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/dominators.h"

#include <cstdint>
#include <span>

namespace heapdiff {

/// The dominator tree in preorder. O(nodes) to make; 12 bytes per node, 12 more while it is made. Does not refer to the
/// tree. Spans are valid as long as it lives. Any number of threads may read it at the same time.
class DominatorOrder {
 public:
  explicit DominatorOrder(const DominatorTree& tree);

  /// Whether every path from the root to `below` passes `above`. A node dominates itself. O(1).
  [[nodiscard]] bool dominates(NodeIndex above, NodeIndex below) const noexcept {
    return position_[below.get()] >= position_[above.get()] && position_[below.get()] < end_[above.get()];
  }
  /// All nodes that `n` dominates, itself first. Their self sizes are its retained size.
  [[nodiscard]] std::span<const std::uint32_t> subtree(NodeIndex n) const noexcept {
    return {node_.data() + position_[n.get()], end_[n.get()] - position_[n.get()]};
  }
  /// Position of `n` in preorder.
  [[nodiscard]] std::uint32_t position(NodeIndex n) const noexcept { return position_[n.get()]; }

 private:
  Column<std::uint32_t> position_;  // by node
  Column<std::uint32_t> end_;       // by node: position after the last node that it dominates
  Column<std::uint32_t> node_;      // by position
};

}  // namespace heapdiff
