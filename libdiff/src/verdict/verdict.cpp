#include "heapdiff/diff/verdict.h"

#include <algorithm>
#include <cmath>

namespace heapdiff {

namespace {

bool has_many_new_listeners(const Suspect& suspect, std::span<const Facts> facts) {
  const std::vector<std::int64_t> counts = listener_counts(suspect, facts);
  return !counts.empty() && counts.back() - counts.front() >= kMinListenersOfLeak;
}

/// Whether kMinSuspendedOfLeak calls or more were suspended in every step, and none was finished: as many more of the
/// class in each snapshot as are still there at the end.
bool has_many_suspended(const Suspect& suspect, std::span<const Facts> facts) {
  constexpr double kMaxFinishedShare = 0.01;
  if (suspect.kind != LeakKind::generator || suspect.trajectory != Trajectory::unclear || facts.size() < 3 ||
      suspect.instances.size() != facts.size()) {
    return false;
  }
  const auto count_in = [&](const Facts& one) {
    const auto row = one.constructors.find(suspect.constructor);
    return row == one.constructors.end() ? 0.0 : static_cast<double>(row->second.count);
  };
  for (std::size_t k = 1; k < facts.size(); ++k) {
    const double came = count_in(facts[k]) - count_in(facts[k - 1]);
    const double stayed = suspect.instances[k];
    if (stayed < static_cast<double>(kMinSuspendedOfLeak) || std::abs(came - stayed) > kMaxFinishedShare * stayed) {
      return false;
    }
  }
  return true;
}

VerdictReason reason_without_suspects(const Findings& findings) {
  const bool unattributed =
      findings.unexplained == Trajectory::steady || findings.unexplained == Trajectory::two_points;
  if (!unattributed) {
    return findings.dismissed.empty() ? VerdictReason::nothing_grew : VerdictReason::levelled_off;
  }
  if (findings.unexplained_is_scattered) {
    return VerdictReason::scattered_growth;
  }
  return findings.unexplained == Trajectory::steady ? VerdictReason::unattributed_growth
                                                    : VerdictReason::unattributed_two;
}

VerdictReason reason_of_one_file(const Findings& findings) {
  if (std::any_of(findings.suspects.begin(), findings.suspects.end(),
                  [](const Suspect& s) { return s.shape_convicts; })) {
    return VerdictReason::telling_shape;
  }
  return findings.ages == AgeSource::samples ? VerdictReason::ages_of_one_file : VerdictReason::one_snapshot;
}

VerdictReason reason_of(const Findings& findings, std::span<const Facts> facts, bool any_proven) {
  if (findings.by_constructor_only) {
    return findings.fresh_ids ? VerdictReason::fresh_ids : VerdictReason::different_processes;
  }
  if (findings.order_is_disputed) {
    return VerdictReason::disputed_order;
  }
  const std::vector<Suspect>& suspects = findings.suspects;
  if (suspects.empty()) {
    return reason_without_suspects(findings);
  }
  if (std::any_of(suspects.begin(), suspects.end(),
                  [](const Suspect& s) { return s.trajectory == Trajectory::steady; })) {
    return VerdictReason::steady_growth;
  }
  if (any_proven) {
    return std::any_of(suspects.begin(), suspects.end(),
                       [&](const Suspect& s) { return has_many_new_listeners(s, facts); })
               ? VerdictReason::many_listeners
               : VerdictReason::many_suspended;
  }
  if (facts.size() == 2) {
    return VerdictReason::two_snapshots;
  }
  const bool replaced =
      std::any_of(suspects.begin(), suspects.end(), [](const Suspect& s) { return !s.keeps_cohorts; });
  return replaced ? VerdictReason::replaced_objects : VerdictReason::uneven_growth;
}

}  // namespace

Verdict verdict_of(VerdictReason reason) noexcept {
  switch (reason) {
    case VerdictReason::steady_growth:
    case VerdictReason::many_listeners:
    case VerdictReason::many_suspended:
      return Verdict::leak;
    case VerdictReason::nothing_grew:
    case VerdictReason::levelled_off:
      return Verdict::no_leak;
    case VerdictReason::different_processes:
    case VerdictReason::disputed_order:
    case VerdictReason::fresh_ids:
    case VerdictReason::scattered_growth:
    case VerdictReason::unattributed_growth:
    case VerdictReason::unattributed_two:
    case VerdictReason::two_snapshots:
    case VerdictReason::replaced_objects:
    case VerdictReason::uneven_growth:
    case VerdictReason::one_snapshot:
    case VerdictReason::telling_shape:
    case VerdictReason::ages_of_one_file:
    case VerdictReason::outside_heap:
      break;
  }
  return Verdict::inconclusive;
}

VerdictResult judge_verdict(const Findings& findings, std::span<const Facts> facts, const OutsideMemory& outside) {
  VerdictResult result;
  if (is_one_file(findings.ages)) {
    result.proven.assign(findings.suspects.size(), false);
    result.reason = reason_of_one_file(findings);
    return result;
  }
  for (const Suspect& suspect : findings.suspects) {
    result.proven.push_back(!findings.order_is_disputed &&
                            (suspect.trajectory == Trajectory::steady || has_many_new_listeners(suspect, facts) ||
                             has_many_suspended(suspect, facts)));
  }
  const bool any_proven = std::find(result.proven.begin(), result.proven.end(), true) != result.proven.end();
  result.reason = reason_of(findings, facts, any_proven);
  if (verdict_of(result.reason) == Verdict::no_leak && outside.grew()) {
    result.reason = VerdictReason::outside_heap;
  }
  return result;
}

std::int64_t listener_count(const Facts& facts, const ListenerKey& key) {
  const auto found = facts.listeners.find(key);
  return found == facts.listeners.end() ? 0 : found->second;
}

std::vector<std::int64_t> listener_counts(const Suspect& suspect, std::span<const Facts> facts) {
  std::vector<std::int64_t> counts;
  if (suspect.emitter.empty()) {
    return counts;
  }
  for (const Facts& f : facts) {
    counts.push_back(listener_count(f, {suspect.emitter, suspect.event}));
  }
  return counts;
}

}  // namespace heapdiff
