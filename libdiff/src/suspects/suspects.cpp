// From accumulations to suspects: judged, ordered, and only then described.

#include "growth/suspect_growth.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/background_thread.h"
#include "heapdiff/snapshot/visible_text.h"
#include "suspects/accumulation.h"
#include "suspects/allocation_traces.h"
#include "suspects/classify_suspect.h"
#include "suspects/fix_effect.h"
#include "suspects/new_objects.h"
#include "suspects/path_functions.h"
#include "suspects/signature.h"
#include "suspects/suspect_path.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxSuspects = 20;
constexpr std::size_t kMaxCuts = 3;  ///< a cut costs a search of the whole heap

struct Judged {
  Suspect suspect;
  const Accumulation* group = nullptr;
  [[nodiscard]] std::int64_t bytes() const { return static_cast<std::int64_t>(group->total_bytes()); }
  [[nodiscard]] bool grows() const {
    return suspect.trajectory == Trajectory::steady || suspect.trajectory == Trajectory::two_points ||
           suspect.trajectory == Trajectory::unclear;
  }
};

/// Names a suspect: its path, class, kind and functions.
void describe(Suspect& suspect, const SeriesView& view, const PrototypeOwners& owners, const Accumulation& group,
              const std::vector<std::uint32_t>& items) {
  const SnapshotGraph& graph = view.last.graph;
  const NodeIndex top = representative(view, group);
  const std::vector<NodeIndex> nodes_of_path = set_path(suspect, view, top);
  const NodeIndex holder = holder_on_path(view, group, top);
  suspect.holder = visible_text(view.last.classes.name(holder), 120);
  suspect.holder_id = graph.id(holder);
  suspect.top_id = graph.id(top);
  if (graph.find_target(holder, EdgeType::property, "_events")) {
    suspect.emitter = owners.made_by(view.last, holder);
  }
  set_constructor(suspect, view, group, top, items);
  suspect.hint.holder_name = holder_name(view, holder, top);
  suspect.label = suspect.hint.holder_name;
  std::size_t holder_at = 0;
  for (std::size_t i = 0; i < suspect.path.size(); ++i) {
    if (suspect.path[i].node_id == graph.id(holder)) {
      holder_at = i;
    }
  }
  classify(suspect, view.last, group, view.facts, holder, holder_at, items);
  if (!suspect.emitter.empty() && holder_at < suspect.path.size() &&
      suspect.path[holder_at].node_id == suspect.holder_id) {
    suspect.path[holder_at].node = suspect.emitter;  // a client that mixes in an emitter's methods keeps its own name
  }
  add_path_functions(suspect, view.last, view.cohorts, nodes_of_path);
  if (graph.has_allocation_traces()) {
    add_allocation_traces(suspect, view.last, new_objects_of(view, group));
  }
  suspect.signature = leak_signature(suspect.kind, suspect.constructor, group.signature);
}

/// What is shown to leak comes before what only grew; then by growth.
void sort_worst_first(std::vector<Judged>& found) {
  std::stable_sort(found.begin(), found.end(), [](const Judged& a, const Judged& b) {
    const bool x = a.suspect.trajectory == Trajectory::steady;
    const bool y = b.suspect.trajectory == Trajectory::steady;
    if (x != y) {
      return x;
    }
    return a.suspect.growth_bytes != b.suspect.growth_bytes ? a.suspect.growth_bytes > b.suspect.growth_bytes
                                                            : a.group->signature < b.group->signature;
  });
}

/// What the heap's growth leaves to explain when all that is known to be no leak is taken out of it.
class Remainder {
 public:
  Remainder(std::span<const Facts> facts, std::span<const double> hours)
      : hours_(hours), smallest_(smallest_growth(facts)), scattered_(facts.size(), 0.0) {
    for (const Facts& f : facts) {
      heap_.push_back(static_cast<double>(f.total_bytes));
    }
  }

  /// Takes objects out that came once and stayed.
  void take_cohorts(const std::vector<double>& cohort_bytes) { add_cohorts(heap_, cohort_bytes, -1); }

