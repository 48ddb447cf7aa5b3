#pragma once
// Retained sizes as one would define them on paper: take a node out, and see what cannot be reached
// any more.
//
// Written from DevTools' rules and not from dominators.cpp: a second opinion. O(nodes * edges): for
// small graphs.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff::test {

using Adjacency = std::vector<std::vector<std::uint32_t>>;

/// What the page owns: reachable from the root's shortcuts, and from "(Document DOM trees)",
/// without weak edges.
inline std::vector<bool> naive_page_owned(const SnapshotGraph& graph) {
  std::vector<bool> owned(graph.node_count());
  std::vector<std::uint32_t> list;
  const auto add = [&](NodeIndex n) {
    if (!owned[n.get()]) {
      owned[n.get()] = true;
      list.push_back(n.get());
    }
  };
  for (const SnapshotGraph::Edge e : graph.edges(SnapshotGraph::root())) {
    const bool documents =
        graph.type(e.target) == NodeType::synthetic && graph.name(e.target) == "(Document DOM trees)";
    if (e.type == EdgeType::shortcut || (e.type == EdgeType::element && documents)) {
      add(e.target);
    }
  }
  while (!list.empty()) {
    const NodeIndex n(list.back());
    list.pop_back();
    for (const SnapshotGraph::Edge e : graph.edges(n)) {
      if (e.type != EdgeType::weak) {
        add(e.target);
      }
    }
  }
  return owned;
}

inline std::vector<bool> naive_reach(const Adjacency& out, std::uint32_t without) {
  std::vector<bool> reached(out.size());
  std::vector<std::uint32_t> list{0};
  reached[0] = true;
  while (!list.empty()) {
    const std::uint32_t n = list.back();
    list.pop_back();
    for (const std::uint32_t to : out[n]) {
      if (to != without && !reached[to]) {
        reached[to] = true;
        list.push_back(to);
      }
    }
  }
  return reached;
}

/// The edges that retain, and one from the root to every node that no retaining edge holds.
inline Adjacency naive_retaining_edges(const SnapshotGraph& graph) {
  const std::vector<bool> owned = naive_page_owned(graph);
  Adjacency out(graph.node_count());
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const std::string own_table = fmt::format(" pair in WeakMap (table @{})", graph.id(NodeIndex(i)));
    for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(i))) {
      const bool table_half = !SnapshotGraph::is_numbered(e.type) && graph.edge_name(e).ends_with(own_table);
      const bool retains = e.type != EdgeType::weak && e.target.get() != i &&
                           (e.type != EdgeType::shortcut || i == 0) && !table_half &&
                           (i == 0 || !owned[e.target.get()] || owned[i]);
      if (retains) {
        out[i].push_back(e.target.get());
      }
    }
  }
  const std::vector<bool> reached = naive_reach(out, UINT32_MAX);
  std::vector<bool> held = reached;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    for (const std::uint32_t to : out[i]) {
      held[to] = held[to] || !reached[i];
    }
  }
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (!held[i]) {
      out[0].push_back(i);
    }
  }
  return out;
}

/// Bytes per node. What only a ring of unreachable nodes holds retains itself alone; the root
/// retains everything.
inline std::vector<std::uint64_t> naive_retained(const SnapshotGraph& graph) {
  const Adjacency out = naive_retaining_edges(graph);
  const std::vector<bool> reached = naive_reach(out, UINT32_MAX);
  std::vector<std::uint64_t> retained(graph.node_count());
  for (std::uint32_t v = 0; v < graph.node_count(); ++v) {
    if (v != 0 && !reached[v]) {
      retained[v] = graph.self_size(NodeIndex(v));
      continue;
    }
    const std::vector<bool> left = v == 0 ? std::vector<bool>(graph.node_count()) : naive_reach(out, v);
    for (std::uint32_t u = 0; u < graph.node_count(); ++u) {
      if (v == 0 || (reached[u] && !left[u])) {
        retained[v] += graph.self_size(NodeIndex(u));
      }
    }
  }
  return retained;
}

}  // namespace heapdiff::test
