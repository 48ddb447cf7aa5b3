#include "suspects/merge_related_groups.h"

#include "suspects/new_objects.h"
#include "v8/collections.h"
#include "v8/node_predicates.h"
#include "v8/roots.h"
#include "v8/runtime_collections.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace heapdiff::suspects {

namespace {

constexpr std::size_t kMinReferences = 8;  // between the objects of two groups: fewer may be chance
constexpr int kMaxStepsToOwner = 5;        // from a holder up to the object of the program that it lies in

using Pair = std::pair<std::uint32_t, std::uint32_t>;  // positions of two groups

bool is_held_by_roots(const series::SeriesView& view, const Accumulation& group) {
  return std::all_of(group.holders.begin(), group.holders.end(), [&](std::uint32_t holder) {
    return holder == 0 || view.last.graph.type(NodeIndex(holder)) == NodeType::synthetic;
  });
}

/// Objects of the program that the only holder lies in, with nothing but stores, collections and such objects between.
std::set<std::uint32_t> owners_of(const series::SeriesView& view, const Accumulation& group) {
  const SnapshotGraph& graph = view.last.graph;
  std::set<std::uint32_t> owners;
  if (group.holders.size() != 1) {
    return owners;
  }
  NodeIndex at(group.holders.front());
  for (int step = 0; step < kMaxStepsToOwner && at && at != SnapshotGraph::root() && view.tree.reaches(at); ++step) {
    const std::string_view name = graph.name(at);
    if (v8::is_program_instance(graph, at)) {
      if (v8::is_shared_by_program(name)) {
        break;
      }
      owners.insert(at.get());
    } else if (!v8::is_backing_store(graph, at) &&
               !(graph.type(at) == NodeType::object && v8::is_collection_class(name))) {
      break;
    }
    at = view.tree.parent(at);
  }
  return owners;
}

/// The collection of the runtime that holds all of the group; none where there is none.
LeakCause cause_of(const series::SeriesView& view, const Accumulation& group) {
  LeakCause cause = LeakCause::none;
  for (const std::uint32_t holder : group.holders) {
    const LeakCause found = v8::runtime_cause_of(view.last.graph, view.tree, NodeIndex(holder));
    if (found == LeakCause::none || (cause != LeakCause::none && found != cause)) {
      return LeakCause::none;
    }
    cause = found;
  }
  return cause;
}

bool has_several_stores(LeakCause cause) {
  return cause == LeakCause::performance_timeline || cause == LeakCause::abort_dependants;
}

class GroupMerger {
 public:
  GroupMerger(const series::SeriesView& view, std::vector<Accumulation>& groups, Column<std::uint32_t>& group_of)
      : view_(view), groups_(groups), group_of_(group_of) {
    for (const Accumulation& group : groups_) {
      held_by_roots_.push_back(is_held_by_roots(view_, group));
      owners_.push_back(group.is_overhead || held_by_roots_.back() ? std::set<std::uint32_t>()
                                                                   : owners_of(view_, group));
      double bytes = 0;
      for (const std::uint32_t root : group.subtree_roots) {
        bytes += static_cast<double>(view_.last.retained_size(NodeIndex(root)));
      }
      bytes_.push_back(bytes);
      causes_.push_back(group.is_overhead ? LeakCause::none : cause_of(view_, group));
    }
  }

