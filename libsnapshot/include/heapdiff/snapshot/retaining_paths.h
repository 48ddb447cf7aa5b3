#pragma once
// How one object is held: the shortest path, and paths that differ from it.

#include "heapdiff/snapshot/class_names.h"
#include "heapdiff/snapshot/detail/column.h"
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

/// Groups shortest paths by shape. Paths have one shape when they differ in nothing but indices, names that are data,
/// and how often a step repeats. 8 bytes per node and per string. O(nodes) to make, and one call of `fold` per name.
/// Does not refer to its arguments.
class PathShapes {
 public:
  /// Replaces the data in a name, so that such names become equal: "user:17" -> "user:*".
  using Fold = std::function<std::string(std::string_view)>;
  PathShapes(const SnapshotGraph& graph, const ClassTable& classes, const RetainingTree& tree, const Fold& fold);

  /// The shape of the path to `n`; 0 for nodes that no path reaches. To be compared within one snapshot.
  [[nodiscard]] std::uint64_t of(NodeIndex n) const noexcept { return shape_[n.get()]; }
  /// The shape of one edge: its type and the folded name.
  [[nodiscard]] std::uint64_t of_edge(const SnapshotGraph& graph, const SnapshotGraph::Edge& e) const noexcept;
  /// The shape of the path to the step's source and the step's edge.
  [[nodiscard]] std::uint64_t of_step(const SnapshotGraph& graph, const PathStep& step) const noexcept;

 private:
  Column<std::uint64_t> name_;   // by string
  Column<std::uint64_t> shape_;  // by node
};

/// Whether `store` holds the properties or elements of `owner`. V8 writes such a reference twice, from the owner and
/// from its store; for a programmer it is one.
[[nodiscard]] bool is_own_store(const SnapshotGraph& graph, NodeIndex owner, NodeIndex store);

/// What an edge to an object means for its lifetime.
enum class Hold {
  path,       ///< on the shortest path
  store,      ///< from the backing store, where the owner has the same property or element
  holds,      ///< retains it: another path leads to the source without passing the object
  cycle,      ///< its source is kept alive by the object only
  weak,       ///< a weak edge
  no_hold,    ///< does not retain by DevTools' rules (see EssentialEdges)
  unreached,  ///< the root does not reach its source
};

struct Holder {
  PathStep step;
  Hold hold;
};

/// Every edge to `n`, in order of sources. One pass over all edges.
[[nodiscard]] std::vector<Holder> holders_of(const SnapshotGraph& graph, const BitColumn& page_owned,
                                             const RetainingTree& tree, const DominatorOrder& order, NodeIndex n);

/// A path to the object other than the shortest one. It leaves the shortest path once and joins it once.
struct OtherPath {
  std::vector<PathStep> steps;  ///< from the root
  std::size_t shared_head = 0;  ///< steps from the root in common with the shortest path
  std::size_t shared_tail = 0;  ///< steps before the object in common with it
  std::uint64_t alike = 1;      ///< paths of this shape that join at the same node, this one included
};

struct RetainingPaths {
  std::vector<PathStep> shortest;   ///< from the root; empty when nothing holds the object
  std::vector<OtherPath> others;    ///< first those that join at the object, then at its holder, and so on
  std::uint64_t direct = 0;         ///< number of further shapes that join at the object itself
  std::uint64_t left_out = 0;       ///< number of shapes beyond the limit
  std::uint64_t cycles_folded = 0;  ///< edges to the path from nodes that only the path keeps alive
  std::uint64_t not_searched = 0;   ///< shapes that would have needed a fifth search around the path
};

/// The shortest path of `tree` to `n`, and up to `limit` others, one per shape. No path visits a node twice.
/// O(nodes + edges), up to five times where `tree` reaches holders through the object itself.
[[nodiscard]] RetainingPaths find_paths(const SnapshotGraph& graph, const BitColumn& page_owned,
                                        const RetainingTree& tree, const DominatorOrder& order,
                                        const PathShapes& shapes, NodeIndex n, std::size_t limit);

}  // namespace heapdiff
