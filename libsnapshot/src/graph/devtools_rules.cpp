// Detachedness, ephemerons and shallow sizes.
//
// Source of the rules: Chrome DevTools' heap_snapshot_worker. Everything is linear in nodes and edges.

#include "graph/devtools_rules.h"

#include "graph/graph_access.h"

#include <algorithm>
#include <array>

namespace heapdiff::graph {
namespace {

constexpr std::uint32_t kUnvisited = UINT32_MAX;
constexpr std::uint32_t kMultiple = UINT32_MAX - 1;

std::uint32_t retag(std::uint32_t raw, EdgeType type) {
  return (raw & GraphColumns::kTargetMask) | (static_cast<std::uint32_t>(type) << GraphColumns::kTargetBits);
}

/// Which nodes can have an owner: hidden ones, arrays, and the payload of external strings.
BitColumn ownable_nodes(const SnapshotGraph& graph) {
  const std::uint32_t n = graph.node_count();
  const StringIndex payload = graph.strings().find(KnownName::external_string_data);
  BitColumn ownable(n);
  for (std::uint32_t i = 0; i < n; ++i) {
    const NodeType type = graph.type(NodeIndex(i));
    if (type == NodeType::hidden || type == NodeType::array ||
        (type == NodeType::native && payload && graph.name_index(NodeIndex(i)) == payload)) {
      ownable.set(i);
    }
  }
  return ownable;
}

}  // namespace

void mark_ephemeron_edges(SnapshotGraph& graph, const std::vector<std::pair<std::uint32_t, std::uint64_t>>& names) {
  if (names.empty()) {
    return;
  }
  std::vector<std::uint32_t> strings;
  std::vector<std::uint64_t> tables;
  for (const auto& [string, table] : names) {
    strings.push_back(string);
    tables.push_back(table);
  }
  GraphAccess::set_ephemeron_names(graph, std::move(strings));
  std::sort(tables.begin(), tables.end());
  tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
  // Few nodes are tables. A small filter spares the others the search.
  std::array<bool, 4096> maybe{};
  const auto slot = [](std::uint64_t id) { return static_cast<std::size_t>((id * 0x9E3779B97F4A7C15U) >> 52U); };
  for (const std::uint64_t id : tables) {
    maybe[slot(id)] = true;
  }
  GraphColumns& c = GraphAccess::columns(graph);
  for (std::size_t i = 0; i < c.node_count; ++i) {
    const std::uint64_t id = c.id[i];
    if (!maybe[slot(id)] || !std::binary_search(tables.begin(), tables.end(), id)) {
      continue;
    }
    for (std::size_t e = c.first_edge[i]; e < c.first_edge[i + 1]; ++e) {
      if (static_cast<EdgeType>(c.edge_target[e] >> GraphColumns::kTargetBits) != EdgeType::internal) {
        continue;
      }
      const std::uint32_t name = c.edge_name.get(e, false);
      const auto found = std::lower_bound(names.begin(), names.end(), std::pair<std::uint32_t, std::uint64_t>(name, 0));
      if (found != names.end() && found->first == name && found->second == id) {
        c.edge_target[e] = retag(c.edge_target[e], EdgeType::ephemeron_table);
      }
    }
  }
}

void spread_detachedness(SnapshotGraph& graph) {
  GraphColumns& c = GraphAccess::columns(graph);
  const auto set = [&c](std::uint32_t i, Detachedness d) {
    c.kind[i] = static_cast<std::uint8_t>((c.kind[i] & GraphColumns::kTypeMask) |
                                          (static_cast<unsigned>(d) << GraphColumns::kDetachedShift));
  };
  if (!graph.has_detachedness()) {
    // Files of V8 versions without the field have it in the name.
    for (std::uint32_t i = 0; i < c.node_count; ++i) {
      if (graph.type(NodeIndex(i)) == NodeType::native && graph.name(NodeIndex(i)).starts_with("Detached ")) {
        set(i, Detachedness::detached);
      }
    }
    return;
  }
  BitColumn visited(static_cast<std::size_t>(c.node_count));
  std::vector<std::uint32_t> attached;
  std::vector<std::uint32_t> detached;
  const auto process = [&](std::uint32_t i, Detachedness state) {
    if (visited.test(i)) {
      return;
    }
    visited.set(i);
    if (graph.type(NodeIndex(i)) != NodeType::native) {
      return;  // the state does not spread through JavaScript objects
    }
    set(i, state);
    (state == Detachedness::attached ? attached : detached).push_back(i);
  };
  for (std::uint32_t i = 0; i < c.node_count; ++i) {
    if (const Detachedness state = graph.detachedness(NodeIndex(i)); state != Detachedness::unknown) {
      process(i, state);
    }
  }
  const auto spread = [&](std::vector<std::uint32_t>& list, Detachedness state) {
    while (!list.empty()) {
      const std::uint32_t i = list.back();
      list.pop_back();
      if (graph.detachedness(NodeIndex(i)) != state) {
        continue;
      }
      for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(i))) {
        if (e.type != EdgeType::hidden && e.type != EdgeType::weak) {
          process(e.target.get(), state);
        }
      }
    }
  };
  spread(attached, Detachedness::attached);
  spread(detached, Detachedness::detached);
}

bool is_user_root(const SnapshotGraph& graph, NodeIndex child) {
  return graph.type(child) != NodeType::synthetic || graph.name(child) == "(Document DOM trees)";
}

void attribute_shallow_sizes(SnapshotGraph& graph) {
  bool has_user_root = false;
  for (const SnapshotGraph::Edge e : graph.edges(SnapshotGraph::root())) {
    has_user_root |= is_user_root(graph, e.target);
  }
  if (!has_user_root) {
    return;  // a snapshot with exposed internals: sizes stay where they are
  }
  const std::uint32_t n = graph.node_count();
  const BitColumn ownable = ownable_nodes(graph);
  Column<std::uint32_t> owner(n);  // of ownable nodes, plus one: fresh memory means unvisited
  owner.prefault();
  std::vector<std::uint32_t> worklist;
  const auto claim = [&](std::uint32_t target, std::uint32_t by) {
    const std::uint32_t now = owner[target] - 1;
    if (now == kUnvisited) {
      owner[target] = by + 1;
    } else if (now == by || now == kMultiple) {
      return;
    } else {
      owner[target] = kMultiple + 1;
    }
    worklist.push_back(target);
  };
  for (std::uint32_t i = 0; i < n; ++i) {
    if (ownable.test(i)) {
      continue;
    }
    for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(i))) {
      if (ownable.test(e.target.get()) && e.type != EdgeType::weak) {
        claim(e.target.get(), i);
      }
    }
    while (!worklist.empty()) {
      const std::uint32_t store = worklist.back();
      worklist.pop_back();
      const std::uint32_t by = owner[store] - 1;
      for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(store))) {
        if (ownable.test(e.target.get()) && e.type != EdgeType::weak) {
          claim(e.target.get(), by);
        }
      }
    }
  }
  GraphColumns& c = GraphAccess::columns(graph);
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint32_t by = owner[i] - 1;
    const std::uint64_t bytes = c.self_size[i];
    if (by != kUnvisited && by != kMultiple && by != 0 && bytes != 0 &&
        graph.type(NodeIndex(by)) != NodeType::synthetic) {
      c.self_size.set(i, 0);
      c.self_size.set(by, c.self_size[by] + bytes);  // an owner is not ownable itself, so it keeps this
    }
  }
}

}  // namespace heapdiff::graph
