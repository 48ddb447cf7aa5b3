#include "series/cohorts.h"

#include <algorithm>

namespace heapdiff {

Cohorts find_cohorts(const Heap& last, std::span<const Facts> facts) {
  const SnapshotGraph& graph = last.graph;
  const std::uint32_t count = graph.node_count();
  const auto newest = static_cast<std::uint8_t>(std::min<std::size_t>(facts.size() - 1, 254));
  constexpr std::uint8_t kFollows = 255;
  Cohorts cohorts;
  cohorts.first_seen.assign(count, newest);
  for (std::uint32_t i = 0; i < count; ++i) {
    // Memory outside the heap has an odd id too, but while allocations are tracked a new one in each snapshot.
    if ((graph.id(NodeIndex(i)) & 1U) == 0 || graph.type(NodeIndex(i)) == NodeType::native) {
      cohorts.first_seen[i] = kFollows;
    }
  }
  const Column<std::uint32_t> by_id = objects_by_id(graph);
  for (std::size_t k = facts.size() - 1; k-- > 0;) {
    auto now = facts.back().objects.begin();
    auto known = facts[k].objects.begin();
    const auto end = facts[k].objects.end();
    for (const std::uint32_t i : by_id.span()) {
      while (known != end && known->id < now->id) {
        ++known;
      }
      // Between two snapshots V8 hands on the id of a dead object to what is allocated at its address.
      if (known != end && known->id == now->id && known->fingerprint == now->fingerprint &&
          graph.type(NodeIndex(i)) != NodeType::native) {
        cohorts.first_seen[i] = static_cast<std::uint8_t>(std::min<std::size_t>(k, 254));
      }
      ++now;
    }
  }
  cohorts.first_seen[0] = 0;

  const std::span<const std::uint32_t> order = last.dominators.order.span();  // a node behind its dominator
  // An embedder's node is as old as the oldest heap object that it alone keeps: a listener's wrappers came with it.
  std::vector<std::uint8_t> oldest_content(count, kFollows);
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    const std::uint8_t own = cohorts.first_seen[*at] == kFollows ? oldest_content[*at] : cohorts.first_seen[*at];
    std::uint8_t& oldest = oldest_content[last.dominators.idom[*at]];
    oldest = std::min(oldest, own);
  }
  cohorts.top.assign(count, 0);
  for (const std::uint32_t n : order) {
    const std::uint8_t above = cohorts.first_seen[last.dominators.idom[n]];
    if (cohorts.first_seen[n] == kFollows) {
      cohorts.first_seen[n] = oldest_content[n] == kFollows ? above : std::max(oldest_content[n], above);
    }
    const bool inside = cohorts.first_seen[n] != 0 && above != 0;
    cohorts.top[n] = inside ? cohorts.top[last.dominators.idom[n]] : n;
  }
  return cohorts;
}

}  // namespace heapdiff
