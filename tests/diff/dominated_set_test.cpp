#include "series/dominated_set.h"

#include "heapdiff/snapshot/dominator_order.h"
#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace heapdiff;

TEST_CASE("a set of nodes dominates what one of them dominates") {
  std::mt19937 random(7);
  const auto below = [&](std::uint32_t limit) {
    return std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(random);
  };
  for (int round = 0; round < 40; ++round) {
    test::SnapshotText text;
    std::vector<std::uint32_t> nodes{text.add_root()};
    for (std::uint32_t i = 0; i < 60; ++i) {
      nodes.push_back(text.add_node("object", "A", 8, 2 * i + 11));
      text.add_edge(nodes[below(static_cast<std::uint32_t>(nodes.size()) - 1)], "property", "a", nodes.back());
      text.add_edge(nodes[below(static_cast<std::uint32_t>(nodes.size()))], "property", "b", nodes.back());
    }
    const Heap heap = compute_heap(test::load_text(text.text()), {});
    const DominatorOrder order(heap.dominators);
    series::DominatedSet dominated(heap.dominators);
    for (int next_set = 0; next_set < 3; ++next_set) {
      std::vector<std::uint32_t> set;
      const std::uint32_t size = below(12);
      for (std::uint32_t i = 0; i < size; ++i) {
        set.push_back(below(heap.graph.node_count()));
      }
      dominated.assign(set);
      for (std::uint32_t n = 0; n < heap.graph.node_count(); ++n) {
        const bool expected = std::any_of(set.begin(), set.end(), [&](std::uint32_t above) {
          return above != 0 && order.dominates(NodeIndex(above), NodeIndex(n));
        });
        CHECK(dominated.contains(NodeIndex(n)) == expected);
      }
    }
  }
}