  void merge() {
    std::vector<std::pair<std::size_t, Pair>> links = count_links();
    std::stable_sort(links.begin(), links.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::uint32_t> into(groups_.size());  // a union-find forest: each group to the one that takes it
    std::iota(into.begin(), into.end(), 0U);
    const auto leader = [&](std::uint32_t g) {
      while (into[g] != g) {
        g = into[g];
      }
      return g;
    };
    join_collections(into);
    join_registrations(into);
    for (const auto& link : links) {
      const Pair& pair = link.second;
      if (2 * link.first < std::min(items_in(pair.first), items_in(pair.second))) {
        continue;
      }
      std::uint32_t a = leader(pair.first);
      std::uint32_t b = leader(pair.second);
      if (a != b) {
        if (std::tuple(!held_by_roots_[b], bytes_[b]) > std::tuple(!held_by_roots_[a], bytes_[a])) {
          std::swap(a, b);
        }
        into[b] = a;
      }
    }
    move_subtrees(into, leader);
  }

 private:
  /// Joins the groups of each collection that the runtime keeps in several stores, as its timeline: one call fills all
  /// of them. The largest one is kept.
  void join_collections(std::vector<std::uint32_t>& into) const {
    std::map<LeakCause, std::uint32_t> kept;
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      if (!has_several_stores(causes_[g])) {
        continue;
      }
      const auto [at, is_first] = kept.try_emplace(causes_[g], g);
      if (!is_first && bytes_[g] > bytes_[at->second]) {
        at->second = g;
      }
    }
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      if (const auto at = kept.find(causes_[g]); at != kept.end()) {
        into[g] = at->second;
      }
    }
  }