  /// Takes a place out that was judged: where its levels are known, by them. Of what turns over, its survivors say
  /// nothing about how much there was before.
  void take(const Suspect& suspect, const Accumulation& group) {
    for (std::size_t k = 0; k < heap_.size() && suspect.levels_are_retained; ++k) {
      heap_[k] -= suspect.levels[k] - suspect.levels[0];
    }
    if (!suspect.levels_are_retained && suspect.trajectory == Trajectory::decelerating) {
      take_cohorts(group.cohort_bytes);
    }
  }

  /// Notes a place too small for a word: many of them may be a leak together.
  void scatter(const Accumulation& group) { add_cohorts(scattered_, group.cohort_bytes, 1); }

  void tell(Findings& findings) const {
    findings.unexplained_levels = heap_;
    findings.smallest_bytes = smallest_;
    if (!findings.suspects.empty()) {
      return;
    }
    findings.unexplained = judge_trajectory(hours_, heap_, smallest_);
    findings.unexplained_bytes = heap_.back() - heap_.front();
    if (findings.unexplained != Trajectory::steady && findings.unexplained != Trajectory::two_points &&
        judge_trajectory(hours_, scattered_, smallest_) == Trajectory::steady &&
        survivors_persist({hours_, {}, scattered_})) {
      findings.unexplained = Trajectory::steady;
      findings.unexplained_bytes = scattered_.back();
      findings.unexplained_is_scattered = true;
    }
  }

 private:
  static void add_cohorts(std::vector<double>& levels, const std::vector<double>& cohort_bytes, double sign) {
    double sum = 0;
    for (std::size_t k = 0; k < levels.size(); ++k) {
      sum += cohort_bytes[k];
      levels[k] += sign * sum;
    }
  }

  std::span<const double> hours_;
  double smallest_;
  std::vector<double> heap_;
  std::vector<double> scattered_;  // survivors of all small places
};

}  // namespace

Findings find_suspects(const Heap& last, std::span<const Facts> facts, std::span<const double> hours) {
  Cohorts cohorts;
  BackgroundTask finding([&] { cohorts = find_cohorts(last, facts); });
  const RetainingTree tree(last.graph, last.distances.page_owned);
  finding.get();
  const SeriesView view{last, facts, hours, tree, cohorts};
  const Accumulations accumulations = find_accumulations(view);
  const std::vector<Accumulation>& groups = accumulations.groups;
  const GrowthJudge judge(view, groups);
  Findings findings;
  findings.artefact_bytes = accumulations.artefact_store_bytes;
  findings.unattributed_bytes = accumulations.unowned_store_bytes;
  findings.new_bytes = accumulations.artefact_store_bytes + accumulations.unowned_store_bytes;
  std::vector<Judged> found;
  Remainder remainder(facts, hours);
  for (const Accumulation& group : groups) {
    Judged judged{{}, &group};
    findings.new_bytes += judged.bytes();
    if (group.artefact) {
      findings.artefact_bytes += judged.bytes();
      remainder.take_cohorts(group.cohort_bytes);
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
      findings.replaced_bytes += judged.bytes();
      remainder.take(suspect, group);
    } else {
      remainder.scatter(group);
      findings.unattributed_bytes += judged.bytes();
    }
  }
  sort_worst_first(found);
  const PrototypeOwners owners(last.graph);
  FixEffect effect(view);
  for (auto& judged : found) {
    Suspect& suspect = judged.suspect;
    const Accumulation& group = *judged.group;
    if (judged.grows() && findings.suspects.size() == kMaxSuspects) {
      findings.unattributed_bytes += judged.bytes();
      continue;
    }
    const std::vector<std::uint32_t> items = items_of(view, group);
    describe(suspect, view, owners, group, items);
    if (!judged.grows()) {
      findings.dismissed_bytes += judged.bytes();
      remainder.take(suspect, group);
      findings.dismissed.push_back(std::move(suspect));
      continue;
    }
    if (findings.suspects.size() < kMaxCuts) {
      suspect.fix_frees_bytes = effect.freed_bytes(group, items);
      suspect.other_holders = effect.other_holders(group, items);
    }
    for (const std::uint32_t top : group.tops) {
      suspect.top_ids.push_back(last.graph.id(NodeIndex(top)));
    }
    findings.suspects.push_back(std::move(suspect));
  }
  remainder.tell(findings);
  return findings;
}

}  // namespace heapdiff
