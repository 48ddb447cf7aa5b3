#pragma once
// Objects that both snapshots have and that retain more in the newer one: a Map that doubled is neither added nor
// removed, so DevTools' Comparison view does not show it.

#include "heapdiff/diff/object_facts.h"
#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/heap.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

struct GrownSurvivor {
  std::uint64_t id = 0;
  std::string name;     ///< class
  std::string held_by;  ///< nearest holder and edge, "Store.entries"; may be empty
  std::uint64_t retained_before = 0;
  std::uint64_t retained_after = 0;
  /// Growth without that of grown survivors below it in the dominator tree: the new bytes hang at this object.
  std::int64_t own_growth = 0;
};

/// What is kept of the newer snapshot while the older one is read: 16 bytes per heap object.
class SurvivorTable {
 public:
  /// Needs edges, edge names and distances of `newer`. O(nodes + edges).
  explicit SurvivorTable(const Heap& newer);

  /// At most `limit` survivors by own growth, largest first; with limit 0 all that grew. O(objects of both).
  [[nodiscard]] std::vector<GrownSurvivor> grown(const ObjectFacts& older, std::size_t limit) const;

 private:
  struct Label {
    std::uint64_t id;
    std::string text;
  };
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // One row per object, by id.
  WideColumn id_;
  WideColumn retained_;
  Column<std::uint32_t> dominator_;  // a row, or kNone
  Column<std::uint32_t> class_at_;   // in classes_

  std::vector<std::string> classes_;  // names
  std::vector<Label> labels_;         // by id: of objects that retain enough to be shown
};

}  // namespace heapdiff
