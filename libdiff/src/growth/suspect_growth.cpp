#include "growth/suspect_growth.h"

#include "heapdiff/snapshot/visible_text.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <numeric>

namespace heapdiff {

namespace {

/// Accounts lie near: beyond this many dominators nobody would call a place the holder's.
constexpr int kMaxClimb = 64;

double sum_of(const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Bytes alive at the end, added up in the order in which they came.
std::vector<double> survivors_of(const std::vector<double>& cohort_bytes) {
  std::vector<double> levels(cohort_bytes.size(), 0.0);
  std::partial_sum(cohort_bytes.begin(), cohort_bytes.end(), levels.begin());
  return levels;
}

double retained_at(const Facts& facts, std::uint64_t id) {
  const auto object = facts.objects.find(id);
  return object ? static_cast<double>(object->retained_bytes) : 0.0;
}

}  // namespace

double smallest_growth(std::span<const Facts> facts) {
  return std::max(32e3, 0.002 * static_cast<double>(facts.back().total_bytes));
}

GrowthJudge::GrowthJudge(const SeriesView& view, std::span<const Accumulation> groups) : view_(view) {
  for (const Accumulation& group : groups) {
    for (const std::uint32_t top : group.subtree_roots) {
      if (const NodeIndex account = account_of(top)) {
        new_under_[account.get()] += static_cast<double>(view_.last.retained_size(NodeIndex(top)));
      }
    }
  }
}

NodeIndex GrowthJudge::account_of(std::uint32_t top) const {
  const SnapshotGraph& graph = view_.last.graph;
  NodeIndex n = view_.last.dominators.of(NodeIndex(top));
  for (int step = 0; step < kMaxClimb && n != SnapshotGraph::root(); ++step) {
    if ((graph.id(n) & 1U) != 0 && !is_backing_store(graph, n)) {
      return n;
    }
    n = view_.last.dominators.of(n);
  }
  return NodeIndex::none();
}

std::vector<double> GrowthJudge::retained_by(const std::vector<std::uint32_t>& accounts) const {
  std::vector<double> levels(view_.facts.size(), 0.0);
  for (const std::uint32_t account : accounts) {
    NodeIndex above = view_.last.dominators.of(NodeIndex(account));
    bool nested = false;
    for (int step = 0; step < kMaxClimb && above != SnapshotGraph::root() && !nested; ++step) {
      nested = std::binary_search(accounts.begin(), accounts.end(), above.get());
      above = view_.last.dominators.of(above);
    }
    for (std::size_t k = 0; k < levels.size() && !nested; ++k) {
      levels[k] += retained_at(view_.facts[k], view_.last.graph.id(NodeIndex(account)));
    }
  }
  return levels;
}

bool GrowthJudge::class_grew(const Accumulation& group) const {
  const auto heaviest = std::max_element(group.class_bytes.begin(), group.class_bytes.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
  if (heaviest == group.class_bytes.end()) {
    return true;
  }
  const std::string name = visible_text(view_.last.classes.info(ClassIndex(heaviest->first)).name, 120);
  const auto count_in = [&](const Facts& facts) {
    const auto row = facts.constructors.find(name);
    return row == facts.constructors.end() ? 0.0 : static_cast<double>(row->second.count);
  };
  const auto brought = group.class_counts.find(heaviest->first);
  return count_in(view_.facts.back()) - count_in(view_.facts.front()) >=
         0.5 * (brought == group.class_counts.end() ? 0.0 : sum_of(brought->second));
}

std::vector<double> GrowthJudge::replaced_levels(const Accumulation& group, double new_bytes) const {
  std::vector<std::uint32_t> accounts;
  for (const std::uint32_t top : group.subtree_roots) {
    const NodeIndex account = account_of(top);
    if (!account) {
      return {};
    }
    accounts.push_back(account.get());
  }
  std::sort(accounts.begin(), accounts.end());
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  double all = 0;
  for (const std::uint32_t account : accounts) {
    all += new_under_.at(account);
  }
  // Of a place too small for a word the retained size is proof enough.
  if (new_bytes < 0.8 * all || (new_bytes >= smallest_growth(view_.facts) && class_grew(group))) {
    return {};
  }
  std::vector<double> levels = retained_by(accounts);
  return levels.back() - levels.front() < 0.5 * new_bytes ? std::move(levels) : std::vector<double>();
}

void GrowthJudge::set_levels(Suspect& suspect, const Accumulation& group) const {
  const SnapshotGraph& graph = view_.last.graph;
  const std::size_t snapshots = view_.facts.size();
  const double new_bytes = sum_of(group.cohort_bytes);
  const bool followed = std::all_of(group.holders.begin(), group.holders.end(), [&](std::uint32_t holder) {
    return holder != 0 && (graph.id(NodeIndex(holder)) & 1U) != 0;
  });
  const double outside = sum_of(group.outside_bytes) + sum_of(group.shared_bytes);
  const double inside = new_bytes - outside + group.store_levels.back();
  if (followed && inside > 0) {
    std::vector<double> levels = retained_by(group.holders);
    const double growth = levels.back() - levels.front();
    if (growth >= 0.5 * inside && growth <= 1.25 * inside) {
      // Not in the holders' retained sizes: what others hold too, and the tables of these others. What two groups
      // refer to would be freed by neither alone: it counts as nobody's rate.
      const std::vector<double> held_twice = survivors_of(group.outside_bytes);
      for (std::size_t k = 0; k < snapshots; ++k) {
        levels[k] += held_twice[k] + group.outer_store_levels[k];
      }
      suspect.levels = std::move(levels);
      suspect.levels_are_retained = true;
      return;
    }
  }
  suspect.levels = replaced_levels(group, new_bytes);
  suspect.levels_are_retained = !suspect.levels.empty();
  if (suspect.levels.empty()) {
    suspect.levels = survivors_of(group.cohort_bytes);
    for (std::size_t k = 0; k < snapshots; ++k) {
      suspect.levels[k] += group.store_levels[k] + group.outer_store_levels[k];
    }
  }
}

void GrowthJudge::judge(Suspect& suspect, const Accumulation& group) const {
  set_levels(suspect, group);
  const double smallest = smallest_growth(view_.facts);
  const std::vector<double> items = survivors_of(group.item_bytes);
  // Stores are made anew as they grow: only where there is something else can the objects testify.
  const bool testify = items.back() >= 0.1 * group.total_bytes();
  if (suspect.levels_are_retained) {
    const GrowthSeries series{view_.hours, suspect.levels,
                              testify ? std::span<const double>(items) : std::span<const double>()};
    suspect.trajectory = judge_growth(series, smallest);
    suspect.keeps_cohorts = survivors_persist(series);
  } else {
    // These levels are the survivors: what turns over looks like growth, but of it only the young are left.
    suspect.trajectory = judge_trajectory(view_.hours, suspect.levels, smallest);
    const std::vector<double> objects = survivors_of(group.cohort_bytes);
    if (suspect.trajectory != Trajectory::flat && testify) {
      // Tables double: whether it is growth that repeats is told by what they hold.
      suspect.trajectory = judge_trajectory(view_.hours, objects, std::min(smallest, objects.back()));
    }
    suspect.keeps_cohorts =
        survivors_persist({view_.hours, {}, testify ? std::span<const double>(items) : suspect.levels});
    const bool grows = suspect.trajectory == Trajectory::steady || suspect.trajectory == Trajectory::unclear;
    if (grows && !suspect.keeps_cohorts) {
      suspect.trajectory = Trajectory::unsteady;
    }
  }
  // Of a Set of numbers nothing is seen but its table.
  if (sum_of(group.item_bytes) < 0.1 * group.total_bytes() && group.store_levels.back() > 0.5 * group.total_bytes()) {
    suspect.trajectory = judge_stairs(view_.hours, suspect.levels, smallest);
  }
  suspect.growth_bytes = static_cast<std::int64_t>(suspect.levels.back() - suspect.levels.front());
  if (!view_.hours.empty()) {
    suspect.rate = fit_rate(view_.hours, suspect.levels);
    suspect.detectable_rate = detectable_rate(view_.hours, suspect.levels);
  }
}

}  // namespace heapdiff
