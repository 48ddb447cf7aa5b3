#include "heapdiff/snapshot/snapshot_graph.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

SnapshotGraph::SnapshotGraph(SnapshotMeta meta, GraphColumns columns, StringTable strings, Locations locations)
    : meta_(std::move(meta)), c_(std::move(columns)), strings_(std::move(strings)), locations_(std::move(locations)) {
  for (std::size_t i = 0; i < c_.node_count; ++i) {
    total_self_size_ += c_.self_size[i];
  }
}

std::string_view SnapshotGraph::type_name(NodeIndex n) const noexcept {
  return meta_.node_type_text[static_cast<std::size_t>(type(n))];
}

std::string SnapshotGraph::edge_label(const Edge& e) const {
  return is_numbered(e.type) ? fmt::format("{}", edge_name_raw(e)) : std::string(edge_name(e));
}

std::optional<SnapshotGraph::Edge> SnapshotGraph::find_edge(NodeIndex n, EdgeType type, std::string_view name) const {
  for (const Edge e : edges(n)) {
    if (e.type == type && edge_name(e) == name) {
      return e;
    }
  }
  return std::nullopt;
}

NodeIndex SnapshotGraph::find_target(NodeIndex n, EdgeType type, std::string_view name) const {
  const auto edge = find_edge(n, type, name);
  return edge ? edge->target : NodeIndex::none();
}

bool SnapshotGraph::is_ephemeron_name(std::uint32_t string) const noexcept {
  return std::binary_search(ephemeron_names_.begin(), ephemeron_names_.end(), string);
}

}  // namespace heapdiff
