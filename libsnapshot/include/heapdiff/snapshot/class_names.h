#pragma once
// The class (constructor) under which DevTools groups each node.

#include "heapdiff/snapshot/detail/column.h"
#include "heapdiff/snapshot/index.h"
#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

namespace graph {
class ClassNamer;  // fills a ClassTable
}

/// One row of the Summary view.
struct ClassInfo {
  std::string name;      ///< "UserProfile", "(string)", "Function", "{id, name}"
  bool located = false;  ///< the key has a position, so that classes of one name are kept apart
  std::uint32_t script_id = 0;
  std::uint32_t line = 0;    ///< 0-based
  std::uint32_t column = 0;  ///< 0-based
  /// DevTools' key: `scriptId,line,column,Name` or `,Name`. Script ids are valid within one process only.
  [[nodiscard]] std::string key() const;
};

/// A sequence of property names that many plain objects share, and the class name that DevTools makes of it.
struct InterfaceDefinition {
  std::string name;                     ///< "{id, name}"
  std::vector<std::string> properties;  ///< in the order of the name
};

/// The class of every node. Does not refer to the graph. Any number of threads may read it at the same time.
class ClassTable {
 public:
  [[nodiscard]] ClassIndex of(NodeIndex n) const noexcept { return ClassIndex(class_of_[n.get()]); }
  [[nodiscard]] const ClassInfo& info(ClassIndex c) const noexcept { return classes_[c.get()]; }
  [[nodiscard]] std::string_view name(NodeIndex n) const noexcept { return info(of(n)).name; }
  [[nodiscard]] std::size_t size() const noexcept { return classes_.size(); }
  /// Loads the class of `n` into the cache before it is needed.
  void prefetch(NodeIndex n) const noexcept { __builtin_prefetch(class_of_.address(n.get())); }

 private:
  friend class graph::ClassNamer;
  PackedColumn class_of_;
  std::vector<ClassInfo> classes_;
};

/// The definitions that enough plain objects (nodes of type object named `Object`) share, most frequent first.
/// Source: DevTools' inferInterfaceDefinitions. O(edges of plain objects). Needs edge names.
[[nodiscard]] std::vector<InterfaceDefinition> infer_interfaces(const SnapshotGraph& graph);

/// Gives every node its class. A comparison has to use one set of definitions for both snapshots; DevTools uses the
/// newer snapshot's. O(nodes + edges of plain objects). 2 bytes per node, 4 beyond 65,535 classes. Needs edge names.
[[nodiscard]] ClassTable compute_classes(const SnapshotGraph& graph,
                                         const std::vector<InterfaceDefinition>& interfaces);

/// `infer_interfaces` and `compute_classes` in one pass over the plain objects. `given`, when not null, is used in
/// place of the graph's own definitions.
struct NamedClasses {
  std::vector<InterfaceDefinition> interfaces;
  ClassTable classes;
};
[[nodiscard]] NamedClasses name_classes(const SnapshotGraph& graph, const std::vector<InterfaceDefinition>* given);

}  // namespace heapdiff
