#include "compare/grown_places.h"

#include "heapdiff/diff/clocks.h"
#include "suspects/describe_suspect.h"
#include "suspects/holder_finder.h"
#include "suspects/new_objects.h"
#include "suspects/other_holders.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace heapdiff::compare {

namespace {

/// A detector speaks of a series. Here the other heap is the base, and nothing came at any time.
void put_into_words_of_comparison(std::string& text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kWords = {{
      {" that came after the first snapshot", " that the base does not have"},
      {" came after the first snapshot", " are more than in the base"},
      {" came since the first snapshot", " are more than in the base"},
      {" at the first snapshot", " in the base"},
  }};
  for (const auto& [series, comparison] : kWords) {
    for (std::size_t at = text.find(series); at != std::string::npos; at = text.find(series, at)) {
      text.replace(at, series.size(), comparison);
    }
  }
}

/// Suspects of which the effect of a fix is computed: each costs searches of the whole heap.
constexpr std::size_t kMaxFixEffects = 1;

/// Which objects of the new heap are more than the base has, as cohorts: 0 for those that the base has, else 1.
series::Cohorts surplus_of(const GrownInput& input) {
  const SnapshotGraph& graph = input.heap.graph;
  series::Cohorts cohorts;
  cohorts.first_seen.assign(graph.node_count(), 0);
  std::vector<std::uint32_t> seen(input.tree.size());
  for (const std::uint32_t i : input.retaining.order().subspan(1)) {
    const std::uint32_t shape = input.placed.shape_of[i];
    if (graph.type(NodeIndex(i)) == NodeType::synthetic || input.found.is_place[shape] ||
        input.tree.at(shape).traits.is_overhead) {
      continue;
    }
    const bool anchored = input.tree.at(shape).parent == ShapeTree::kRoot;
    const bool below_new = !anchored && cohorts.first_seen[input.retaining.parent(NodeIndex(i)).get()] != 0;
    const bool more = input.found.point_of[shape] == shape && seen[shape]++ >= input.base.objects_of(shape);
    cohorts.first_seen[i] = below_new || more ? 1 : 0;
  }
  return cohorts;
}

void set_subtree_roots(const Heap& heap, series::Cohorts& cohorts) {
  cohorts.subtree_root = Column<std::uint32_t>(heap.graph.node_count());
  cohorts.subtree_root.prefault();
  for (const std::uint32_t n : heap.dominators.order.span()) {
    const std::uint32_t dominator = heap.dominators.idom[n];
    const bool inside = cohorts.first_seen[n] != 0 && cohorts.first_seen[dominator] != 0;
    cohorts.subtree_root[n] = inside ? cohorts.subtree_root[dominator] : n;
  }
}

/// Fills what detectors and paths read of an accumulation, for each row that is described.
class GroupMaker {
 public:
  GroupMaker(const GrownInput& input, std::span<const std::uint32_t> rows, series::Cohorts& cohorts)
      : input_(input), cohorts_(cohorts), groups_(rows.size()), largest_(rows.size()) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      group_of_row_.emplace(rows[i], i);
      groups_[i].signature = input.found.signatures[rows[i]];
    }
  }

  std::vector<suspects::Accumulation> make() {
    const SnapshotGraph& graph = input_.heap.graph;
    std::vector<std::vector<std::uint32_t>> tops(groups_.size());
    for (const std::uint32_t i : input_.retaining.order()) {
      const std::optional<std::size_t> group = group_of(i);
      if (!group) {
        continue;
      }
      std::uint32_t& largest = largest_[*group];
      if (largest == 0 || graph.self_size(NodeIndex(i)) > graph.self_size(NodeIndex(largest))) {
        largest = i;
      }
      if (cohorts_.first_seen[i] == 0) {
        continue;
      }
      count(groups_[*group], i);
      if (cohorts_.subtree_root[i] == i) {
        groups_[*group].subtree_roots.push_back(i);
      }
      const NodeIndex parent = input_.retaining.parent(NodeIndex(i));
      if (!parent || cohorts_.first_seen[parent.get()] == 0 || group_of(parent.get()) != group) {
        tops[*group].push_back(i);
      }
    }
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      complete(groups_[g], tops[g], largest_[g]);
    }
    return std::move(groups_);
  }

 private:
  [[nodiscard]] std::optional<std::size_t> group_of(std::uint32_t node) const {
    const auto at = group_of_row_.find(input_.found.row_of[input_.placed.shape_of[node]]);
    return at == group_of_row_.end() ? std::nullopt : std::optional(at->second);
  }

  void count(suspects::Accumulation& group, std::uint32_t node) const {
    const auto bytes = static_cast<std::int64_t>(input_.heap.graph.self_size(NodeIndex(node)));
    for (auto* per_snapshot : {&group.cohort_bytes, &group.cohort_objects, &group.item_bytes}) {
      per_snapshot->resize(2);
    }
    group.cohort_bytes[1] += static_cast<double>(bytes);
    group.item_bytes[1] += static_cast<double>(bytes);
    group.cohort_objects[1] += 1;
    const std::uint32_t constructor = input_.heap.classes.of(NodeIndex(node)).get();
    std::vector<double>& counts = group.class_counts[constructor];
    counts.resize(2);
    counts[1] += 1;
    group.class_bytes[constructor] += bytes;
  }

  /// A row without subtrees of its own: its objects lie in those of others, or one store grew.
  void complete(suspects::Accumulation& group, const std::vector<std::uint32_t>& tops, std::uint32_t largest) const {
    if (group.subtree_roots.empty()) {
      group.subtree_roots = tops;
    }
    if (group.subtree_roots.empty()) {
      group.subtree_roots.push_back(largest);
      cohorts_.first_seen[largest] = 1;
      cohorts_.subtree_root[largest] = largest;
      count(group, largest);
    }
    for (auto* per_snapshot : {&group.store_levels, &group.outer_store_levels, &group.outside_bytes,
                               &group.shared_bytes, &group.cohort_bytes, &group.cohort_objects, &group.item_bytes}) {
      per_snapshot->resize(2);
    }
  }

  const GrownInput& input_;
  series::Cohorts& cohorts_;
  std::vector<suspects::Accumulation> groups_;
  std::vector<std::uint32_t> largest_;  // by group: node with the largest self size
  std::unordered_map<std::uint32_t, std::size_t> group_of_row_;
};

