#pragma once
// Constructors: the class that DevTools groups each node under.

#include "heapdiff/snapshot/column.h"
#include "heapdiff/snapshot/index.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// One row of the Summary view.
struct ClassInfo {
  std::string name;      ///< "UserProfile", "(string)", "Function", "{id, name}"
  bool located = false;  ///< the key carries a position: classes of one name stay apart
  std::uint32_t script_id = 0;
  std::uint32_t line = 0;    ///< 0-based
  std::uint32_t column = 0;  ///< 0-based
  /// DevTools' key: `scriptId,line,column,Name` or `,Name`. Good within one process only.
  [[nodiscard]] std::string key() const;
};

/// A shape that enough plain objects share, with the name DevTools makes of it.
struct InterfaceDefinition {
  std::string name;                     ///< "{id, name}"
  std::vector<std::string> properties;  ///< in the order of the name
};

/// The class of every node.
class ClassTable {
 public:
  [[nodiscard]] ClassIndex of(NodeIndex n) const noexcept { return ClassIndex(class_of_[n.get()]); }
  [[nodiscard]] const ClassInfo& info(ClassIndex c) const noexcept { return classes_[c.get()]; }
  [[nodiscard]] std::string_view name(NodeIndex n) const noexcept { return info(of(n)).name; }
  [[nodiscard]] std::size_t size() const noexcept { return classes_.size(); }
  /// Asks for the class of `n` before it is needed.
  void prefetch(NodeIndex n) const noexcept { __builtin_prefetch(class_of_.address(n.get())); }

 private:
  friend class ClassNamer;
  PackedColumn class_of_;
  std::vector<ClassInfo> classes_;
};

/// The shapes of plain objects (nodes of kind object named `Object`) that are worth a name, most frequent first.
/// Source: DevTools' inferInterfaceDefinitions. O(edges of plain objects). Needs edge names.
[[nodiscard]] std::vector<InterfaceDefinition> infer_interfaces(const SnapshotGraph& graph);

/// Names and groups every node. A comparison has to use one set of definitions for both sides (DevTools takes the
/// newer snapshot's). 2 bytes per node, 4 beyond 65,536 classes.
[[nodiscard]] ClassTable compute_classes(const SnapshotGraph& graph,
                                         const std::vector<InterfaceDefinition>& interfaces);

/// Both at once, with one look at the plain objects. `given`, when not null, is used in place of the graph's own
/// shapes.
struct NamedClasses {
  std::vector<InterfaceDefinition> interfaces;
  ClassTable classes;
};
[[nodiscard]] NamedClasses name_classes(const SnapshotGraph& graph, const std::vector<InterfaceDefinition>* given);

}  // namespace heapdiff
