#pragma once
// Which nodes lie below a set of nodes in the dominator tree.

#include "heapdiff/snapshot/dominators.h"

#include <cstdint>
#include <span>
#include <vector>

namespace heapdiff::series {

/// The nodes that one of a set dominates, for one set after the other. Refers to `tree`; it must outlive this object.
/// 2 bits per node. Not for several threads.
class DominatedSet {
 public:
  explicit DominatedSet(const DominatorTree& tree)
      : tree_(tree), is_known_(tree.idom.size()), is_inside_(tree.idom.size()) {}
  DominatedSet(const DominatorTree& tree, std::span<const std::uint32_t> nodes) : DominatedSet(tree) { assign(nodes); }

  /// From now on, the set is `nodes`, in any order. The root dominates all nodes and is left out. O(set, and what was
  /// visited for the set before).
  void assign(std::span<const std::uint32_t> nodes) {
    for (const std::uint32_t n : known_) {
      is_known_.reset(n);
      is_inside_.reset(n);
    }
    known_.clear();
    note(0, false);
    for (const std::uint32_t n : nodes) {
      if (n != 0) {
        note(n, true);
      }
    }
  }

  /// Whether a node of the set is `n` or dominates it. Each node is visited once for a set, however often it is asked.
  [[nodiscard]] bool contains(NodeIndex n) {
    std::uint32_t top = n.get();
    while (!is_known_.test(top)) {
      top = tree_.idom[top];
    }
    const bool inside = is_inside_.test(top);
    for (std::uint32_t at = n.get(); at != top; at = tree_.idom[at]) {
      note(at, inside);
    }
    return inside;
  }

 private:
  void note(std::uint32_t n, bool inside) {
    is_known_.set(n);
    if (inside) {
      is_inside_.set(n);
    }
    known_.push_back(n);
  }

  const DominatorTree& tree_;
  BitColumn is_known_;   // whether `is_inside_` was found out
  BitColumn is_inside_;  // the node or one that dominates it is in the set
  std::vector<std::uint32_t> known_;
};

}  // namespace heapdiff::series
