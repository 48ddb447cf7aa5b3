// What a cut frees, against plain deletion, and the order of the dominator tree.

#include "heapdiff/snapshot/edge_cuts.h"

#include "heapdiff/snapshot/dominator_order.h"
#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <set>
#include <vector>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

TEST_CASE("one of two holders frees nothing, both free the object and what only it keeps") {
  SnapshotText text;
  text.add_root();
  const auto global = text.add_node("object", "global");
  const auto a = text.add_node("object", "A", 10);
  const auto b = text.add_node("object", "B", 20);
  const auto shared = text.add_node("object", "Shared", 100);
  const auto inside = text.add_node("object", "Inside", 1000);
  text.add_edge(0, "shortcut", "global", global);
  text.add_edge(global, "property", "a", a);
  text.add_edge(global, "property", "b", b);
  text.add_edge(a, "property", "x", shared);
  text.add_edge(b, "property", "x", shared);
  text.add_edge(b, "property", "y", shared);  // one cut takes every edge between two objects
  text.add_edge(shared, "property", "inside", inside);
  text.add_edge(inside, "property", "back", shared);
  const Heap heap = compute_heap(load_text(text.text()), {});
  const EdgeCuts cuts(heap.graph, heap.distances.page_owned);
  const std::array both = {EdgeCut{NodeIndex(a), NodeIndex(shared)}, EdgeCut{NodeIndex(b), NodeIndex(shared)}};
  const CutEffect one = cuts.effect({both.data(), 1}, NodeIndex(shared));
  CHECK(one.freed_bytes == 0);
  CHECK(!one.object_freed);
  CHECK(one.dominator == NodeIndex(b));
  const CutEffect two = cuts.effect(both, NodeIndex(shared));
  CHECK(two.freed_bytes == 1100);
  CHECK(two.freed_objects == 2);
  CHECK(two.object_freed);
  const std::array holder = {EdgeCut{NodeIndex(global), NodeIndex(a)}};
  CHECK(cuts.effect(holder, NodeIndex(shared)).freed_bytes == 10);
}

TEST_CASE("on random graphs a cut frees what deletion frees, and order answers what the tree says") {
  std::mt19937 random(892);
  for (int round = 0; round < 40; ++round) {
    CAPTURE(round);
    SnapshotText text;
    text.add_root();
    constexpr std::uint32_t kNodes = 20;
    for (std::uint32_t i = 1; i < kNodes; ++i) {
      text.add_node("object", "N", 1U << i);
    }
    for (int e = 0; e < 45; ++e) {
      text.add_edge(static_cast<std::uint32_t>(random() % kNodes), "property", "p",
                    static_cast<std::uint32_t>(1 + random() % (kNodes - 1)));
    }
    const Heap heap = compute_heap(load_text(text.text()), {});
    const auto reached_bytes = [&](NodeIndex source, NodeIndex target) {
      std::set<NodeIndex> seen{SnapshotGraph::root()};
      std::vector<NodeIndex> open{SnapshotGraph::root()};
      std::uint64_t bytes = 0;
      while (!open.empty()) {
        const NodeIndex n = open.back();
        open.pop_back();
        bytes += heap.graph.self_size(n);
        for (const auto e : heap.graph.edges(n)) {
          if (!(n == source && e.target == target) && seen.insert(e.target).second) {
            open.push_back(e.target);
          }
        }
      }
      return bytes;
    };
    const std::uint64_t all = reached_bytes(NodeIndex::none(), NodeIndex::none());
    const EdgeCuts cuts(heap.graph, heap.distances.page_owned);
    const DominatorOrder order(heap.dominators);
    for (std::uint32_t i = 0; i < kNodes; ++i) {
      const NodeIndex n(i);
      std::uint64_t sum = 0;
      for (const std::uint32_t below : order.subtree(n)) {
        sum += heap.graph.self_size(NodeIndex(below));
        NodeIndex at(below);
        while (at != n && at != SnapshotGraph::root()) {
          at = heap.dominators.of(at);
        }
        CHECK(at == n);
        CHECK(order.dominates(n, NodeIndex(below)));
      }
      CHECK(sum == heap.retained_size(n));
      for (const auto e : heap.graph.edges(n)) {
        const EdgeCut cut{n, e.target};
        const CutEffect effect = cuts.effect({&cut, 1}, e.target);
        CHECK(effect.freed_bytes == all - reached_bytes(n, e.target));
        CHECK(effect.object_freed == (effect.freed_bytes != 0));
      }
    }
  }
}
