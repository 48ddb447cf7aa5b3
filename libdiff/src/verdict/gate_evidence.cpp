// From the findings to what gates ask of them.

#include "heapdiff/diff/gate_evidence.h"

#include <algorithm>
#include <numeric>

namespace heapdiff {

namespace {

std::vector<double> sums_of(const std::vector<double>& values) {
  std::vector<double> sums(values.size());
  std::partial_sum(values.begin(), values.end(), sums.begin());
  return sums;
}

/// Listeners at each snapshot. Where they are kept in a form that is not counted, the growing objects stand for them.
std::vector<double> listener_levels(const Suspect& suspect, std::span<const Facts> facts) {
  const std::vector<std::int64_t> counts = listener_counts(suspect, facts);
  if (!counts.empty() && counts.back() != counts.front()) {
    return {counts.begin(), counts.end()};
  }
  return suspect.kind == LeakKind::event_listener ? sums_of(suspect.instances) : std::vector<double>();
}

}  // namespace

GateEvidence gate_evidence(const SeriesEvidence& series, std::span<const KnownSuspect> known) {
  const Findings& findings = *series.findings;
  GateEvidence evidence;
  evidence.hours.assign(series.hours.begin(), series.hours.end());
  evidence.ops.assign(series.ops.begin(), series.ops.end());
  evidence.heap = findings.unexplained_levels;
  evidence.one_file = is_one_file(findings.ages);
  evidence.order_is_disputed = findings.order_is_disputed;
  evidence.unexplained_growth = findings.suspects.empty() && (findings.unexplained == Trajectory::steady ||
                                                              findings.unexplained == Trajectory::two_points);
  evidence.fresh_ids = findings.fresh_ids;
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    const Suspect& found = findings.suspects[i];
    if (known[i].suppressed) {
      for (std::size_t k = 0; k < std::min(evidence.heap.size(), found.levels.size()); ++k) {
        evidence.heap[k] -= found.levels[k];
      }
      continue;
    }
    GateSuspect suspect;
    suspect.name = known[i].name;
    suspect.levels = found.levels;
    suspect.listeners = listener_levels(found, series.facts);
    suspect.units = sums_of(found.instances);
    suspect.proven = series.verdict->proven[i];
    suspect.known = known[i].in_baseline;
    evidence.suspects.push_back(std::move(suspect));
  }
  return evidence;
}

}  // namespace heapdiff
