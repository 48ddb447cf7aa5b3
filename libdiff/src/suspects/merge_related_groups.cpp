#include "suspects/merge_related_groups.h"

#include "suspects/new_objects.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::size_t kFewest = 8;  ///< pairs of objects: fewer may be chance
constexpr int kMostSteps = 5;       ///< from a holder up to the object of the program's that it lies in

using Pair = std::pair<std::uint32_t, std::uint32_t>;

bool is_held_by_roots(const SeriesView& view, const Accumulation& group) {
  return std::all_of(group.holders.begin(), group.holders.end(), [&](std::uint32_t holder) {
    return holder == 0 || view.last.graph.type(NodeIndex(holder)) == NodeType::synthetic;
  });
}

/// Objects of the program's that the holders lie in, with nothing but stores, collections and such objects between.
std::set<std::uint32_t> owners_of(const SeriesView& view, const Accumulation& group) {
  const SnapshotGraph& graph = view.last.graph;
  std::set<std::uint32_t> owners;
  if (group.holders.size() != 1) {
    return owners;
  }
  NodeIndex at(group.holders.front());
  for (int step = 0; step < kMostSteps && at && at != SnapshotGraph::root() && view.tree.reaches(at); ++step) {
    const std::string_view name = graph.name(at);
    if (is_program_instance(graph, at)) {
      // The runtime's own: what lies in them belongs to many.
      if (name == "Module" || name == "process" || name.starts_with("global") || name.starts_with("Window")) {
        break;
      }
      owners.insert(at.get());
    } else if (!is_backing_store(graph, at) && !(graph.type(at) == NodeType::object && is_collection(name))) {
      break;
    }
    at = view.tree.parent(at);
  }
  return owners;
}

class Companions {
 public:
  Companions(const SeriesView& view, std::vector<Accumulation>& groups, std::vector<std::uint32_t>& group_of)
      : view_(view), groups_(groups), group_of_(group_of) {
    for (const Accumulation& group : groups_) {
      by_roots_.push_back(is_held_by_roots(view_, group));
      owners_.push_back(group.artefact || by_roots_.back() ? std::set<std::uint32_t>() : owners_of(view_, group));
      double bytes = 0;
      for (const std::uint32_t top : group.tops) {
        bytes += static_cast<double>(view_.last.retained_size(NodeIndex(top)));
      }
      bytes_.push_back(bytes);
    }
  }

  void join() {
    std::vector<std::pair<std::size_t, Pair>> links = count_links();
    std::stable_sort(links.begin(), links.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::uint32_t> into(groups_.size());
    std::iota(into.begin(), into.end(), 0U);
    const auto leader = [&](std::uint32_t g) {
      while (into[g] != g) {
        g = into[g];
      }
      return g;
    };
    for (const auto& link : links) {
      const Pair& pair = link.second;
      if (2 * link.first < std::min(items_in(pair.first), items_in(pair.second))) {
        continue;
      }
      std::uint32_t a = leader(pair.first);
      std::uint32_t b = leader(pair.second);
      if (a != b) {
        if (std::tuple(!by_roots_[b], bytes_[b]) > std::tuple(!by_roots_[a], bytes_[a])) {
          std::swap(a, b);
        }
        into[b] = a;
      }
    }
    take_up(into, leader);
  }

 private:
  [[nodiscard]] bool may_join(std::uint32_t a, std::uint32_t b) const {
    if (groups_[a].artefact || groups_[b].artefact || (by_roots_[a] && by_roots_[b])) {
      return false;
    }
    return by_roots_[a] || by_roots_[b] ||
           std::any_of(owners_[a].begin(), owners_[a].end(), [&](std::uint32_t n) { return owners_[b].contains(n); });
  }

  /// Neighbours in the runtime's rings of timers have nothing in common.
  [[nodiscard]] bool is_ring(const SnapshotGraph::Edge& edge) const {
    if (edge.type != EdgeType::property) {
      return false;
    }
    const std::string_view name = view_.last.graph.edge_name(edge);
    return name == "_idleNext" || name == "_idlePrev";
  }

  /// For each pair of groups: how many objects of the one refer to objects of the other, or are referred to; the
  /// smaller count of both sides.
  [[nodiscard]] std::vector<std::pair<std::size_t, Pair>> count_links() const {
    const SnapshotGraph& graph = view_.last.graph;
    std::map<Pair, bool> wanted;
    std::vector<std::tuple<Pair, std::uint32_t>> ends;  // pair, object of either side
    for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
      if (view_.cohorts.first_seen[i] == 0) {
        continue;
      }
      const std::uint32_t own = group_of_[view_.cohorts.top[i]];
      for (const auto edge : graph.edges(NodeIndex(i))) {
        if (edge.type == EdgeType::weak || view_.cohorts.first_seen[edge.target.get()] == 0) {
          continue;
        }
        const std::uint32_t other = group_of_[view_.cohorts.top[edge.target.get()]];
        if (other == own) {
          continue;
        }
        const Pair pair = std::minmax(own, other);
        const auto [known, fresh] = wanted.try_emplace(pair);
        if (fresh) {
          known->second = may_join(pair.first, pair.second);
        }
        if (known->second && !is_ring(edge)) {
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
      ++(group_of_[view_.cohorts.top[node]] == pair.first ? counts.first : counts.second);
    }
    std::vector<std::pair<std::size_t, Pair>> links;
    for (const auto& [pair, counts] : sides) {
      if (std::min(counts.first, counts.second) >= kFewest) {
        links.emplace_back(std::min(counts.first, counts.second), pair);
      }
    }
    return links;
  }

  [[nodiscard]] std::size_t items_in(std::uint32_t group) {
    const auto [known, fresh] = items_.try_emplace(group);
    if (fresh) {
      known->second = items_of(view_, groups_[group]).size();
    }
    return known->second;
  }

  template <typename Leader>
  void take_up(const std::vector<std::uint32_t>& into, const Leader& leader) {
    std::vector<Accumulation> kept;
    std::vector<std::uint32_t> place(groups_.size());
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      if (into[g] == g) {
        place[g] = static_cast<std::uint32_t>(kept.size());
        kept.push_back(std::move(groups_[g]));
      }
    }
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      if (into[g] == g) {
        continue;
      }
      Accumulation& to = kept[place[leader(g)]];
      to.tops.insert(to.tops.end(), groups_[g].tops.begin(), groups_[g].tops.end());
      to.joined_holders.insert(to.joined_holders.end(), groups_[g].holders.begin(), groups_[g].holders.end());
    }
    groups_ = std::move(kept);
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      std::sort(groups_[g].tops.begin(), groups_[g].tops.end());
      std::sort(groups_[g].joined_holders.begin(), groups_[g].joined_holders.end());
      for (const std::uint32_t top : groups_[g].tops) {
        group_of_[top] = g;
      }
    }
  }

  const SeriesView& view_;
  std::vector<Accumulation>& groups_;
  std::vector<std::uint32_t>& group_of_;
  std::vector<bool> by_roots_;
  std::vector<std::set<std::uint32_t>> owners_;
  std::vector<double> bytes_;
  std::map<std::uint32_t, std::size_t> items_;
};

}  // namespace

void join_companions(const SeriesView& view, std::vector<Accumulation>& groups, std::vector<std::uint32_t>& group_of) {
  Companions(view, groups, group_of).join();
}

}  // namespace heapdiff
