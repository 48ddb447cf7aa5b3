#pragma once
// Sorts objects into groups that are alike, and adds up what they retain.

#include "explorer/held_shapes.h"
#include "heapdiff/diff/heap_explorer.h"
#include "heapdiff/snapshot/dominator_order.h"

#include <cstdint>
#include <vector>

namespace heapdiff::explorer {

/// Adds up the content of groups. Refers to its arguments. 16 bytes per class.
class GroupMaker {
 public:
  GroupMaker(const HeldShapes& shapes, const DominatorOrder& order, NameList& names, PathList& paths);

  /// `nodes` as a subject, in any order and each once; nodes of self size 0 count as well.
  [[nodiscard]] ExplorerSubject subject(std::string name, std::vector<std::uint32_t> nodes);

  /// Path, largest objects and content of a group. `members` are sorted by position in the dominator tree; those that
  /// another member of their subject dominates are not in `outermost`. Does nothing once too much work was done.
  void add_details(ExplorerGroup& group, std::vector<std::uint32_t> members,
                   const std::vector<std::uint32_t>& outermost);

 private:
  void add_content(ExplorerGroup& group, const std::vector<std::uint32_t>& outermost);

  struct Sum {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
  };
  const HeldShapes& shapes_;
  const DominatorOrder& order_;
  NameList& names_;
  PathList& paths_;
  std::vector<Sum> by_class_;
  std::uint64_t visits_left_;  // nodes that are still visited for content
};

}  // namespace heapdiff::explorer
