#include "suspects/reachable.h"

#include <vector>

namespace heapdiff::suspects {

std::uint64_t reachable_bytes(const Heap& heap, const BitColumn& sources, const BitColumn& targets) {
  const SnapshotGraph& graph = heap.graph;
  const EssentialEdges essential(heap.distances.page_owned);
  BitColumn seen(graph.node_count());
  std::vector<std::uint32_t> open{0};
  seen.set(0);
  std::uint64_t bytes = 0;
  while (!open.empty()) {
    const NodeIndex n(open.back());
    open.pop_back();
    bytes += graph.self_size(n);
    const auto retains = essential.from(n);
    const bool cuts = sources.test(n.get());
    for (const auto edge : graph.edges(n)) {
      const std::uint32_t target = edge.target.get();
      if (seen.test(target) || !retains(edge.type, edge.target) || (cuts && targets.test(target))) {
        continue;
      }
      seen.set(target);
      open.push_back(target);
    }
  }
  return bytes;
}

}  // namespace heapdiff::suspects
