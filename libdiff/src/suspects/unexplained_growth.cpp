#include "suspects/unexplained_growth.h"

#include "growth/suspect_growth.h"

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

}  // namespace

UnexplainedGrowth::UnexplainedGrowth(std::span<const Facts> facts, std::span<const Clock> clocks)
    : clocks_(clocks), smallest_bytes_(smallest_growth(facts)), small_place_survivors_(facts.size(), 0.0) {
  for (const Facts& f : facts) {
    heap_bytes_.push_back(static_cast<double>(f.total_bytes));
  }
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
