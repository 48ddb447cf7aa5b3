#include "heapdiff/diff/gate.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace heapdiff {

namespace {

/// How one series of levels compares with a limit.
struct Judgement {
  GateStatus status = GateStatus::not_enough;
  GateCause cause = GateCause::no_axis;
  std::optional<Rate> measured;
};

Judgement judge_levels(std::span<const double> x, std::span<const double> levels, double limit) {
  const std::size_t n = levels.size();
  Judgement out;
  if (n < 2 || x.size() != n || !(x[n - 1] > x[0])) {
    return out;
  }
  out.measured = fit_rate(x, levels);
  const Rate& all = *out.measured;
  if (!all.low) {
    out.cause = GateCause::two_points;
    return out;
  }
  // Caches are filled and code is compiled in the first step. Growth in that step alone does not show a leak.
  const auto warm = fit_rate(x.subspan(1), levels.subspan(1));
  if (*all.low > limit) {
    const bool lasts = warm && warm->estimate > limit;
    out.status = lasts ? GateStatus::failed : GateStatus::not_enough;
    out.cause = lasts ? GateCause::above : GateCause::warm_up;
  } else if (*all.high <= limit) {
    out.status = GateStatus::held;
    out.cause = GateCause::below;
  } else if (warm && warm->high && *warm->high <= limit) {
    out.status = GateStatus::held;
    out.cause = GateCause::below_warm;
    out.measured = warm;
  } else {
    out.cause = GateCause::within;
  }
  return out;
}

/// Half the width of the 95 % interval of a count, as a share of the count, for independent events.
double share_of_chance(double count) { return 1.96 / std::sqrt(std::max(count, 1.0)); }

/// The growth of a proven leak, from the number of its objects. The bytes of a steady leak grow in uneven steps,
/// because hash tables double, so that few snapshots give a wide interval. The number of objects does not have this
/// problem.
///
/// The low end is the low end of the objects' rate times the bytes per object in the cheapest step. With two snapshots
/// there is one step, in which a table may just have doubled, so that half of its bytes are taken. None when the
/// objects did not grow in each step.
std::optional<Rate> counted_rate(std::span<const double> x, const GateSuspect& s) {
  const std::size_t n = s.units.size();
  if (!s.proven || n < 2 || x.size() != n || s.levels.size() != n) {
    return std::nullopt;
  }
  const auto objects = fit_rate(x, s.units);
  if (!objects) {
    return std::nullopt;
  }
  double cheapest = std::numeric_limits<double>::infinity();
  double dearest = 0;
  for (std::size_t k = 1; k < n; ++k) {
    const double more = s.units[k] - s.units[k - 1];
    if (!(more > 0)) {
      return std::nullopt;
    }
    cheapest = std::min(cheapest, (s.levels[k] - s.levels[k - 1]) / more);
    dearest = std::max(dearest, (s.levels[k] - s.levels[k - 1]) / more);
  }
  const double all = s.units.back() - s.units.front();
  const double chance = share_of_chance(all) * objects->estimate;
  const double low = std::min(objects->low.value_or(objects->estimate), objects->estimate - chance);
  const double high = std::max(objects->high.value_or(objects->estimate), objects->estimate + chance);
  Rate bytes;
  bytes.estimate = objects->estimate * (s.levels.back() - s.levels.front()) / all;
  bytes.low = low * (n == 2 ? cheapest / 2 : cheapest);
  bytes.high = high * dearest;
  return bytes;
}

std::optional<NextCaptures> next_for_limit(const GateRule& rule, std::span<const double> x,
                                           std::span<const double> levels) {
  const Answers answers = [limit = rule.limit](std::span<const double> at, std::span<const double> y) {
    return judge_levels(at, y, limit).status != GateStatus::not_enough;
  };
  // More snapshots within the same span do not narrow the interval of a random walk, and a longer span would be another
  // question.
  return rule.per == GatePer::series ? std::nullopt : captures_to_settle(x, levels, answers);
}

/// The snapshots that tell a leak from a warm-up, for one suspect or the heap.
std::optional<NextCaptures> next_for_kind(std::span<const double> x, std::span<const double> levels) {
  return captures_to_settle(x, levels, [](std::span<const double> at, std::span<const double> y) {
    const std::vector<Clock> clocks = clocks_of(at.size(), {}, at);
    const Trajectory kind = judge_growth({clocks, y, {}}, 0).trajectory;
    return kind == Trajectory::steady || kind == Trajectory::decelerating;
  });
}

void take(GateResult& result, Judgement judgement) {
  result.status = judgement.status;
  result.cause = judgement.cause;
  result.measured = judgement.measured;
}

/// Hours, operations, or the share of the series, depending on the rule.
std::vector<double> axis_of(const GateRule& rule, const GateEvidence& evidence) {
  if (rule.per == GatePer::hour) {
    return evidence.hours;
  }
  if (rule.per == GatePer::operation) {
    return evidence.ops;
  }
  std::vector<double> share = evidence.hours;
  if (share.empty() || !(share.back() > 0)) {
    share.resize(evidence.heap.size());
    std::iota(share.begin(), share.end(), 0.0);
  }
  const double span = share.empty() || !(share.back() > 0) ? 1.0 : share.back();
  for (double& x : share) {
    x /= span;
  }
  return share;
}

void add_to(std::vector<double>& sum, const std::vector<double>& levels) {
  for (std::size_t k = 0; k < std::min(sum.size(), levels.size()); ++k) {
    sum[k] += levels[k];
  }
}

std::optional<NextCaptures> longer_of(const std::optional<NextCaptures>& a, const std::optional<NextCaptures>& b) {
  const auto time = [](const NextCaptures& c) { return static_cast<double>(c.more) * c.apart; };
  return !a || (b && time(*b) > time(*a)) ? b : a;
}

/// Whether any suspect is shown to leak. `of_new`: suspects of the baseline are not counted.
void judge_suspects(GateResult& result, const GateEvidence& evidence, bool of_new) {
  std::vector<const GateSuspect*> counted;
  for (const GateSuspect& s : evidence.suspects) {
    if (!of_new || !s.known) {
      counted.push_back(&s);
    }
  }
  const bool proven = std::any_of(counted.begin(), counted.end(), [](const GateSuspect* s) { return s->proven; });
  for (const GateSuspect* s : counted) {
    if (s->proven == proven) {
      result.names.push_back(s->name);
    }
  }
  if (proven) {
    result.status = GateStatus::failed;
    result.cause = GateCause::suspects;
  } else if (!counted.empty() || (!of_new && evidence.unexplained_growth)) {
    result.cause = counted.empty() ? GateCause::unexplained : GateCause::unproven;
    std::vector<double> x = evidence.hours;
    result.next_axis = GatePer::hour;
    if (x.empty() || !(x.back() > x.front())) {
      x = evidence.ops;
      result.next_axis = GatePer::operation;
    }
    if (x.empty()) {
      x.resize(evidence.heap.size());
      std::iota(x.begin(), x.end(), 0.0);
      result.next_axis = GatePer::series;
    }
    // All suspects have to be told from warm-up. Only the largest ones are simulated, which takes time.
    constexpr std::size_t kMaxSimulated = 4;
    for (std::size_t i = 0; i < std::min(kMaxSimulated, counted.size()); ++i) {
      result.next = longer_of(result.next, next_for_kind(x, counted[i]->levels));
    }
    if (counted.empty()) {
      result.next = next_for_kind(x, evidence.heap);
    }
  } else {
    result.status = GateStatus::held;
    result.cause = GateCause::no_suspects;
  }
}

Rate sum_of_counted(std::span<const double> x, const std::vector<GateSuspect>& suspects) {
  Rate sum{0, 0, 0};
  for (const GateSuspect& s : suspects) {
    if (const auto one = counted_rate(x, s)) {
      sum.estimate += one->estimate;
      *sum.low += *one->low;
      *sum.high += *one->high;
    }
  }
  return sum;
}

void judge_heap(GateResult& result, const GateEvidence& evidence, std::span<const double> x) {
  take(result, judge_levels(x, evidence.heap, result.rule.limit));
  if (result.status == GateStatus::failed) {
    return;
  }
  // Suspects own disjoint sets of new objects, so that their levels can be added. Shrinking elsewhere in the heap hides
  // their growth only once.
  std::vector<double> sum(evidence.heap.size(), 0.0);
  std::vector<std::string> names;
  for (const GateSuspect& s : evidence.suspects) {
    if (s.proven) {
      add_to(sum, s.levels);
      names.push_back(s.name);
    }
  }
  Judgement alone = names.empty() ? Judgement{} : judge_levels(x, sum, result.rule.limit);
  if (alone.status == GateStatus::failed) {
    alone.cause = GateCause::suspects_above;
    take(result, alone);
    result.names = std::move(names);
    return;
  }
  const Rate counted = sum_of_counted(x, evidence.suspects);
  if (*counted.low > result.rule.limit) {
    take(result, {GateStatus::failed, GateCause::counted, counted});
    result.names = std::move(names);
  } else if (result.status == GateStatus::not_enough) {
    result.next = next_for_limit(result.rule, x, evidence.heap);
  }
}

void judge_largest(GateResult& result, const GateEvidence& evidence, std::span<const double> x) {
  result.status = GateStatus::held;
  result.cause = GateCause::no_suspects;
  const auto rank = [](GateStatus s) { return s == GateStatus::failed ? 2 : s == GateStatus::not_enough ? 1 : 0; };
  const GateSuspect* decisive = nullptr;
  for (const GateSuspect& s : evidence.suspects) {
    Judgement one = judge_levels(x, s.levels, result.rule.limit);
    if (one.status == GateStatus::not_enough) {
      const auto counted = counted_rate(x, s);
      if (counted && *counted->low > result.rule.limit) {
        one = {GateStatus::failed, GateCause::counted, counted};
      }
    }
    const bool larger = rank(one.status) == rank(result.status) && one.measured && result.measured &&
                        one.measured->estimate > result.measured->estimate;
    if (result.names.empty() || rank(one.status) > rank(result.status) || larger) {
      take(result, one);
      result.names = {s.name};
      decisive = &s;
    }
  }
  if (result.status == GateStatus::not_enough && decisive != nullptr) {
    result.next = next_for_limit(result.rule, x, decisive->levels);
  }
}

void judge_listeners(GateResult& result, const GateEvidence& evidence, std::span<const double> x) {
  std::vector<double> sum(evidence.heap.size(), 0.0);
  bool proven = false;
  for (const GateSuspect& s : evidence.suspects) {
    if (!s.listeners.empty()) {
      add_to(sum, s.listeners);
      result.names.push_back(s.name);
      proven = proven || s.proven;
    }
  }
  if (result.names.empty()) {
    result.status = GateStatus::held;
    result.cause = GateCause::no_suspects;
    return;
  }
  take(result, judge_levels(x, sum, result.rule.limit));
  const double more = sum.empty() ? 0 : sum.back() - sum.front();
  if (result.cause == GateCause::two_points && proven &&
      result.measured->estimate * (1 - share_of_chance(more)) > result.rule.limit) {
    result.status = GateStatus::failed;
    result.cause = GateCause::by_shape;
  }
  if (result.status == GateStatus::not_enough) {
    result.next = next_for_limit(result.rule, x, sum);
  }
}

}  // namespace

GateResult judge_gate(const GateRule& rule, const GateEvidence& evidence) {
  GateResult result;
  result.rule = rule;
  result.next_axis = rule.per;
  if (evidence.one_file) {
    result.cause = GateCause::one_file;
    return result;
  }
  if (evidence.order_is_disputed) {
    result.cause = GateCause::disputed_order;
    return result;
  }
  const bool of_whole_heap = rule.metric == GateMetric::rate || rule.metric == GateMetric::growth;
  if (evidence.fresh_ids && !of_whole_heap) {
    result.cause = GateCause::fresh_ids;  // that there is no suspect says nothing
    return result;
  }
  const std::vector<double> x = axis_of(rule, evidence);
  switch (rule.metric) {
    case GateMetric::leak:
      judge_suspects(result, evidence, false);
      break;
    case GateMetric::new_suspects:
      judge_suspects(result, evidence, true);
      break;
    case GateMetric::rate:
    case GateMetric::growth:
      judge_heap(result, evidence, x);
      break;
    case GateMetric::suspect_rate:
      judge_largest(result, evidence, x);
      break;
    case GateMetric::listeners:
      judge_listeners(result, evidence, x);
      break;
  }
  return result;
}

}  // namespace heapdiff
