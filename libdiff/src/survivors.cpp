#include "heapdiff/diff/survivors.h"

#include "heapdiff/snapshot/retaining_tree.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace heapdiff {

namespace {

/// Only what retains this much can be worth a line; the rest needs no label.
constexpr std::uint64_t kSmallestLabelled = 4096;
constexpr std::size_t kMostLabelled = 100'000;

/// Properties and variables say more than the machinery's own edges.
unsigned edge_rank(EdgeType type) {
  switch (type) {
    case EdgeType::property:
    case EdgeType::context:
      return 3;
    case EdgeType::element:
      return 2;
    case EdgeType::internal:
      return 1;
    default:
      return 0;
  }
}

}  // namespace

SurvivorTable::SurvivorTable(const Heap& newer) {
  const SnapshotGraph& graph = newer.graph;
  const Column<std::uint32_t> order = objects_by_id(graph);
  std::vector<std::uint32_t> position(graph.node_count(), kNone);
  for (std::size_t k = 0; k < order.size(); ++k) {
    position[order[k]] = static_cast<std::uint32_t>(k);
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> large;  // retained, node
  entries_.reserve(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    const NodeIndex n(order[k]);
    NodeIndex above = newer.dominators.of(n);
    while (position[above.get()] == kNone && above != SnapshotGraph::root()) {
      above = newer.dominators.of(above);  // embedder nodes are not followed by id
    }
    const std::uint32_t dominator = above == n ? kNone : position[above.get()];
    entries_.push_back({graph.id(n), newer.retained_size(n), dominator, newer.classes.of(n).get()});
    if (newer.retained_size(n) >= kSmallestLabelled && graph.type(n) != NodeType::synthetic) {
      large.emplace_back(newer.retained_size(n), n.get());
    }
  }
  for (std::size_t c = 0; c < newer.classes.size(); ++c) {
    classes_.push_back(newer.classes.info(ClassIndex(static_cast<std::uint32_t>(c))).name);
  }
  if (large.size() > kMostLabelled) {
    std::nth_element(large.begin(), large.begin() + kMostLabelled, large.end(), std::greater<>());
    large.resize(kMostLabelled);
  }
  BitColumn wanted(graph.node_count());
  for (const auto& [retained, node] : large) {
    wanted.set(node);
  }
  struct Holder {
    std::uint32_t node, edge_holder;
    unsigned rank;
    std::uint64_t edge;
  };
  std::vector<Holder> holders;
  for (std::uint32_t s = 0; s < graph.node_count(); ++s) {
    for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(s))) {
      const std::uint32_t t = e.target.get();
      if (wanted.test(t) && e.type != EdgeType::weak && newer.distances.of[s] + 1 == newer.distances.of[t]) {
        holders.push_back({t, s, edge_rank(e.type), e.index.get()});
      }
    }
  }
  std::sort(holders.begin(), holders.end(), [](const Holder& a, const Holder& b) {
    return std::tuple(a.node, b.rank, a.edge) < std::tuple(b.node, a.rank, b.edge);
  });
  for (std::size_t i = 0; i < holders.size(); ++i) {
    const Holder& h = holders[i];
    if (i != 0 && holders[i - 1].node == h.node) {
      continue;
    }
    const SnapshotGraph::Edge edge = edge_at(graph, EdgeIndex(h.edge));
    const std::string name = graph.edge_label(edge);
    std::string text(newer.classes.name(NodeIndex(h.edge_holder)));
    text += SnapshotGraph::is_numbered(edge.type) ? "[" + name + "]" : "." + name;
    labels_.push_back({graph.id(NodeIndex(h.node)), std::move(text)});
  }
  std::sort(labels_.begin(), labels_.end(), [](const Label& a, const Label& b) { return a.id < b.id; });
}

std::vector<GrownSurvivor> SurvivorTable::grown(const ObjectFacts& older, std::size_t limit) const {
  constexpr std::uint64_t kAbsent = UINT64_MAX;
  std::vector<std::uint64_t> before(entries_.size(), kAbsent);
  auto old = older.begin();
  for (std::size_t k = 0; k < entries_.size(); ++k) {
    while (old != older.end() && old->id < entries_[k].id) {
      ++old;
    }
    if (old != older.end() && old->id == entries_[k].id) {
      before[k] = old->retained_bytes;
    }
  }
  const auto growth = [&](std::size_t k) {
    return static_cast<std::int64_t>(entries_[k].retained) - static_cast<std::int64_t>(before[k]);
  };
  std::vector<std::int64_t> explained(entries_.size());
  for (std::size_t k = 0; k < entries_.size(); ++k) {
    if (before[k] == kAbsent || growth(k) <= 0) {
      continue;
    }
    std::uint32_t above = entries_[k].dominator;
    while (above != kNone && before[above] == kAbsent) {
      above = entries_[above].dominator;
    }
    if (above != kNone) {
      explained[above] += growth(k);
    }
  }
  std::vector<std::size_t> found;
  const auto own = [&](std::size_t k) { return growth(k) - explained[k]; };
  for (std::size_t k = 0; k < entries_.size(); ++k) {
    if (before[k] != kAbsent && entries_[k].dominator != kNone && own(k) > 0) {
      found.push_back(k);
    }
  }
  std::sort(found.begin(), found.end(), [&](std::size_t a, std::size_t b) {
    return own(a) != own(b) ? own(a) > own(b) : entries_[a].id < entries_[b].id;
  });
  if (limit != 0 && found.size() > limit) {
    found.resize(limit);
  }
  std::vector<GrownSurvivor> result;
  for (const std::size_t k : found) {
    const auto label = std::lower_bound(labels_.begin(), labels_.end(), entries_[k].id,
                                        [](const Label& l, std::uint64_t id) { return l.id < id; });
    result.push_back({entries_[k].id, classes_[entries_[k].class_at],
                      label != labels_.end() && label->id == entries_[k].id ? label->text : std::string(), before[k],
                      entries_[k].retained, own(k)});
  }
  return result;
}

}  // namespace heapdiff
