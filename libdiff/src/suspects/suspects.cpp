// The steps from accumulations to suspects. Every accumulation is judged first; only those that grew are described,
// because a description costs walks over the whole heap.

#include "growth/suspect_growth.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/internal/background_task.h"
#include "heapdiff/snapshot/error.h"
#include "suspects/accumulation.h"
#include "suspects/alike_counts.h"
#include "suspects/describe_suspect.h"
#include "suspects/fix_effect.h"
#include "suspects/new_objects.h"
#include "suspects/other_holders.h"
#include "suspects/unexplained_growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace heapdiff::suspects {

namespace {

/// An accumulation with what was judged of it.
struct JudgedGroup {
  Suspect suspect;
  const Accumulation* group = nullptr;

  [[nodiscard]] std::int64_t bytes() const { return static_cast<std::int64_t>(group->total_bytes()); }
  [[nodiscard]] bool grows() const {
    return suspect.trajectory == Trajectory::steady || suspect.trajectory == Trajectory::two_points ||
           suspect.trajectory == Trajectory::unclear;
  }
};

/// Steady growth first, then by bytes.
void sort_worst_first(std::vector<JudgedGroup>& found) {
  std::stable_sort(found.begin(), found.end(), [](const JudgedGroup& a, const JudgedGroup& b) {
    const bool x = a.suspect.trajectory == Trajectory::steady;
    const bool y = b.suspect.trajectory == Trajectory::steady;
    if (x != y) {
      return x;
    }
    return a.suspect.growth_bytes != b.suspect.growth_bytes ? a.suspect.growth_bytes > b.suspect.growth_bytes
                                                            : a.group->signature < b.group->signature;
  });
}

/// Self sizes of all new objects, added up without the groups that they were sorted into.
std::int64_t new_object_bytes(const series::SeriesView& view) {
  std::int64_t bytes = 0;
  for (std::uint32_t i = 0; i < view.last.graph.node_count(); ++i) {
    bytes += view.cohorts.first_seen[i] == 0 ? 0 : static_cast<std::int64_t>(view.last.graph.self_size(NodeIndex(i)));
  }
  return bytes;
}

/// What stores of old objects grew by.
std::int64_t store_growth_bytes(const Accumulations& accumulations) {
  double bytes = 0;
  for (const Accumulation& group : accumulations.groups) {
    bytes += group.store_levels.back() + group.outer_store_levels.back();
  }
  return static_cast<std::int64_t>(bytes) + accumulations.unowned_store_bytes + accumulations.overhead_store_bytes;
}

/// Every new byte is in one bucket. A byte that is in none or in two would make the report's shares wrong without a
/// sign of it.
void check_byte_buckets(const Findings& findings) {
  const std::int64_t sum = findings.suspect_bytes + findings.overhead_bytes + findings.dismissed_bytes +
                           findings.replaced_bytes + findings.unattributed_bytes;
  if (sum != findings.new_bytes) {
    throw Error(ErrorKind::internal, fmt::format("{} new bytes were attributed as {}", findings.new_bytes, sum));
  }
}

class SuspectFinder {
 public:
  explicit SuspectFinder(const series::SeriesView& view)
      : view_(view),
        accumulations_(find_accumulations(view)),
        unexplained_(view, accumulations_.groups),
        owners_(view.last.graph),
        effect_(view),
        others_(view, accumulations_.groups, effect_) {}

  Findings find() {
    findings_.overhead_bytes = accumulations_.overhead_store_bytes;
    findings_.unattributed_bytes = accumulations_.unowned_store_bytes;
    findings_.new_bytes = new_object_bytes(view_) + store_growth_bytes(accumulations_);
    std::vector<JudgedGroup> found = judge_groups();
    sort_worst_first(found);
    // Suspects first: what they have as another holder is not dismissed.
    std::stable_partition(found.begin(), found.end(), [](const JudgedGroup& judged) { return judged.grows(); });
    for (JudgedGroup& judged : found) {
      report(judged);
    }
    unexplained_.write_to(findings_);
    check_byte_buckets(findings_);
    return std::move(findings_);
  }