  /// Joins registrations with a FinalizationRegistry to the group that most of their targets are in, where that keeps
  /// more: they end with their targets, so that what keeps these is the leak.
  void join_registrations(std::vector<std::uint32_t>& into) const {
    if (std::find(causes_.begin(), causes_.end(), LeakCause::finalization_cells) == causes_.end()) {
      return;
    }
    const SnapshotGraph& graph = view_.last.graph;
    std::map<std::uint32_t, std::size_t> cells;  // by group
    std::map<Pair, std::size_t> targets;         // by group of the cell and of its target
    for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
      if (view_.cohorts.first_seen[i] == 0 || graph.type(NodeIndex(i)) != NodeType::hidden) {
        continue;
      }
      const std::uint32_t own = group_of_[view_.cohorts.subtree_root[i]];
      if (causes_[own] != LeakCause::finalization_cells || graph.name(NodeIndex(i)) != v8::kWeakCellClass) {
        continue;
      }
      ++cells[own];
      const NodeIndex target = graph.find_target(NodeIndex(i), EdgeType::weak, v8::kWeakTargetEdge);
      if (target && view_.cohorts.first_seen[target.get()] != 0) {
        ++targets[{own, group_of_[view_.cohorts.subtree_root[target.get()]]}];
      }
    }
    for (const auto& [pair, count] : targets) {
      const auto& [own, other] = pair;
      if (own != other && count >= kMinReferences && 2 * count > cells[own] && bytes_[other] > bytes_[own] &&
          !groups_[other].is_overhead && into[other] == other) {
        into[own] = other;
      }
    }
  }

  /// Whether two groups can be one leak, as far as their holders show.
  [[nodiscard]] bool may_merge(std::uint32_t a, std::uint32_t b) const {
    if (groups_[a].is_overhead || groups_[b].is_overhead || (held_by_roots_[a] && held_by_roots_[b])) {
      return false;
    }
    return held_by_roots_[a] || held_by_roots_[b] ||
           std::any_of(owners_[a].begin(), owners_[a].end(), [&](std::uint32_t n) { return owners_[b].contains(n); });
  }

  /// Whether an edge only links neighbours in a ring of timers, which have nothing in common.
  [[nodiscard]] bool is_ring_edge(const SnapshotGraph::Edge& edge) const {
    return edge.type == EdgeType::property && v8::is_timer_ring_edge(view_.last.graph.edge_name(edge));
  }

  /// For each pair of groups that may be merged: the objects of either group that refer to the other group or are
  /// referred to from it, the smaller number of the two.
  [[nodiscard]] std::vector<std::pair<std::size_t, Pair>> count_links() const {
    const SnapshotGraph& graph = view_.last.graph;
    std::map<Pair, bool> wanted;
    std::vector<std::tuple<Pair, std::uint32_t>> ends;  // pair of groups, object of either
    for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
      // Of one heap, the objects that pile up refer to each other themselves, if at all; what they keep is most of it.
      const bool is_inner = view_.ages == AgeSource::structure && view_.cohorts.subtree_root[i] != i;
      if (view_.cohorts.first_seen[i] == 0 || is_inner) {
        continue;
      }
      const std::uint32_t own = group_of_[view_.cohorts.subtree_root[i]];
      for (const auto edge : graph.edges(NodeIndex(i))) {
        if (edge.type == EdgeType::weak || view_.cohorts.first_seen[edge.target.get()] == 0) {
          continue;
        }
        const std::uint32_t other = group_of_[view_.cohorts.subtree_root[edge.target.get()]];
        if (other == own) {
          continue;
        }
        const Pair pair = std::minmax(own, other);
        const auto [known, is_new] = wanted.try_emplace(pair);
        if (is_new) {
          known->second = may_merge(pair.first, pair.second);
        }
        if (known->second && !is_ring_edge(edge)) {
          ends.emplace_back(pair, i);
          ends.emplace_back(pair, edge.target.get());
        }
      }
    }
    std::sort(ends.begin(), ends.end());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    std::map<Pair, std::pair<std::size_t, std::size_t>> sides;
    for (const auto& [pair, node] : ends) {
      auto& counts = sides[pair];
      ++(group_of_[view_.cohorts.subtree_root[node]] == pair.first ? counts.first : counts.second);
    }
    std::vector<std::pair<std::size_t, Pair>> links;
    for (const auto& [pair, counts] : sides) {
      if (std::min(counts.first, counts.second) >= kMinReferences) {
        links.emplace_back(std::min(counts.first, counts.second), pair);
      }
    }
    return links;
  }

  /// Items of a group, counted once.
  [[nodiscard]] std::size_t items_in(std::uint32_t group) {
    const auto [known, is_new] = items_.try_emplace(group);
    if (is_new) {
      known->second = items_of(view_, groups_[group]).size();
    }
    return known->second;
  }

  /// Moves the subtrees of each merged group into the group that is kept.
  template <typename Leader>
  void move_subtrees(const std::vector<std::uint32_t>& into, const Leader& leader) {
    std::vector<Accumulation> kept;
    std::vector<std::uint32_t> new_index(groups_.size());
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      if (into[g] == g) {
        new_index[g] = static_cast<std::uint32_t>(kept.size());
        kept.push_back(std::move(groups_[g]));
      }
    }
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      if (into[g] == g) {
        continue;
      }
      Accumulation& to = kept[new_index[leader(g)]];
      to.subtree_roots.insert(to.subtree_roots.end(), groups_[g].subtree_roots.begin(), groups_[g].subtree_roots.end());
      to.joined_holders.insert(to.joined_holders.end(), groups_[g].holders.begin(), groups_[g].holders.end());
    }
    groups_ = std::move(kept);
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      std::sort(groups_[g].subtree_roots.begin(), groups_[g].subtree_roots.end());
      std::sort(groups_[g].joined_holders.begin(), groups_[g].joined_holders.end());
      for (const std::uint32_t root : groups_[g].subtree_roots) {
        group_of_[root] = g;
      }
    }
  }

  const series::SeriesView& view_;
  std::vector<Accumulation>& groups_;
  Column<std::uint32_t>& group_of_;
  // By group.
  std::vector<bool> held_by_roots_;
  std::vector<std::set<std::uint32_t>> owners_;
  std::vector<double> bytes_;  // retained by the new subtrees
  std::vector<LeakCause> causes_;
  std::map<std::uint32_t, std::size_t> items_;
};

}  // namespace

void merge_related_groups(const series::SeriesView& view, std::vector<Accumulation>& groups,
                          Column<std::uint32_t>& group_of) {
  // Of one heap, so many places are scattered objects that nothing connects.
  constexpr std::size_t kMostPlacesOfOneHeap = 256;
  if (view.ages == AgeSource::structure && groups.size() > kMostPlacesOfOneHeap) {
    return;
  }
  GroupMerger(view, groups, group_of).merge();
}

}  // namespace heapdiff::suspects
