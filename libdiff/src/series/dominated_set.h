#pragma once
// Which nodes lie below a set of nodes in the dominator tree.

#include "heapdiff/snapshot/dominator_order.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff::series {

/// The nodes that one of a set dominates. Refers to `order`; it must outlive the set. The root dominates all nodes and
/// is left out. O(set log set) to make.
class DominatedSet {
 public:
  DominatedSet(const DominatorOrder& order, std::span<const std::uint32_t> nodes) : order_(order) {
    std::vector<std::uint32_t> by_position(nodes.begin(), nodes.end());
    std::erase(by_position, 0U);
    std::sort(by_position.begin(), by_position.end(), [&](std::uint32_t a, std::uint32_t b) {
      return order.position(NodeIndex(a)) < order.position(NodeIndex(b));
    });
    for (const std::uint32_t n : by_position) {
      if (outermost_.empty() || !order.dominates(NodeIndex(outermost_.back()), NodeIndex(n))) {
        outermost_.push_back(n);
      }
    }
  }

  /// Whether a node of the set is `n` or dominates it. O(log set).
  [[nodiscard]] bool contains(NodeIndex n) const {
    const auto after = std::upper_bound(
        outermost_.begin(), outermost_.end(), order_.position(n),
        [&](std::uint32_t position, std::uint32_t node) { return position < order_.position(NodeIndex(node)); });
    return after != outermost_.begin() && order_.dominates(NodeIndex(*(after - 1)), n);
  }

 private:
  const DominatorOrder& order_;
  std::vector<std::uint32_t> outermost_;  // nodes that no other one of the set dominates, in preorder
};

}  // namespace heapdiff::series
