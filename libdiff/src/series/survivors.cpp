#include "heapdiff/diff/survivors.h"

#include "heapdiff/snapshot/retaining_tree.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace heapdiff {

namespace {

/// Only objects that retain this much, in bytes, can be shown; no other one needs a label.
constexpr std::uint64_t kMinLabelledBytes = 4096;
constexpr std::size_t kMaxLabelled = 100'000;

/// Properties and variables tell a reader more than V8's internal edges.
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
  Column<std::uint32_t> row_of(graph.node_count());  // row plus one: new memory is 0, which stands for no row
  for (std::size_t k = 0; k < order.size(); ++k) {
    row_of[order[k]] = static_cast<std::uint32_t>(k + 1);
  }
  std::vector<std::pair<std::uint64_t, std::uint32_t>> large;  // retained, node
  id_ = WideColumn(order.size());
  retained_ = WideColumn(order.size());
  dominator_ = Column<std::uint32_t>(order.size());
  class_at_ = Column<std::uint32_t>(order.size());
  for (std::size_t k = 0; k < order.size(); ++k) {
    const NodeIndex n(order[k]);
    NodeIndex above = newer.dominators.of(n);
    while (row_of[above.get()] == 0 && above != SnapshotGraph::root()) {
      above = newer.dominators.of(above);  // the ids of embedder nodes change
    }
    id_.set(k, graph.id(n));
    retained_.set(k, newer.retained_size(n));
    dominator_[k] = above == n || row_of[above.get()] == 0 ? kNone : row_of[above.get()] - 1;
    class_at_[k] = newer.classes.of(n).get();
    if (newer.retained_size(n) >= kMinLabelledBytes && graph.type(n) != NodeType::synthetic) {
      large.emplace_back(newer.retained_size(n), n.get());
    }
  }
  row_of.release();
  for (std::size_t c = 0; c < newer.classes.size(); ++c) {
    classes_.push_back(newer.classes.info(ClassIndex(static_cast<std::uint32_t>(c))).name);
  }
  if (large.size() > kMaxLabelled) {
    std::nth_element(large.begin(), large.begin() + kMaxLabelled, large.end(), std::greater<>());
    large.resize(kMaxLabelled);
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
  std::vector<std::uint64_t> before(id_.size(), kAbsent);
  auto old = older.begin();
  for (std::size_t k = 0; k < id_.size(); ++k) {
    while (old != older.end() && old->id < id_[k]) {
      ++old;
    }
    if (old != older.end() && old->id == id_[k]) {
      before[k] = old->retained_bytes;
    }
  }
  const auto growth = [&](std::size_t k) {
    return static_cast<std::int64_t>(retained_[k]) - static_cast<std::int64_t>(before[k]);
  };
  std::vector<std::int64_t> explained(id_.size());
  for (std::size_t k = 0; k < id_.size(); ++k) {
    if (before[k] == kAbsent || growth(k) <= 0) {
      continue;
    }
    std::uint32_t above = dominator_[k];
    while (above != kNone && before[above] == kAbsent) {
      above = dominator_[above];
    }
    if (above != kNone) {
      explained[above] += growth(k);
    }
  }
  std::vector<std::size_t> found;
  const auto own = [&](std::size_t k) { return growth(k) - explained[k]; };
  for (std::size_t k = 0; k < id_.size(); ++k) {
    if (before[k] != kAbsent && dominator_[k] != kNone && own(k) > 0) {
      found.push_back(k);
    }
  }
  std::sort(found.begin(), found.end(),
            [&](std::size_t a, std::size_t b) { return own(a) != own(b) ? own(a) > own(b) : id_[a] < id_[b]; });
  if (limit != 0 && found.size() > limit) {
    found.resize(limit);
  }
  std::vector<GrownSurvivor> result;
  for (const std::size_t k : found) {
    const auto label = std::lower_bound(labels_.begin(), labels_.end(), id_[k],
                                        [](const Label& l, std::uint64_t id) { return l.id < id; });
    result.push_back({id_[k], classes_[class_at_[k]],
                      label != labels_.end() && label->id == id_[k] ? label->text : std::string(), before[k],
                      retained_[k], own(k)});
  }
  return result;
}

}  // namespace heapdiff
