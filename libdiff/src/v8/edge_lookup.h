#pragma once
// Finds one edge of many nodes by its name.

#include "heapdiff/snapshot/snapshot_graph.h"
#include "v8/name_memo.h"

#include <cstdint>
#include <string_view>

namespace heapdiff::v8 {

/// The target of a node's edge of one type and name. Refers to `graph`. Not for several threads.
class EdgeLookup {
 public:
  /// `name` has to outlive this object.
  EdgeLookup(const SnapshotGraph& graph, std::string_view name, EdgeType type = EdgeType::internal)
      : graph_(graph), type_(type), has_name_(Equals{graph, name}) {}

  /// As `find_target` of the graph: the first such edge; none where the node has none. O(edges of the node).
  [[nodiscard]] NodeIndex target_of(NodeIndex n) {
    for (const SnapshotGraph::Edge edge : graph_.edges(n)) {
      if (edge.type == type_ && has_name_(graph_.edge_name_raw(edge))) {
        return edge.target;
      }
    }
    return NodeIndex::none();
  }

 private:
  struct Equals {
    const SnapshotGraph& graph;
    std::string_view name;
    bool operator()(std::uint32_t string) const { return graph.strings()[StringIndex(string)] == name; }
  };

  const SnapshotGraph& graph_;
  EdgeType type_;
  NameMemo<Equals> has_name_;
};

}  // namespace heapdiff::v8
