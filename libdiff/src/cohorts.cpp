#include "cohorts.h"

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
    if ((graph.id(NodeIndex(i)) & 1U) == 0) {
      cohorts.first_seen[i] = kFollows;
    }
  }
  const Column<std::uint32_t> by_id = objects_by_id(graph);
  for (std::size_t k = facts.size() - 1; k-- > 0;) {
    auto known = facts[k].objects.begin();
    const auto end = facts[k].objects.end();
    for (const std::uint32_t i : by_id.span()) {
      const std::uint64_t id = graph.id(NodeIndex(i));
      while (known != end && known->id < id) {
        ++known;
      }
      if (known != end && known->id == id) {
        cohorts.first_seen[i] = static_cast<std::uint8_t>(std::min<std::size_t>(k, 254));
      }
    }
  }
  cohorts.first_seen[0] = 0;

  // Up the dominator tree with an explicit trail, so that every node is settled once.
  cohorts.top.assign(count, UINT32_MAX);
  cohorts.top[0] = 0;
  std::vector<std::uint32_t> trail;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t at = i;
    while (cohorts.top[at] == UINT32_MAX) {
      trail.push_back(at);
      at = last.dominators.idom[at];
    }
    while (!trail.empty()) {
      const std::uint32_t n = trail.back();
      trail.pop_back();
      const std::uint32_t dominator = last.dominators.idom[n];
      if (cohorts.first_seen[n] == kFollows) {
        cohorts.first_seen[n] = cohorts.first_seen[dominator];
      }
      const bool is_new = cohorts.first_seen[n] != 0;
      cohorts.top[n] = is_new && cohorts.first_seen[dominator] != 0 ? cohorts.top[dominator] : n;
    }
  }
  return cohorts;
}

}  // namespace heapdiff
