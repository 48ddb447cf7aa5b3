#pragma once
// What the library does with a graph and its users must not: fill it, read its columns directly, and free parts of it.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace heapdiff::graph {

/// The only friend of SnapshotGraph. Whoever frees a part makes sure that nothing reads it any more.
class GraphAccess {
 public:
  [[nodiscard]] static SnapshotGraph make(SnapshotMeta meta, GraphColumns columns, StringTable strings,
                                          Locations locations) {
    return {std::move(meta), std::move(columns), std::move(strings), std::move(locations)};
  }
  [[nodiscard]] static GraphColumns& columns(SnapshotGraph& graph) noexcept { return graph.c_; }
  [[nodiscard]] static const GraphColumns& columns(const SnapshotGraph& graph) noexcept { return graph.c_; }
  /// `sorted`: string indices, ascending.
  static void set_ephemeron_names(SnapshotGraph& graph, std::vector<std::uint32_t> sorted) {
    graph.ephemeron_names_ = std::move(sorted);
  }

  static void drop_edge_names(SnapshotGraph& graph) noexcept { graph.c_.edge_name.release(); }
  static void drop_node_ids(SnapshotGraph& graph) noexcept { graph.c_.id.release(); }
  /// Frees positions and traces. Once classes are named, only the sites of suspects need them.
  static void drop_locations(SnapshotGraph& graph) noexcept {
    graph.c_.trace_id.release();
    graph.locations_ = Locations();
  }
  /// Frees texts, ids, positions and traces. Kinds, sizes and edges stay.
  static void drop_node_names(SnapshotGraph& graph) noexcept {
    graph.c_.name.release();
    drop_node_ids(graph);
    drop_locations(graph);
    graph.strings_ = StringTable();
    graph.ephemeron_names_ = std::vector<std::uint32_t>();
  }
  static void drop_edges(SnapshotGraph& graph) noexcept {
    graph.c_.edge_target.release();
    graph.c_.edge_name.release();
    graph.c_.first_edge.release();
  }
};

}  // namespace heapdiff::graph
