#include "suspects/fix_effect.h"

#include "heapdiff/snapshot/visible_text.h"
#include "suspects/reachable.h"
#include "suspects/suspect_path.h"
#include "v8/node_predicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace heapdiff::suspects {

namespace {

constexpr int kMaxStores = 3;                      // from an object up to its owner
constexpr std::size_t kMaxOtherHolders = 3;        // shown
constexpr std::size_t kMaxItemsPerReference = 10;  // a holder with a smaller share is not shown

}  // namespace

std::uint64_t FixEffect::freed_bytes(const Accumulation& group, const std::vector<std::uint32_t>& items) {
  const SnapshotGraph& graph = view_.last.graph;
  BitColumn sources(graph.node_count());
  BitColumn targets(graph.node_count());
  for (const auto* holders : {&group.holders, &group.joined_holders}) {
    for (const std::uint32_t holder : *holders) {
      if (holder != 0) {
        sources.set(holder);
      }
    }
  }
  // Only the edges to new objects are cut. Old entries of a store that was reallocated are no growth.
  for (const std::uint32_t item : items) {
    targets.set(item);
    NodeIndex at(item);
    // The stores between holder and object, and the link before the object in a chain.
    for (int step = 0; step < kMaxStores && at != SnapshotGraph::root() && view_.tree.reaches(at); ++step) {
      at = view_.tree.parent(at);
      if (!at || at == SnapshotGraph::root() || (step > 0 && !v8::is_backing_store(graph, at))) {
        break;
      }
      sources.set(at.get());
    }
  }
  // An array and its store both refer to each element, so both edges have to be cut.
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    if (!sources.test(i) || v8::is_backing_store(graph, NodeIndex(i))) {
      continue;
    }
    for (const auto edge : graph.edges(NodeIndex(i))) {
      if (edge.type == EdgeType::internal && v8::is_backing_store(graph, edge.target)) {
        sources.set(edge.target.get());
      }
    }
  }
  if (!reachable_bytes_) {
    // The retaining tree follows every edge that retains: its nodes are the reachable ones.
    std::uint64_t bytes = 0;
    for (const std::uint32_t node : view_.tree.order()) {
      bytes += graph.self_size(NodeIndex(node));
    }
    reachable_bytes_ = bytes;
  }
  return *reachable_bytes_ - reachable_bytes(view_.last, sources, targets);
}

NodeIndex FixEffect::program_object_above(NodeIndex n) const {
  const SnapshotGraph& graph = view_.last.graph;
  for (int step = 0; step < kMaxStores && v8::is_backing_store(graph, n); ++step) {
    if (!view_.tree.reaches(n) || n == SnapshotGraph::root() || !view_.tree.parent(n)) {
      return NodeIndex::none();
    }
    n = view_.tree.parent(n);
  }
  const NodeType type = graph.type(n);
  const bool program = type == NodeType::object || type == NodeType::closure;
  return program && n != SnapshotGraph::root() && view_.cohorts.first_seen[n.get()] == 0 ? n : NodeIndex::none();
}

std::vector<std::string> FixEffect::other_holders(const Accumulation& group,
                                                  const std::vector<std::uint32_t>& items) const {
  const SnapshotGraph& graph = view_.last.graph;
  BitColumn wanted(graph.node_count());
  for (const std::uint32_t i : items) {
    wanted.set(i);
  }
  const EssentialEdges essential(view_.last.distances.page_owned);
  std::map<std::uint32_t, std::size_t> references;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const auto retains = essential.from(NodeIndex(i));
    std::size_t count = 0;
    for (const auto edge : graph.edges(NodeIndex(i))) {
      count += wanted.test(edge.target.get()) && edge.type != EdgeType::hidden && retains(edge.type, edge.target) &&
               view_.last.dominators.of(edge.target) != NodeIndex(i);
    }
    if (count == 0) {
      continue;
    }
    const NodeIndex owner = program_object_above(NodeIndex(i));
    if (owner && !std::binary_search(group.holders.begin(), group.holders.end(), owner.get())) {
      references[owner.get()] += count;
    }
  }
  std::vector<std::pair<std::size_t, std::string>> found;
  for (const auto& [owner, count] : references) {
    if (count * kMaxItemsPerReference >= items.size() && count > 1) {
      const std::string label = holder_name(view_, NodeIndex(owner), NodeIndex(owner));
      found.emplace_back(count, fmt::format("{}{} refers to {} of the {} objects too",
                                            visible_text(view_.last.classes.name(NodeIndex(owner)), 80),
                                            label.empty() ? "" : fmt::format(" \"{}\"", label), count, items.size()));
    }
  }
  std::sort(found.begin(), found.end(),
            [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
  std::vector<std::string> out;
  for (std::size_t i = 0; i < std::min(found.size(), kMaxOtherHolders); ++i) {
    out.push_back(std::move(found[i].second));
  }
  return out;
}

}  // namespace heapdiff::suspects
