#pragma once
// Finds one edge of many nodes by its name.

#include "heapdiff/snapshot/snapshot_graph.h"
#include "series/name_memo.h"

#include <cstdint>
#include <string_view>

namespace heapdiff::series {

/// The target of a node's internal edge of one name. Refers to `graph`. Not for several threads.
class EdgeLookup {
 public:
  /// `name` has to outlive this object.
  EdgeLookup(const SnapshotGraph& graph, std::string_view name) : graph_(graph), has_name_(Equals{graph, name}) {}

  /// None where the node has no such edge. O(edges of the node).
  [[nodiscard]] NodeIndex target_of(NodeIndex n) {
    for (const SnapshotGraph::Edge edge : graph_.edges(n)) {
      if (edge.type == EdgeType::internal && has_name_(graph_.edge_name_raw(edge))) {
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
  NameMemo<Equals> has_name_;
};

}  // namespace heapdiff::series
