#include "heapdiff/snapshot/dominator_order.h"

#include <vector>

namespace heapdiff {

DominatorOrder::DominatorOrder(const DominatorTree& tree)
    : position_(tree.idom.size()), end_(tree.idom.size()), node_(tree.idom.size()) {
  if (tree.idom.empty()) {
    return;
  }
  const DominatorChildren children(tree);
  std::vector<std::uint32_t> open{0};
  std::uint32_t at = 0;
  while (!open.empty()) {
    const std::uint32_t n = open.back();
    open.pop_back();
    position_[n] = at;
    node_[at++] = n;
    const auto below = children.of(NodeIndex(n));
    open.insert(open.end(), below.rbegin(), below.rend());
  }
  // Backwards: each node comes before its dominator.
  for (std::uint32_t i = at; i-- > 0;) {
    const std::uint32_t n = node_[i];
    end_[n] = end_[n] < i + 1 ? i + 1 : end_[n];
    const std::uint32_t above = tree.idom[n];
    end_[above] = end_[above] < end_[n] ? end_[n] : end_[above];
  }
}

}  // namespace heapdiff
