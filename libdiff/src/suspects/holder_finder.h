#pragma once
// What holds a new subtree of the dominator tree: the nearest old object that a programmer would name.

#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/retaining_tree.h"
#include "series/cohorts.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace heapdiff::suspects {

/// The holder of a new object, and the way from the one to the other.
struct OldHolder {
  NodeIndex node;            ///< the root of the heap when there is no other holder
  NodeIndex child;           ///< the last node on the way: `node` is its parent in the retaining tree
  NodeIndex by_property;     ///< the node below `child` and nearest to it that hangs by a property; may be none
  bool is_overhead = false;  ///< the way leads through compiled code, feedback or modules of Node
};

/// Walks up the retaining tree from new objects to their holders. Refers to its arguments; they must outlive it.
class HolderFinder {
 public:
  HolderFinder(const Heap& heap, const series::Cohorts& cohorts, const RetainingTree& tree);

  /// The holder of the subtree at `root`. Rings and chains are thousands of links long, so the result of each link is
  /// kept. O(1) for each node, once.
  [[nodiscard]] OldHolder holder_of(NodeIndex root);

  /// The uppermost node of the program's own tree or trie that the subtree at `root` hangs in: its nodes have the
  /// subtree root's class. None when the subtree hangs in no such tree. Each node is visited once.
  [[nodiscard]] NodeIndex structure_of(NodeIndex root, NodeIndex holder);

  /// The emitter, when `n` is a part of an emitter's listeners; else `n`.
  [[nodiscard]] NodeIndex emitter_above(NodeIndex n) const;

  /// The object above `n` that a script can name, when `n` is one of Blink's own objects; else `n`.
  [[nodiscard]] NodeIndex script_object_above(NodeIndex n) const;

  /// `label` and the folded path from the holder up, four steps: enough to distinguish the places of a program.
  [[nodiscard]] std::string signature_of(NodeIndex holder, const std::string& label) const;

  /// The name of the holder's edge to what it holds, folded; "_events EVENT" for listeners.
  [[nodiscard]] std::string label_below(const OldHolder& holder) const;

 private:
  /// Whether the walk from `below` continues past its parent.
  [[nodiscard]] bool is_passed(NodeIndex parent, NodeIndex below) const;

  /// Stores the result for `n`. When the walk continues past the parent of `n`, the parent's is already stored.
  void settle(NodeIndex n);

  /// The nearest object of a class above `n` when nothing but collections and their stores lies between the two.
  [[nodiscard]] NodeIndex tree_node_above(NodeIndex n, ClassIndex wanted) const;

  /// One of Node's own modules, which Node loads when a program first asks for it.
  [[nodiscard]] bool is_builtin_module(NodeIndex n) const;

  /// V8's feedback cell. Up to Node 14 such objects have no class of their own, only the closure's edge shows it.
  [[nodiscard]] bool is_feedback_cell(NodeIndex n) const;

  /// Whether `n` is a link of a chain: its own parent has the same class and refers to it by the same label.
  [[nodiscard]] bool is_link(NodeIndex n, NodeIndex below) const;

  const Heap& heap_;
  const SnapshotGraph& graph_;
  const series::Cohorts& cohorts_;
  const RetainingTree& tree_;
  Column<std::uint32_t> result_of_;  // by node: position in results_ plus one
  std::vector<OldHolder> results_;
  std::unordered_map<std::uint32_t, NodeIndex> structures_;  // node of a tree to the uppermost one
};

}  // namespace heapdiff::suspects
