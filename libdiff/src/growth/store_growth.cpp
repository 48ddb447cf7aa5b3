#include "growth/store_growth.h"

#include "series/dominated_set.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <map>
#include <optional>

namespace heapdiff {

namespace {

/// Own sizes at each snapshot, less that at the first; none for what did not grow. Facts keep the large ones only, so
/// that what was small before counts as just below.
std::optional<std::vector<double>> own_growth(const SeriesView& view, NodeIndex n) {
  const std::uint64_t id = view.last.graph.id(n);
  std::vector<double> levels;
  for (const Facts& facts : view.facts) {
    levels.push_back(static_cast<double>(facts.own_bytes_at_least(id)));
  }
  if (levels.back() <= levels.front()) {
    return std::nullopt;
  }
  const double first = levels.front();
  for (double& level : levels) {
    level -= first;
  }
  return levels;
}

/// The group that most references of `n` and of its stores lead to; kNoGroup when none does.
std::uint32_t group_below(const SeriesView& view, NodeIndex n, const Column<std::uint32_t>& group_of) {
  const SnapshotGraph& graph = view.last.graph;
  std::map<std::uint32_t, std::size_t> references;
  const auto count = [&](NodeIndex target) {
    if (view.cohorts.first_seen[target.get()] != 0) {
      ++references[group_of[view.cohorts.subtree_root[target.get()]]];
    }
  };
  for (const auto edge : graph.edges(n)) {
    count(edge.target);
    if (edge.type != EdgeType::weak && graph.type(edge.target) == NodeType::array) {
      for (const auto entry : graph.edges(edge.target)) {
        count(entry.target);
      }
    }
  }
  const auto most = std::max_element(references.begin(), references.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == references.end() ? kNoGroup : most->first;
}

}  // namespace

void add_store_growth(const SeriesView& view, Accumulations& found, const Column<std::uint32_t>& group_of) {
  const SnapshotGraph& graph = view.last.graph;
  std::map<std::uint32_t, std::vector<std::uint32_t>> stores_of;  // by group
  for (std::uint32_t i = 1; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (view.cohorts.first_seen[i] != 0 || (graph.id(n) & 1U) == 0 || graph.self_size(n) < Facts::kLargeOwnBytes) {
      continue;
    }
    const auto levels = own_growth(view, n);
    if (!levels) {
      continue;
    }
    const auto bytes = static_cast<std::int64_t>(levels->back());
    const std::uint32_t at = group_below(view, n, group_of);
    if (is_artefact(graph, n)) {
      found.overhead_store_bytes += bytes;
    } else if (at == kNoGroup) {
      found.unowned_store_bytes += bytes;
    } else {
      stores_of[at].push_back(i);
    }
  }
  series::DominatedSet below_holders(view.last.dominators);
  for (const auto& [at, stores] : stores_of) {
    Accumulation& group = found.groups[at];
    below_holders.assign(group.holders);
    for (const std::uint32_t store : stores) {
      // What a holder dominates is in the holder's retained size.
      std::vector<double>& into =
          below_holders.contains(NodeIndex(store)) ? group.store_levels : group.outer_store_levels;
      const std::vector<double> levels = own_growth(view, NodeIndex(store)).value();
      for (std::size_t k = 0; k < into.size(); ++k) {
        into[k] += levels[k];
      }
    }
  }
}

void add_own_stores(const SeriesView& view, Accumulations& found) {
  const SnapshotGraph& graph = view.last.graph;
  std::map<std::uint32_t, Accumulation*> group_of;  // by holder
  for (Accumulation& group : found.groups) {
    for (const std::uint32_t holder : group.holders) {
      Accumulation*& at = group_of[holder];
      if (at == nullptr || group.cohort_bytes.back() > at->cohort_bytes.back()) {
        at = &group;
      }
    }
  }
  for (const auto& [holder, group] : group_of) {
    const NodeIndex n(holder);
    if (n != SnapshotGraph::root() && view.cohorts.first_seen[holder] == 0 &&
        graph.self_size(n) >= Facts::kLargeOwnBytes) {
      group->store_levels.back() += static_cast<double>(graph.self_size(n));
    }
  }
}

}  // namespace heapdiff
