#include "suspects/reachable.h"

namespace heapdiff::suspects {

std::vector<std::uint32_t> reachable_tree(const Heap& heap, const EdgeCut& cut) {
  const SnapshotGraph& graph = heap.graph;
  const EssentialEdges essential(heap.distances.page_owned);
  std::vector<std::uint32_t> parents(graph.node_count(), kUnreached);
  std::vector<std::uint32_t> order{0};
  for (std::size_t next = 0; next < order.size(); ++next) {
    const NodeIndex n(order[next]);
    const auto retains = essential.from(n);
    const bool cuts = cut.sources.test(n.get());
    for (const auto edge : graph.edges(n)) {
      const std::uint32_t target = edge.target.get();
      if (target == 0 || parents[target] != kUnreached || !retains(edge.type, edge.target) ||
          (cuts && cut.targets.test(target))) {
        continue;
      }
      parents[target] = n.get();
      order.push_back(target);
    }
  }
  return parents;
}

BitColumn reachable(const Heap& heap, const EdgeCut& cut) {
  const SnapshotGraph& graph = heap.graph;
  const EssentialEdges essential(heap.distances.page_owned);
  BitColumn reached(graph.node_count());
  reached.set(0);
  std::vector<std::uint32_t> open{0};
  while (!open.empty()) {
    const NodeIndex n(open.back());
    open.pop_back();
    const auto retains = essential.from(n);
    const bool cuts = cut.sources.test(n.get());
    for (const auto edge : graph.edges(n)) {
      const std::uint32_t target = edge.target.get();
      if (!reached.test(target) && retains(edge.type, edge.target) && !(cuts && cut.targets.test(target))) {
        reached.set(target);
        open.push_back(target);
      }
    }
  }
  return reached;
}

}  // namespace heapdiff::suspects
