#pragma once
// All the ways in which one object is held: the shortest path, and those that differ from it.

#include "heapdiff/snapshot/class_names.h"
#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/dominator_order.h"
#include "heapdiff/snapshot/retaining_tree.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// Which shortest paths are alike: equal but for indices, for names that are data, and for how often a step repeats.
/// 8 bytes per node and per string. O(nodes), and one call of `fold` per name.
class PathShapes {
 public:
  /// Makes names that are data equal: "user:17" -> "user:*".
  using Fold = std::function<std::string(std::string_view)>;
  PathShapes(const SnapshotGraph& graph, const ClassTable& classes, const RetainingTree& tree, const Fold& fold);

  /// Equal for nodes whose paths are alike; 0 for what no path reaches. Good within one snapshot.
  [[nodiscard]] std::uint64_t of(NodeIndex n) const noexcept { return shape_[n.get()]; }
  /// Equal for edges of one kind whose names are alike.
  [[nodiscard]] std::uint64_t of_edge(const SnapshotGraph& graph, const SnapshotGraph::Edge& e) const noexcept;
  /// Of the path to `source` and one edge from there.
  [[nodiscard]] std::uint64_t of_step(const SnapshotGraph& graph, const PathStep& step) const noexcept;

 private:
  Column<std::uint64_t> name_;   // by string
  Column<std::uint64_t> shape_;  // by node
};

/// Whether `store` keeps the properties or elements of `owner`. V8 writes such references twice: from the owner, and
/// from its store; for a programmer they are one.
[[nodiscard]] bool is_own_store(const SnapshotGraph& graph, NodeIndex owner, NodeIndex store);

/// What an edge into an object means for its life.
enum class Hold {
  path,       ///< on the shortest path
  store,      ///< the backing store's half of a property or element that its owner refers to as well
  holds,      ///< retains it on its own: a path that does not pass the object leads here
  cycle,      ///< comes from what only the object itself keeps alive
  weak,       ///< a weak edge
  no_hold,    ///< does not retain by DevTools' rules: a WeakMap's table, a shortcut, from outside into the page
  unreached,  ///< its source is not reached from the root
};

struct Holder {
  PathStep step;
  Hold hold;
};

/// Every edge into `n`, by source. One pass over all edges.
[[nodiscard]] std::vector<Holder> holders_of(const SnapshotGraph& graph, const BitColumn& page_owned,
                                             const RetainingTree& tree, const DominatorOrder& order, NodeIndex n);

/// A way to the object other than the shortest one. It leaves that path once and comes back once.
struct OtherPath {
  std::vector<PathStep> steps;  ///< from the root
  std::size_t shared_head = 0;  ///< steps from the root in common with the shortest path
  std::size_t shared_tail = 0;  ///< steps to the object in common with it
  std::uint64_t alike = 1;      ///< paths of this shape that come back at the same place, this one included
};

struct RetainingPaths {
  std::vector<PathStep> shortest;   ///< from the root; empty when nothing holds the object
  std::vector<OtherPath> others;    ///< those that reach the object itself first, then its holders upwards
  std::uint64_t direct = 0;         ///< of all further shapes, those that reach the object itself
  std::uint64_t left_out = 0;       ///< shapes beyond the limit
  std::uint64_t cycles_folded = 0;  ///< edges into the path from what only lives because of it
  std::uint64_t not_searched = 0;   ///< shapes whose way around the path was not looked for (more than 4 searches)
};

/// The shortest path of `tree` to `n`, and up to `limit` others, one per shape. Each is simple: it visits no node
/// twice. O(nodes + edges), up to five times where holders are reached through the object itself first.
[[nodiscard]] RetainingPaths find_paths(const SnapshotGraph& graph, const BitColumn& page_owned,
                                        const RetainingTree& tree, const DominatorOrder& order,
                                        const PathShapes& shapes, NodeIndex n, std::size_t limit);

}  // namespace heapdiff
