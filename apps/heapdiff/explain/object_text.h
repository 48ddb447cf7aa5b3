#pragma once
// Names of objects, edges and places. The text of a string is never shown; secrets in names are masked.

#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/retaining_tree.h"

#include <string>

namespace heapdiff {

/// Names for the objects of one snapshot.
class ObjectText {
 public:
  explicit ObjectText(const Heap& heap) : heap_(heap), owners_(heap.graph) {}

  /// The name without the id: "Redis", "flush()" for a function, "(root)". It is DevTools' class name, except for
  /// instances that a mixin gives the name of another class: they get the name of the function that owns their
  /// prototype.
  [[nodiscard]] std::string label(NodeIndex n) const;
  /// "Redis @123".
  [[nodiscard]] std::string with_id(NodeIndex n) const;
  /// ".name", "[\"odd name\"]", "[3]", "variable name", "(table)".
  [[nodiscard]] std::string edge(const SnapshotGraph::Edge& edge) const;
  /// An edge with its origin: "Redis._events", "variable cache", "Map @5 (table)"; `with_id`: "Redis._events (of
  /// @123)".
  [[nodiscard]] std::string reference(const PathStep& step, bool with_id = false) const;
  /// How `n` is held in the tree, from the nearest object that a programmer knows: `Redis._events["invalidate:*"][…]`.
  /// Data in names is folded. Empty when no path reaches `n`.
  [[nodiscard]] std::string held_by(const RetainingTree& tree, NodeIndex n) const;

 private:
  const Heap& heap_;
  PrototypeOwners owners_;
};

}  // namespace heapdiff
