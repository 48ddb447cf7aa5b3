#pragma once
// Objects, edges and places in words. Texts of strings never; secrets in names are masked.

#include "heapdiff/diff/facts.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/retaining_tree.h"

#include <string>

namespace heapdiff {

/// Names for the objects of one snapshot.
class ObjectText {
 public:
  explicit ObjectText(const Heap& heap) : heap_(heap), owners_(heap.graph) {}

  /// "Redis", "flush()" for a function, "(root)": without the id. The class as DevTools has it, but for instances that
  /// a mixin makes look like another class: those are named by the function whose prototype they have.
  [[nodiscard]] std::string label(NodeIndex n) const;
  /// "Redis @123".
  [[nodiscard]] std::string with_id(NodeIndex n) const;
  /// ".name", "[\"odd name\"]", "[3]", "variable name", "(table)".
  [[nodiscard]] std::string edge(const SnapshotGraph::Edge& edge) const;
  /// "Redis._events", "variable cache", "Map @5 (table)": an edge with what it leaves. `with_id`: "Redis._events (of
  /// @123)".
  [[nodiscard]] std::string reference(const PathStep& step, bool with_id = false) const;
  /// How the tree holds `n`, from the nearest object that says something to a programmer:
  /// `Redis._events["invalidate:*"][…]`. Data in names is folded. Empty for what no path reaches.
  [[nodiscard]] std::string held_by(const RetainingTree& tree, NodeIndex n) const;

 private:
  const Heap& heap_;
  PrototypeOwners owners_;
};

}  // namespace heapdiff