void set_holders(const series::SeriesView& view, suspects::Accumulation& group) {
  suspects::HolderFinder finder(view.last, view.cohorts, view.tree);
  for (const std::uint32_t root : group.subtree_roots) {
    group.holders.push_back(finder.holder_of(NodeIndex(root)).node.get());
  }
  std::sort(group.holders.begin(), group.holders.end());
  group.holders.erase(std::unique(group.holders.begin(), group.holders.end()), group.holders.end());
}

}  // namespace

std::vector<Suspect> describe_grown(const GrownInput& input, std::span<const std::uint32_t> rows) {
  series::Cohorts cohorts = surplus_of(input);
  set_subtree_roots(input.heap, cohorts);
  std::vector<suspects::Accumulation> groups = GroupMaker(input, rows, cohorts).make();
  const std::vector<Clock> clocks = clocks_of(2, {}, {});
  const series::SeriesView view{input.heap, input.facts, clocks, input.retaining, cohorts};
  for (suspects::Accumulation& group : groups) {
    set_holders(view, group);
  }
  const PrototypeOwners owners(input.heap.graph);
  suspects::FixEffect effect(view);
  suspects::OtherHolderFinder others(view, groups, effect);
  std::vector<Suspect> found;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const CompareRow& row = input.found.rows[rows[i]];
    const suspects::Accumulation& group = groups[i];
    Suspect& suspect = found.emplace_back();
    suspect.compared = true;
    suspect.holder_count = group.holders.size();
    suspect.new_objects = static_cast<std::int64_t>(group.cohort_objects[1]);
    suspect.growth_bytes = row.difference();
    suspect.levels = {static_cast<double>(row.base_bytes), static_cast<double>(row.new_bytes)};
    suspect.trajectory = Trajectory::two_points;
    const std::vector<std::uint32_t> items = suspects::items_of(view, group);
    suspects::describe(suspect, view, owners, group, items);
    put_into_words_of_comparison(suspect.why);
    for (std::string& sentence : suspect.ruled_out) {
      put_into_words_of_comparison(sentence);
    }
    if (i < kMaxFixEffects) {
      others.describe(suspect, group, items);
    }
  }
  return found;
}

}  // namespace heapdiff::compare
