// Every new object belongs to one maximal new subtree of the dominator tree. The holder of a subtree is the nearest old
// object on the retaining path of its root, past backing stores and past chains of equal links. Subtrees whose holders
// have the same folded path form one accumulation: a thousand sockets that gained one listener each are one leak.

#include "suspects/accumulation.h"

#include "growth/store_growth.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/snapshot/visible_text.h"
#include "series/dominated_set.h"
#include "suspects/holder_finder.h"
#include "suspects/merge_related_groups.h"
#include "suspects/timer_callbacks.h"
#include "v8/events.h"
#include "v8/functions.h"
#include "v8/node_predicates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

namespace heapdiff::suspects {

namespace {

/// A new subtree with its holder and the label by which the holder refers to it.
struct PlacedSubtree {
  std::uint32_t root = 0;
  OldHolder holder;
  std::string label;
  NodeIndex structure = NodeIndex::none();  ///< uppermost node of the program's own tree that the subtree hangs in
};

/// A holder that refers to new objects by more labels than this is a dictionary: no class has so many fields.
constexpr std::size_t kMaxFieldLabels = 16;

/// New objects below at least this many nodes of one tree hang in the tree. Below fewer they hang in those nodes, as in
/// a logger with child loggers.
constexpr std::size_t kMinTreeNodes = 4;

/// A group with less than this share of another one's bytes is a table or code of the other one, not a second leak.
constexpr double kMinLeakShare = 0.1;

/// All new subtrees with their holders and labels, by node.
std::deque<PlacedSubtree> place_subtrees(const series::SeriesView& view, HolderFinder& finder) {
  const std::uint32_t count = view.last.graph.node_count();
  std::deque<PlacedSubtree> placed;                                          // a vector would move many as it grows
  std::unordered_map<std::uint32_t, std::set<std::string>> labels_of;        // by holder
  std::unordered_map<std::uint32_t, std::set<std::uint32_t>> tree_nodes_of;  // by uppermost node of the tree
  for (std::uint32_t i = 0; i < count; ++i) {
    if (view.cohorts.first_seen[i] == 0 || view.cohorts.subtree_root[i] != i) {
      continue;
    }
    const OldHolder holder = finder.holder_of(NodeIndex(i));
    placed.push_back({i, holder, {}});
    if (holder.node == SnapshotGraph::root()) {
      continue;
    }
    if (const NodeIndex structure = finder.structure_of(NodeIndex(i), holder.node)) {
      placed.back().structure = structure;
      std::set<std::uint32_t>& nodes = tree_nodes_of[structure.get()];
      if (nodes.size() < kMinTreeNodes) {
        nodes.insert(holder.node.get());
      }
    }
  }
  for (PlacedSubtree& place : placed) {
    if (place.structure && tree_nodes_of[place.structure.get()].size() >= kMinTreeNodes) {
      place.holder = finder.holder_of(place.structure);
    }
    place.label = finder.label_below(place.holder);
    std::set<std::string>& labels = labels_of[place.holder.node.get()];
    if (labels.size() <= kMaxFieldLabels) {
      labels.insert(place.label);
    }
  }
  for (PlacedSubtree& place : placed) {
    const NodeIndex holder = place.holder.node;
    if (holder != SnapshotGraph::root() && labels_of[holder.get()].size() > kMaxFieldLabels) {
      // The keys of a dictionary are data, also where they contain no digit.
      place.label = place.label.starts_with(fmt::format("{} ", v8::kEventsProperty))
                        ? fmt::format("{} *", v8::kEventsProperty)
                        : "[]";
    }
  }
  return placed;
}

/// One group per folded path. Writes the group of each subtree's root to `group_of`, by node.
std::vector<Accumulation> group_by_place(const series::SeriesView& view, Column<std::uint32_t>& group_of) {
  HolderFinder finder(view.last, view.cohorts, view.tree);
  std::map<std::string, Accumulation> by_signature;
  struct Place {
    std::string signature;
    std::array<Accumulation*, 2> groups{};  // of the program, of the engine
  };
  std::map<std::pair<std::uint32_t, std::string>, Place> places;  // by holder and label
  TimerCallbacks callbacks(view.last.graph);
  for (PlacedSubtree& place : place_subtrees(view, finder)) {
    if (const std::string callback = callbacks.text_of(NodeIndex(place.root)); !callback.empty()) {
      place.label += " " + callback;
    }
    const auto [at, is_new] = places.try_emplace({place.holder.node.get(), std::move(place.label)});
    Place& known = at->second;
    if (is_new) {
      known.signature = finder.signature_of(place.holder.node, at->first.second);
    }
    Accumulation*& into = known.groups[place.holder.is_overhead ? 1 : 0];
    if (into == nullptr) {
      into = &by_signature[(place.holder.is_overhead ? "overhead " : "") + known.signature];
      into->signature = known.signature;
      into->is_overhead = place.holder.is_overhead;
      into->holders.push_back(place.holder.node.get());
    }
    into->subtree_roots.push_back(place.root);
  }
  std::vector<Accumulation> groups;
  group_of = Column<std::uint32_t>(view.last.graph.node_count());
  for (auto& [key, group] : by_signature) {
    std::sort(group.holders.begin(), group.holders.end());
    group.holders.erase(std::unique(group.holders.begin(), group.holders.end()), group.holders.end());
    for (const std::uint32_t root : group.subtree_roots) {
      group_of[root] = static_cast<std::uint32_t>(groups.size());
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

/// Adds up the sizes and counts of the new objects of all groups.
class NewObjectSums {
 public:
  NewObjectSums(const series::SeriesView& view, std::vector<Accumulation>& groups,
                const Column<std::uint32_t>& group_of)
      : view_(view),
        graph_(view.last.graph),
        groups_(groups),
        group_of_(group_of),
        inside_(view.last.dominators),
        is_outside_(graph_.node_count()),
        is_shared_(graph_.node_count()) {}

  void add_all() {
    for (Accumulation& group : groups_) {
      prepare(group);
    }
    if (view_.ages != AgeSource::structure) {
      find_shared_subtrees();
    }
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (view_.cohorts.first_seen[i] != 0) {
        add(i);
      }
    }
    end_run();
    for (const ClassSums& sums : recent_) {
      flush(sums);
    }
    for (Accumulation& group : groups_) {
      // One string or buffer that makes up nearly all of a group is replaced as it grows: it is no object that stays.
      if (2 * static_cast<double>(group.largest_bytes) >
          std::accumulate(group.item_bytes.begin(), group.item_bytes.end(), 0.0)) {
        group.item_bytes[group.largest_seen] -= static_cast<double>(group.largest_bytes);
      }
    }
  }

 private:
  void prepare(Accumulation& group) {
    for (auto* per_snapshot : {&group.cohort_bytes, &group.outside_bytes, &group.shared_bytes, &group.item_bytes,
                               &group.store_levels, &group.outer_store_levels, &group.cohort_objects}) {
      per_snapshot->assign(view_.facts.size(), 0);
    }
    if (view_.ages == AgeSource::structure) {
      return;  // nothing is said of what other groups hold, too
    }
    inside_.assign(group.holders);
    double bytes = 0;
    for (const std::uint32_t root : group.subtree_roots) {
      bytes += static_cast<double>(view_.last.retained_size(NodeIndex(root)));
      if (!inside_.contains(NodeIndex(root))) {
        is_outside_.set(root);
      }
    }
    group_bytes_.push_back(group.is_overhead ? 0 : bytes);
  }

  /// Marks the subtrees outside of their holders that new objects of another, not much smaller group refer to.
  void find_shared_subtrees() {
    for (std::uint32_t i = 0; i < graph_.node_count(); ++i) {
      if (view_.cohorts.first_seen[i] == 0) {
        continue;
      }
      for (const auto edge : graph_.edges(NodeIndex(i))) {
        if (edge.type == EdgeType::weak || !is_outside_.test(edge.target.get())) {
          continue;
        }
        const std::uint32_t from = group_of_[view_.cohorts.subtree_root[i]];
        const std::uint32_t to = group_of_[edge.target.get()];
        if (from != to && group_bytes_[from] >= kMinLeakShare * group_bytes_[to]) {
          is_shared_.set(edge.target.get());
        }
      }
    }
  }

  /// Adds a new object to its group.
  void add(std::uint32_t node) {
    const std::uint8_t seen = view_.cohorts.first_seen[node];
    const std::uint32_t root = view_.cohorts.subtree_root[node];
    Accumulation& group = groups_[group_of_[root]];
    const std::uint64_t bytes = graph_.self_size(NodeIndex(node));
    if (run_.group != &group || run_.seen != seen) {
      end_run();
      run_ = {&group, seen};
    }
    run_.bytes += bytes;
    run_.objects += 1;
    if (is_outside_.test(root)) {
      (is_shared_.test(root) ? group.shared_bytes : group.outside_bytes)[seen] += static_cast<double>(bytes);
    }
    if (graph_.type(NodeIndex(node)) != NodeType::array) {
      run_.item_bytes += bytes;
      if (bytes > group.largest_bytes) {
        group.largest_bytes = bytes;
        group.largest_seen = seen;
      }
    }
    const std::uint32_t constructor = view_.last.classes.of(NodeIndex(node)).get();
    ClassSums& sums = recent_[(constructor ^ (group_of_[root] * 31U) ^ (seen * 7U)) % recent_.size()];
    if (sums.group != &group || sums.constructor != constructor || sums.seen != seen) {
      flush(sums);
      sums = {&group, constructor, seen};
    }
    sums.count += 1;
    sums.bytes += bytes;
  }

  void end_run() {
    if (run_.group != nullptr) {
      run_.group->cohort_bytes[run_.seen] += static_cast<double>(run_.bytes);
      run_.group->cohort_objects[run_.seen] += static_cast<double>(run_.objects);
      run_.group->item_bytes[run_.seen] += static_cast<double>(run_.item_bytes);
    }
  }

  /// Sums over neighbours in the file of one group and one interval, which are many.
  struct Run {
    Accumulation* group = nullptr;
    std::uint8_t seen = 0;
    std::uint64_t bytes = 0;
    std::uint64_t objects = 0;
    std::uint64_t item_bytes = 0;
  };

  /// Sums of one class in one group and one interval that are not yet in the group.
  struct ClassSums {
    Accumulation* group = nullptr;
    std::uint32_t constructor = 0;
    std::uint8_t seen = 0;
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
  };

  void flush(const ClassSums& sums) {
    if (sums.group != nullptr) {
      auto& counts = sums.group->class_counts[sums.constructor];
      counts.resize(view_.facts.size());
      counts[sums.seen] += static_cast<double>(sums.count);
      sums.group->class_bytes[sums.constructor] += static_cast<std::int64_t>(sums.bytes);
    }
  }

  const series::SeriesView& view_;
  const SnapshotGraph& graph_;
  std::vector<Accumulation>& groups_;
  const Column<std::uint32_t>& group_of_;
  Run run_;
  std::array<ClassSums, 256> recent_;  // by a hash of class, group and interval
  series::DominatedSet inside_;        // below the holders of the group that is prepared
  BitColumn is_outside_;               // by root of a subtree: no holder of its group dominates it
  BitColumn is_shared_;                // by root of a subtree: another group refers to it
  std::vector<double> group_bytes_;    // retained by the group's subtrees; 0 for overhead
};

}  // namespace

double Accumulation::total_bytes() const {
  return std::accumulate(cohort_bytes.begin(), cohort_bytes.end(), 0.0) + store_levels.back() +
         outer_store_levels.back();
}

Accumulations find_accumulations(const series::SeriesView& view) {
  Accumulations found;
  Column<std::uint32_t> group_of;  // by root of a new subtree
  found.groups = group_by_place(view, group_of);
  merge_related_groups(view, found.groups, group_of);
  NewObjectSums(view, found.groups, group_of).add_all();
  if (view.ages == AgeSource::snapshots) {
    add_store_growth(view, found, group_of);
  } else if (view.ages == AgeSource::structure) {
    add_own_stores(view, found);
  }
  return found;
}

}  // namespace heapdiff::suspects