 private:
  /// The groups that grew. All others go into their bucket here.
  std::vector<JudgedGroup> judge_groups() {
    const GrowthJudge judge(view_, accumulations_.groups);
    std::vector<JudgedGroup> found;
    for (const Accumulation& group : accumulations_.groups) {
      JudgedGroup judged{{}, &group};
      if (group.is_overhead) {
        findings_.overhead_bytes += judged.bytes();
        continue;
      }
      Suspect& suspect = judged.suspect;
      suspect.holder_count = group.holders.size();
      suspect.new_objects =
          static_cast<std::int64_t>(std::accumulate(group.cohort_objects.begin(), group.cohort_objects.end(), 0.0));
      judge.judge(suspect, group);
      if (suspect.trajectory != Trajectory::flat) {
        found.push_back(std::move(judged));
      } else if (suspect.levels_are_retained && 2 * suspect.growth_bytes < judged.bytes()) {
        findings_.replaced_bytes += judged.bytes();
        unexplained_.subtract_place(suspect, group);
      } else {
        findings_.unattributed_bytes += judged.bytes();
        unexplained_.add_small_place(group);
      }
    }
    return found;
  }

  /// Describes a group that grew, as a suspect or, where it levelled off or went up and down, as dismissed. A group
  /// whose bytes levelled off while its holder gained more and more of a suspect's objects belongs to that suspect: a
  /// table is reallocated at twice its size, so that its bytes rise in a few leaps only.
  void report(JudgedGroup& judged) {
    Suspect& suspect = judged.suspect;
    const Accumulation& group = *judged.group;
    if (judged.grows() && findings_.suspects.size() == kMaxSuspects) {
      findings_.unattributed_bytes += judged.bytes();
      return;
    }
    if (!judged.grows() && others_.is_growing_holder(group)) {
      findings_.suspect_bytes += judged.bytes();
      return;
    }
    const std::vector<std::uint32_t> items = items_of(view_, group);
    describe(suspect, view_, owners_, group, items);
    if (!judged.grows()) {
      findings_.dismissed_bytes += judged.bytes();
      unexplained_.subtract_place(suspect, group);
      findings_.dismissed.push_back(std::move(suspect));
      return;
    }
    findings_.suspect_bytes += judged.bytes();
    if (is_one_file(view_.ages)) {
      suspect.retained_bytes = judged.bytes();
      count_alike(suspect, view_, group, items);
    }
    if (findings_.suspects.size() < kMaxFixEffects) {
      others_.describe(suspect, group, items);
    }
    for (const std::uint32_t root : group.subtree_roots) {
      suspect.subtree_root_ids.push_back(view_.last.graph.id(NodeIndex(root)));
    }
    findings_.suspects.push_back(std::move(suspect));
  }

  const series::SeriesView& view_;
  Accumulations accumulations_;
  UnexplainedGrowth unexplained_;
  PrototypeOwners owners_;
  FixEffect effect_;
  OtherHolderFinder others_;
  Findings findings_;
};

}  // namespace

Findings find_in(const series::SeriesView& view) {
  Findings findings = SuspectFinder(view).find();
  findings.ages = view.ages;
  return findings;
}

}  // namespace heapdiff::suspects

namespace heapdiff {

Findings find_suspects(const Heap& last, std::span<const Facts> facts, std::span<const Clock> clocks) {
  series::Cohorts cohorts;
  internal::BackgroundTask finding([&] { cohorts = series::find_cohorts(last, facts); });
  const RetainingTree tree(last.graph, last.distances.page_owned);
  finding.get();
  const series::SeriesView view{last, facts, clocks, tree, cohorts};
  return suspects::find_in(view);
}

}  // namespace heapdiff
