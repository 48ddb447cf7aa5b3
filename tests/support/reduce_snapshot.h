#pragma once
// The head of a real snapshot as a file of its own: small enough for tests that try every byte.

#include "support/snapshot_document.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::test {

/// Keeps the first `most_nodes` nodes that a walk from the root meets, the edges between them, their places and their
/// names. Traces go: their tree alone is larger than all of it.
inline std::string reduced_snapshot(std::string_view text, std::size_t most_nodes) {
  SnapshotDocument document(text);
  const std::size_t node_stride = document.stride("node_fields");
  const std::size_t edge_stride = document.stride("edge_fields");
  const std::size_t name = document.field("node_fields", "name");
  const std::size_t edge_count = document.field("node_fields", "edge_count");
  const std::size_t edge_name = document.field("edge_fields", "name_or_index");
  const std::size_t edge_type = document.field("edge_fields", "type");
  const std::size_t to_node = document.field("edge_fields", "to_node");
  const auto edge_kinds = document.meta()["edge_types"][edge_type].get<std::vector<std::string>>();
  const SnapshotDocument::Numbers nodes = document.numbers("nodes");
  const SnapshotDocument::Numbers edges = document.numbers("edges");
  const std::size_t count = document.node_count();

  std::vector<std::size_t> first_edge(count + 1);
  for (std::size_t n = 0; n < count; ++n) {
    first_edge[n + 1] = first_edge[n] + static_cast<std::size_t>(nodes[n * node_stride + edge_count]) * edge_stride;
  }
  std::vector<std::int64_t> new_position(count, -1);
  std::vector<std::size_t> kept{0};
  new_position[0] = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    for (std::size_t e = first_edge[kept[i]]; e < first_edge[kept[i] + 1]; e += edge_stride) {
      const auto to = static_cast<std::size_t>(edges[e + to_node]) / node_stride;
      if (new_position[to] < 0 && kept.size() < most_nodes) {
        new_position[to] = static_cast<std::int64_t>(kept.size() * node_stride);
        kept.push_back(to);
      }
    }
  }

  std::vector<std::string> strings;
  std::vector<std::int64_t> new_string(document.strings.size(), -1);
  const auto string = [&](std::int64_t old) {
    std::int64_t& at = new_string[static_cast<std::size_t>(old)];
    if (at < 0) {
      at = static_cast<std::int64_t>(strings.size());
      strings.push_back(document.strings[static_cast<std::size_t>(old)].substr(0, 40));
    }
    return at;
  };
  SnapshotDocument::Numbers new_nodes;
  SnapshotDocument::Numbers new_edges;
  for (const std::size_t n : kept) {
    std::int64_t left = 0;
    for (std::size_t e = first_edge[n]; e < first_edge[n + 1]; e += edge_stride) {
      const std::int64_t to = new_position[static_cast<std::size_t>(edges[e + to_node]) / node_stride];
      if (to < 0) {
        continue;
      }
      ++left;
      for (std::size_t f = 0; f < edge_stride; ++f) {
        const std::string& kind = edge_kinds[static_cast<std::size_t>(edges[e + edge_type])];
        const bool named = f == edge_name && kind != "element" && kind != "hidden";
        new_edges.push_back(f == to_node ? to : named ? string(edges[e + f]) : edges[e + f]);
      }
    }
    for (std::size_t f = 0; f < node_stride; ++f) {
      const std::int64_t old = nodes[n * node_stride + f];
      new_nodes.push_back(f == edge_count ? left : f == name ? string(old) : old);
    }
  }
  const std::size_t place_stride = document.meta().contains("location_fields") ? document.stride("location_fields") : 0;
  SnapshotDocument::Numbers places;
  if (place_stride > 0) {
    const SnapshotDocument::Numbers old = document.numbers("locations");
    for (std::size_t at = 0; at + place_stride <= old.size(); at += place_stride) {
      const std::int64_t to = new_position[static_cast<std::size_t>(old[at]) / node_stride];
      if (to >= 0 && place_stride == 4) {
        places.insert(places.end(), {to, old[at + 1], old[at + 2], old[at + 3]});
      }
    }
    document.numbers("locations") = std::move(places);
  }
  document.numbers("nodes") = std::move(new_nodes);
  document.numbers("edges") = std::move(new_edges);
  document.numbers("trace_function_infos").clear();
  document.numbers("samples").clear();
  document.drop("trace_tree");
  document.header()["trace_function_count"] = 0;
  document.strings = std::move(strings);
  return document.text(kRowLines);
}

}  // namespace heapdiff::test
