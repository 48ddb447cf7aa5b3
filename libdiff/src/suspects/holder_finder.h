#pragma once
// What holds a new subtree of the dominator tree: the nearest old object that the program itself would name.

#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/retaining_tree.h"
#include "series/cohorts.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace heapdiff {

/// Of one new object: the old object that the program itself would name.
struct OldHolder {
  NodeIndex node;
  NodeIndex last;   ///< where the climb ended: held by `node`
  NodeIndex event;  ///< below `last`, the nearest to it that hangs by a property; none when there is none
  bool artefact = false;
};

/// Climbs from new objects to their holders. Refers to what it is given; it must outlive the finder.
class HolderFinder {
 public:
  HolderFinder(const Heap& heap, const Cohorts& cohorts, const RetainingTree& tree);

  /// Climbs from `top` to what holds it. Rings and chains are thousands of links long: each link is climbed once.
  [[nodiscard]] OldHolder holder_of(NodeIndex top);

  /// The uppermost member of the recursive structure that `top` hangs in: of a tree or trie of nodes of one class of
  /// the program. None when `top` and its holder are no such nodes. Each member is climbed from once.
  [[nodiscard]] NodeIndex structure_of(NodeIndex top, NodeIndex holder);

  /// The object whose `_events` lead to `n`, when `n` is a part of them; else `n`.
  [[nodiscard]] NodeIndex emitter_above(NodeIndex n) const;

  /// Folded names from the holder up, as far as they tell one place in a program from another.
  [[nodiscard]] std::string signature_of(NodeIndex holder, const std::string& label) const;

  /// The holder's own edge towards what it holds, folded.
  [[nodiscard]] std::string label_below(const OldHolder& holder) const;

 private:
  /// Whether the climb from `below` goes on past its parent.
  [[nodiscard]] bool is_passed(NodeIndex parent, NodeIndex below) const;

  /// Notes the holder of `n`; its parent's is known where the climb goes past the parent.
  void settle(NodeIndex n);

  /// The nearest object of a class above `n`, with nothing but collections and their stores in between.
  [[nodiscard]] NodeIndex member_above(NodeIndex n, ClassIndex wanted) const;

  [[nodiscard]] bool is_core_module(NodeIndex n) const;

  /// Up to Node 14 machinery has no class: "system". The edge of the closure tells.
  [[nodiscard]] bool is_feedback_cell(NodeIndex n) const;

  /// One link of a chain of equals: the next one has the same class and hangs by the same label.
  [[nodiscard]] bool is_link(NodeIndex n, NodeIndex below) const;

  const Heap& heap_;
  const SnapshotGraph& graph_;
  const Cohorts& cohorts_;
  const RetainingTree& tree_;
  std::vector<std::uint32_t> state_of_;  // per node: position in states_ plus one
  std::vector<OldHolder> states_;
  std::unordered_map<std::uint32_t, NodeIndex> structures_;  // member of a recursive structure -> its uppermost one
};

}  // namespace heapdiff
