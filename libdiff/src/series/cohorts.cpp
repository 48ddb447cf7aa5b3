#include "series/cohorts.h"

#include "v8/events.h"
#include "v8/objects.h"

#include <algorithm>

namespace heapdiff::series {

namespace {

constexpr std::uint8_t kMaxSnapshot = 254;  // later snapshots count as this one
constexpr std::uint8_t kFromContent = 255;  // age of an embedder's node until its content is known

/// Whether a node has an id that V8 keeps from one snapshot to the next. Even ids are an embedder's. Native memory has
/// odd ids, but while allocations are tracked V8 gives it another one in each snapshot. An embedder's node that V8
/// merged with its JavaScript wrapper, as every DOM node that a script has touched, has the wrapper's id.
bool has_lasting_id(const SnapshotGraph& graph, NodeIndex n) {
  if ((graph.id(n) & 1U) == 0) {
    return false;
  }
  return graph.type(n) != NodeType::native || graph.find_target(n, EdgeType::property, v8::kPrototypeOfInstance);
}

/// When the function of an embedder's listener was first seen, where others refer to the function too, so that the
/// listener does not dominate it. A listener never gets another function. kFromContent for all other nodes.
std::uint8_t age_of_function(const SnapshotGraph& graph, const Cohorts& cohorts, NodeIndex n) {
  if (!v8::is_listener_class(graph.name(n))) {
    return kFromContent;
  }
  for (const auto edge : graph.edges(n)) {
    if (edge.type != EdgeType::weak && graph.type(edge.target) == NodeType::closure) {
      return cohorts.first_seen[edge.target.get()];
    }
  }
  return kFromContent;
}

/// Gives the embedder's nodes an age, and each new node the root of its subtree.
void settle_cohorts(const Heap& last, Cohorts& cohorts) {
  const SnapshotGraph& graph = last.graph;
  const std::uint32_t count = graph.node_count();
  cohorts.first_seen[0] = 0;

  const std::span<const std::uint32_t> order = last.dominators.order.span();  // a node comes after its dominator
  // The wrappers that an embedder makes for a listener are as old as the listener.
  std::vector<std::uint8_t> oldest_content(count, kFromContent);
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    if (cohorts.first_seen[*at] == kFromContent && oldest_content[*at] == kFromContent) {
      oldest_content[*at] = age_of_function(graph, cohorts, NodeIndex(*at));
    }
    const std::uint8_t own = cohorts.first_seen[*at] == kFromContent ? oldest_content[*at] : cohorts.first_seen[*at];
    std::uint8_t& oldest = oldest_content[last.dominators.idom[*at]];
    oldest = std::min(oldest, own);
  }
  cohorts.subtree_root = Column<std::uint32_t>(count);
  cohorts.subtree_root.prefault();
  for (const std::uint32_t n : order) {
    const std::uint32_t dominator = last.dominators.idom[n];
    const std::uint8_t above = cohorts.first_seen[dominator];
    if (cohorts.first_seen[n] == kFromContent) {
      cohorts.first_seen[n] = oldest_content[n] == kFromContent ? above : std::max(oldest_content[n], above);
    }
    const bool inside = cohorts.first_seen[n] != 0 && above != 0;
    cohorts.subtree_root[n] = inside ? cohorts.subtree_root[dominator] : n;
  }
}

}  // namespace

Cohorts find_cohorts(const Heap& last, std::span<const Facts> facts) {
  const SnapshotGraph& graph = last.graph;
  const std::uint32_t count = graph.node_count();
  const auto newest = static_cast<std::uint8_t>(std::min<std::size_t>(facts.size() - 1, kMaxSnapshot));
  Cohorts cohorts;
  cohorts.first_seen.assign(count, newest);
  for (std::uint32_t i = 0; i < count; ++i) {
    // A root is no object of the program, whatever id it has: "C++ Persistent roots" has another one in each snapshot.
    if (graph.type(NodeIndex(i)) == NodeType::synthetic) {
      cohorts.first_seen[i] = 0;
    } else if (!has_lasting_id(graph, NodeIndex(i))) {
      cohorts.first_seen[i] = kFromContent;
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
      // An object with an old id may be new: V8 gives the id of a dead object to the next one at its address.
      if (known != end && known->id == now->id && known->fingerprint == now->fingerprint &&
          cohorts.first_seen[i] != 0 && cohorts.first_seen[i] != kFromContent) {
        cohorts.first_seen[i] = static_cast<std::uint8_t>(std::min<std::size_t>(k, kMaxSnapshot));
      }
      ++now;
    }
  }
  settle_cohorts(last, cohorts);
  return cohorts;
}

AllocationIntervals allocation_intervals(const SnapshotGraph& graph) {
  constexpr std::size_t kMaxIntervals = 12;
  constexpr std::size_t kMinIntervals = 3;
  const std::span<const AllocationSample> samples = graph.locations().samples;
  AllocationIntervals out;
  const bool rise =
      std::is_sorted(samples.begin(), samples.end(), [](const AllocationSample& a, const AllocationSample& b) {
        return a.time_us < b.time_us || a.last_id < b.last_id;
      });
  if (samples.size() <= kMinIntervals || !rise || samples.back().time_us <= samples.front().time_us) {
    return out;
  }
  const std::uint64_t start = samples.front().time_us;
  const auto span = static_cast<double>(samples.back().time_us - start);
  const std::size_t wanted = std::min(kMaxIntervals, samples.size() - 1);
  out.last_ids.push_back(samples.front().last_id);
  out.hours.push_back(0);
  std::size_t at = 0;
  for (std::size_t k = 1; k <= wanted; ++k) {
    const double end = static_cast<double>(start) + span * static_cast<double>(k) / static_cast<double>(wanted);
    while (at + 1 < samples.size() && static_cast<double>(samples[at + 1].time_us) <= end) {
      ++at;
    }
    const double hours = static_cast<double>(samples[at].time_us - start) / 3.6e9;
    if (samples[at].last_id > out.last_ids.back() && hours > out.hours.back()) {
      out.last_ids.push_back(samples[at].last_id);
      out.hours.push_back(hours);
    }
  }
  return out.last_ids.size() > kMinIntervals ? out : AllocationIntervals();
}

Cohorts cohorts_of_intervals(const Heap& heap, const AllocationIntervals& intervals) {
  const SnapshotGraph& graph = heap.graph;
  const std::vector<std::uint64_t>& ids = intervals.last_ids;
  Cohorts cohorts;
  cohorts.first_seen.assign(graph.node_count(), kFromContent);
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (graph.type(n) == NodeType::synthetic) {
      cohorts.first_seen[i] = 0;
    } else if (has_lasting_id(graph, n)) {
      // What came after the last sample belongs to the last interval.
      const auto at = std::lower_bound(ids.begin(), ids.end() - 1, graph.id(n));
      cohorts.first_seen[i] = static_cast<std::uint8_t>(at - ids.begin());
    }
  }
  settle_cohorts(heap, cohorts);
  return cohorts;
}

}  // namespace heapdiff::series
