#include "suspects/fix_effect.h"

#include "v8/node_predicates.h"

namespace heapdiff::suspects {

namespace {

constexpr int kMaxStores = 3;  // from an object up to its owner

}  // namespace

EdgeCut FixEffect::fix_of(const Accumulation& group, const std::vector<std::uint32_t>& items) const {
  const SnapshotGraph& graph = view_.last.graph;
  EdgeCut cut{BitColumn(graph.node_count()), BitColumn(graph.node_count())};
  for (const auto* holders : {&group.holders, &group.joined_holders}) {
    for (const std::uint32_t holder : *holders) {
      if (holder != 0) {
        cut.sources.set(holder);
      }
    }
  }
  // Only the edges to new objects are cut. Old entries of a store that was reallocated are no growth.
  for (const std::uint32_t item : items) {
    cut.targets.set(item);
    NodeIndex at(item);
    // The stores between holder and object, and the link before the object in a chain.
    for (int step = 0; step < kMaxStores && at != SnapshotGraph::root() && view_.tree.reaches(at); ++step) {
      at = view_.tree.parent(at);
      if (!at || at == SnapshotGraph::root() || (step > 0 && !v8::is_backing_store(graph, at))) {
        break;
      }
      cut.sources.set(at.get());
    }
  }
  // An array and its store both refer to each element, so both edges have to be cut.
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (!cut.sources.test(i) || v8::is_backing_store(graph, NodeIndex(i))) {
      continue;
    }
    for (const auto edge : graph.edges(NodeIndex(i))) {
      if (edge.type == EdgeType::internal && v8::is_backing_store(graph, edge.target)) {
        cut.sources.set(edge.target.get());
      }
    }
  }
  return cut;
}

std::uint64_t FixEffect::store_growth(const Accumulation& group) const {
  const SnapshotGraph& graph = view_.last.graph;
  std::uint64_t bytes = 0;
  for (const auto* holders : {&group.holders, &group.joined_holders}) {
    for (const std::uint32_t holder : *holders) {
      const std::uint64_t before = view_.facts.front().own_bytes_at_least(graph.id(NodeIndex(holder)));
      const std::uint64_t now = graph.self_size(NodeIndex(holder));
      bytes += now > before ? now - before : 0;
    }
  }
  return bytes;
}

std::uint64_t FixEffect::freed_bytes(const BitColumn& reached) const {
  // The retaining tree follows every edge that retains: its nodes are those that are reached without a cut.
  std::uint64_t bytes = 0;
  for (const std::uint32_t node : view_.tree.order()) {
    bytes += reached.test(node) ? 0 : view_.last.graph.self_size(NodeIndex(node));
  }
  return bytes;
}

}  // namespace heapdiff::suspects
