#include "suspects/unexplained_growth.h"

#include "growth/suspect_growth.h"
#include "v8/machinery.h"

#include <string>

namespace heapdiff::suspects {

namespace {

/// Adds `sign` times the bytes that had come by each snapshot.
void add_cohorts(std::vector<double>& levels, const std::vector<double>& cohort_bytes, double sign) {
  double sum = 0;
  for (std::size_t k = 0; k < levels.size(); ++k) {
    sum += cohort_bytes[k];
    levels[k] += sign * sum;
  }
}

/// Self sizes of compiled code and of hidden classes.
double code_bytes_of(const Facts& facts) {
  double bytes = 0;
  for (const std::string_view name : {v8::kCodeClass, v8::kObjectShapeClass}) {
    const auto row = facts.constructors.find(std::string(name));
    bytes += row == facts.constructors.end() ? 0.0 : static_cast<double>(row->second.self_bytes);
  }
  return bytes;
}

}  // namespace

UnexplainedGrowth::UnexplainedGrowth(const series::SeriesView& view, std::span<const Accumulation> groups)
    : clocks_(view.clocks),
      smallest_bytes_(smallest_growth(view.facts)),
      small_place_survivors_(view.facts.size(), 0.0) {
  for (const Facts& f : view.facts) {
    heap_bytes_.push_back(static_cast<double>(f.total_bytes));
  }
  if (view.ages == AgeSource::snapshots) {
    subtract_overhead(view, groups);
    return;
  }
  for (const Accumulation& group : groups) {
    if (group.is_overhead) {
      subtract_cohorts(group.cohort_bytes);  // one file: what was discarded is not in it
    }
  }
}

void UnexplainedGrowth::subtract_overhead(const series::SeriesView& view, std::span<const Accumulation> groups) {
  const SnapshotGraph& graph = view.last.graph;
  BitColumn is_root_of_overhead(graph.node_count());
  for (const Accumulation& group : groups) {
    for (const std::uint32_t root :
         group.is_overhead ? std::span(group.subtree_roots) : std::span<const std::uint32_t>()) {
      is_root_of_overhead.set(root);
    }
  }
  std::vector<double> kept(heap_bytes_.size(), 0.0);  // by the snapshot that objects were first seen in
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const std::uint8_t seen = view.cohorts.first_seen[i];
    const bool is_code = v8::is_code_or_shape(graph, NodeIndex(i));
    if (seen != 0 && is_code != is_root_of_overhead.test(view.cohorts.subtree_root[i])) {
      const auto bytes = static_cast<double>(graph.self_size(NodeIndex(i)));
      kept[seen] += is_code ? bytes : -bytes;
    }
  }
  for (std::size_t k = 0; k < heap_bytes_.size(); ++k) {
    heap_bytes_[k] -= code_bytes_of(view.facts[k]);
  }
  add_cohorts(heap_bytes_, kept, 1);
}

void UnexplainedGrowth::subtract_cohorts(const std::vector<double>& cohort_bytes) {
  add_cohorts(heap_bytes_, cohort_bytes, -1);
}

void UnexplainedGrowth::subtract_place(const Suspect& suspect, const Accumulation& group) {
  if (suspect.levels_are_retained) {
    for (std::size_t k = 0; k < heap_bytes_.size(); ++k) {
      heap_bytes_[k] -= suspect.levels[k] - suspect.levels[0];
    }
  } else if (suspect.trajectory == Trajectory::decelerating) {
    subtract_cohorts(group.cohort_bytes);
  }
}

void UnexplainedGrowth::add_small_place(const Accumulation& group) {
  add_cohorts(small_place_survivors_, group.cohort_bytes, 1);
}

void UnexplainedGrowth::write_to(Findings& findings) const {
  findings.unexplained_levels = heap_bytes_;
  findings.smallest_bytes = smallest_bytes_;
  if (!findings.suspects.empty()) {
    return;
  }
  findings.unexplained = judge_growth({clocks_, heap_bytes_, {}}, smallest_bytes_).trajectory;
  findings.unexplained_bytes = heap_bytes_.back() - heap_bytes_.front();
  if (findings.unexplained != Trajectory::steady && findings.unexplained != Trajectory::two_points &&
      judge_growth({clocks_, small_place_survivors_, small_place_survivors_, true}, smallest_bytes_).trajectory ==
          Trajectory::steady) {
    findings.unexplained = Trajectory::steady;
    findings.unexplained_bytes = small_place_survivors_.back();
    findings.unexplained_is_scattered = true;
  }
}

}  // namespace heapdiff::suspects
