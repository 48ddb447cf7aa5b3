#pragma once
// How objects are held: which of them are held alike, and the path to one of them.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/heap_explorer.h"
#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/retaining_tree.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace heapdiff::explorer {

/// Gives each name its position in HeapExplorer::names.
class NameList {
 public:
  explicit NameList(std::vector<std::string>& names) : names_(names) {}
  [[nodiscard]] std::uint32_t add(std::string name);

 private:
  std::vector<std::string>& names_;
  std::map<std::string, std::uint32_t> position_;
};

/// What objects are called: by their class; instances of a mixin, which V8 gives the class of what was mixed in, by the
/// function that owns their prototype; functions by their own name. Never by the text of a string. O(closures) to make.
/// Refers to the heap.
class Labels {
 public:
  explicit Labels(const Heap& heap);
  [[nodiscard]] std::string of(NodeIndex n) const;
  /// Equal for two nodes when their labels come from one class or one name.
  [[nodiscard]] std::uint64_t key(NodeIndex n) const;

 private:
  [[nodiscard]] StringIndex owner_name(NodeIndex n) const;

  const Heap& heap_;
  std::map<std::uint32_t, StringIndex> owner_of_;  // prototype to the name of its function
};

/// The shape of the path to every node. Two objects are held alike when their paths differ in nothing but indices,
/// names that are data, keys of a dictionary, and how often a step repeats. 12 bytes per node, and a bit. O(nodes +
/// edges). Refers to its arguments.
class HeldShapes {
 public:
  HeldShapes(const Heap& heap, const RetainingTree& tree, const Labels& labels);

  /// 0 for nodes that no path reaches. To be compared within one snapshot.
  [[nodiscard]] std::uint64_t of(NodeIndex n) const noexcept { return shape_[n.get()]; }

  /// The name of the edge that leads to `n` in the tree, as a page shows it.
  [[nodiscard]] ExplorerEdge edge_to(NodeIndex n) const;

  [[nodiscard]] const Heap& heap() const noexcept { return heap_; }
  [[nodiscard]] const RetainingTree& tree() const noexcept { return tree_; }
  [[nodiscard]] const Labels& labels() const noexcept { return labels_; }

 private:
  void find_dictionaries();

  const Heap& heap_;
  const RetainingTree& tree_;
  const Labels& labels_;
  BitColumn dictionary_;  // plain objects whose keys are data
  Column<std::uint64_t> shape_;
};

/// Collects paths, which share their beginnings.
class PathList {
 public:
  PathList(const HeldShapes& shapes, NameList& names, HeapExplorer& into)
      : shapes_(shapes), names_(names), into_(into) {}
  /// Position of the last step of the path to `n`; none for the root and for nodes that no path reaches. O(length).
  [[nodiscard]] std::uint32_t add(NodeIndex n);

 private:
  [[nodiscard]] std::uint32_t edge_position(const ExplorerEdge& edge);

  const HeldShapes& shapes_;
  NameList& names_;
  HeapExplorer& into_;
  std::map<std::pair<std::string, bool>, std::uint32_t> edges_;
  std::map<std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>, std::uint32_t> steps_;
};

}  // namespace heapdiff::explorer
