#include "heapdiff/diff/gate.h"

#include <algorithm>
#include <numeric>
#include <span>

namespace heapdiff {

namespace {

/// What one series of levels says about a limit.
struct Judgement {
  GateStatus status = GateStatus::not_enough;
  GateCause cause = GateCause::no_axis;
  std::optional<Rate> measured;
  std::optional<NextCaptures> next;
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
    out.next = NextCaptures{2, x[1] - x[0]};
    return out;
  }
  // The first step is where caches fill and code is compiled: what it alone brought convicts nobody.
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
  if (out.status == GateStatus::not_enough) {
    out.next = captures_to_settle(x, levels, limit);
  }
  return out;
}

void take(GateResult& result, Judgement judgement) {
  result.status = judgement.status;
  result.cause = judgement.cause;
  result.measured = judgement.measured;
  result.next = judgement.next;
}

/// Hours, operations, or the share of the series, by what the rule asks.
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

/// Whether any suspect is shown to leak; `of_new`: only those that the baseline does not know.
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
    const std::vector<double>& x = evidence.hours.empty() ? evidence.ops : evidence.hours;
    const std::vector<double>& levels = counted.empty() ? evidence.heap : counted.front()->levels;
    if (x.size() == 2) {
      result.next = NextCaptures{2, x[1] - x[0]};
    } else {
      result.next = captures_to_settle(x, levels, 0);
    }
    if (result.next) {
      result.next->more = std::max<std::size_t>(result.next->more, 2);
    }
  } else {
    result.status = GateStatus::held;
    result.cause = GateCause::no_suspects;
  }
}

void judge_heap(GateResult& result, const GateEvidence& evidence, std::span<const double> x) {
  take(result, judge_levels(x, evidence.heap, result.rule.limit));
  if (result.status == GateStatus::failed) {
    return;
  }
  // Suspects own disjoint new objects. What shrinks elsewhere meanwhile does so once; they go on.
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
  }
}

void judge_largest(GateResult& result, const GateEvidence& evidence, std::span<const double> x) {
  result.status = GateStatus::held;
  result.cause = GateCause::no_suspects;
  const auto rank = [](GateStatus s) { return s == GateStatus::failed ? 2 : s == GateStatus::not_enough ? 1 : 0; };
  for (const GateSuspect& s : evidence.suspects) {
    const Judgement one = judge_levels(x, s.levels, result.rule.limit);
    const bool larger = rank(one.status) == rank(result.status) && one.measured && result.measured &&
                        one.measured->estimate > result.measured->estimate;
    if (result.names.empty() || rank(one.status) > rank(result.status) || larger) {
      take(result, one);
      result.names = {s.name};
    }
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
  if (result.cause == GateCause::two_points && proven && result.rule.limit == 0) {
    result.status = GateStatus::failed;
    result.cause = GateCause::by_shape;
    result.next.reset();
  }
}

}  // namespace

GateResult judge_gate(const GateRule& rule, const GateEvidence& evidence) {
  GateResult result;
  result.rule = rule;
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
