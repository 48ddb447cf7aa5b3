#pragma once
// Finds one edge of many nodes by its name.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <string_view>

namespace heapdiff::series {

/// The target of a node's internal edge of one name. Names are compared as numbers once one was found, because a
/// snapshot has each name once as a rule. Refers to `graph`. Not for several threads.
class EdgeLookup {
 public:
  /// `name` has to outlive this object.
  EdgeLookup(const SnapshotGraph& graph, std::string_view name) : graph_(graph), name_(name) {}

  /// None where the node has no such edge. O(edges of the node).
  [[nodiscard]] NodeIndex target_of(NodeIndex n) {
    for (const SnapshotGraph::Edge edge : graph_.edges(n)) {
      if (edge.type == EdgeType::internal && is_known_ && graph_.edge_name_raw(edge) == known_) {
        return edge.target;
      }
    }
    const auto edge = graph_.find_edge(n, EdgeType::internal, name_);
    if (!edge) {
      return NodeIndex::none();
    }
    known_ = graph_.edge_name_raw(*edge);
    is_known_ = true;
    return edge->target;
  }

 private:
  const SnapshotGraph& graph_;
  std::string_view name_;
  std::uint32_t known_ = 0;
  bool is_known_ = false;
};

}  // namespace heapdiff::series
