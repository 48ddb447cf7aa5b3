#include "growth/suspect_growth.h"

#include "heapdiff/snapshot/visible_text.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace heapdiff {

namespace {

/// Dominators from a new subtree up to its account: beyond so many stores nobody would call a place the object's.
constexpr int kMaxStoresOfAccount = 64;

/// Below this share of a group's bytes, its objects other than stores do not speak for it.
constexpr double kMinItemShare = 0.1;

/// Share of a group's objects by which the counts of their class may differ from them at any snapshot.
constexpr double kMaxCountDifference = 0.1;

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

GrowthJudge::GrowthJudge(const SeriesView& view, std::span<const Accumulation> groups)
    : view_(view), below_accounts_(view.last.dominators) {
  // The retained size of a new array may be mostly that of old items, as when a list is copied to be made shorter.
  std::unordered_map<std::uint32_t, double> new_bytes;  // by root of a new subtree
  for (std::uint32_t i = 0; i < view_.last.graph.node_count(); ++i) {
    if (view_.cohorts.first_seen[i] != 0) {
      new_bytes[view_.cohorts.subtree_root[i]] += static_cast<double>(view_.last.graph.self_size(NodeIndex(i)));
    }
  }
  for (const Accumulation& group : groups) {
    for (const std::uint32_t top : group.subtree_roots) {
      if (const NodeIndex account = account_of(top)) {
        new_under_[account.get()] += new_bytes[top];
      }
    }
  }
}

NodeIndex GrowthJudge::account_of(std::uint32_t top) const {
  const SnapshotGraph& graph = view_.last.graph;
  NodeIndex n = view_.last.dominators.of(NodeIndex(top));
  for (int step = 0; step < kMaxStoresOfAccount && n != SnapshotGraph::root(); ++step) {
    if ((graph.id(n) & 1U) != 0 && !is_backing_store(graph, n)) {
      return n;
    }
    n = view_.last.dominators.of(n);
  }
  return NodeIndex::none();
}

std::vector<double> GrowthJudge::retained_by(const std::vector<std::uint32_t>& accounts) const {
  std::vector<double> levels(view_.facts.size(), 0.0);
  below_accounts_.assign(accounts);
  for (const std::uint32_t account : accounts) {
    const NodeIndex above = view_.last.dominators.of(NodeIndex(account));
    const bool nested = account != 0 && below_accounts_.contains(above);
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
  if (view_.ages == AgeSource::samples) {
    suspect.levels = survivors_of(group.cohort_bytes);  // what was let go is not in the file
    return;
  }
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

std::vector<double> GrowthJudge::confirmed_counts(const Accumulation& group) const {
  const auto heaviest = std::max_element(group.class_bytes.begin(), group.class_bytes.end(),
                                         [](const auto& a, const auto& b) { return a.second < b.second; });
  const auto cohorts =
      heaviest == group.class_bytes.end() ? group.class_counts.end() : group.class_counts.find(heaviest->first);
  if (cohorts == group.class_counts.end()) {
    return {};
  }
  const std::string name = visible_text(view_.last.classes.info(ClassIndex(heaviest->first)).name, 120);
  const std::vector<double> kept = survivors_of(cohorts->second);
  const auto count_in = [&](const Facts& facts) {
    const auto row = facts.constructors.find(name);
    return row == facts.constructors.end() ? 0.0 : static_cast<double>(row->second.count);
  };
  const double first = count_in(view_.facts.front());
  for (std::size_t k = 0; k < kept.size(); ++k) {
    if (std::abs(count_in(view_.facts[k]) - first - kept[k]) > kMaxCountDifference * kept.back()) {
      return {};
    }
  }
  return kept;
}

GrowthJudgement GrowthJudge::judge_bytes(const Suspect& suspect, const Accumulation& group) const {
  const double smallest = smallest_growth(view_.facts);
  const std::vector<double> items = survivors_of(group.item_bytes);
  // Stores are made again as they grow: their objects show nothing where there is little else.
  const bool has_items = items.back() >= kMinItemShare * group.total_bytes();
  if (!has_items && group.store_levels.back() > 0.5 * group.total_bytes()) {
    return judge_table_growth(view_.clocks, suspect.levels, smallest);  // a Set of numbers shows its table alone
  }
  const std::span<const double> survivors = has_items ? std::span<const double>(items) : std::span<const double>();
  if (suspect.levels_are_retained) {
    return judge_growth({view_.clocks, suspect.levels, survivors}, smallest);
  }
  // These levels are the survivors: what is replaced looks like growth, but of it only the young are left.
  const GrowthJudgement seen = judge_growth({view_.clocks, suspect.levels, {}}, smallest);
  if (seen.trajectory == Trajectory::flat) {
    return seen;
  }
  // Tables double: what they hold shows whether it is growth that repeats.
  const std::vector<double> objects = has_items ? survivors_of(group.cohort_bytes) : suspect.levels;
  GrowthJudgement judged = judge_growth({view_.clocks, objects, has_items ? survivors : suspect.levels, true},
                                        std::min(smallest, objects.back()));
  if (judged.trajectory == Trajectory::unclear && !judged.survivors_persist) {
    judged.trajectory = Trajectory::unsteady;
  }
  return judged;
}

void GrowthJudge::judge(Suspect& suspect, const Accumulation& group) const {
  set_levels(suspect, group);
  GrowthJudgement judged = judge_bytes(suspect, group);
  if (judged.trajectory != Trajectory::flat && judged.trajectory != Trajectory::steady &&
      view_.ages == AgeSource::snapshots) {
    // Bytes leap where tables double. Objects are counted: when none of them went, as their class shows, the counts
    // are levels of their own.
    const std::vector<double> counts = confirmed_counts(group);
    if (!counts.empty()) {
      const GrowthJudgement counted = judge_growth({view_.clocks, counts, counts}, 1);
      judged = counted.trajectory == Trajectory::steady ? counted : judged;
    }
  }
  suspect.trajectory = judged.trajectory;
  suspect.clock = judged.clock;
  suspect.keeps_cohorts = judged.survivors_persist;
  suspect.growth_bytes = static_cast<std::int64_t>(suspect.levels.back() - suspect.levels.front());
  const std::span<const double> hours = readings_of(view_.clocks, ClockKind::time);
  if (!hours.empty()) {
    suspect.rate = fit_rate(hours, suspect.levels);
    suspect.detectable_rate = detectable_rate(hours, suspect.levels, count_distinct(view_.clocks));
  }
}

}  // namespace heapdiff
