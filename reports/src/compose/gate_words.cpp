#include "heapdiff/reports/gate_words.h"

#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <cmath>

namespace heapdiff {

namespace {

const char* per_text(GatePer per) {
  return per == GatePer::hour ? "/h" : per == GatePer::operation ? "/op" : " over the series";
}

std::string amount(const GateRule& rule, double value) {
  return (rule.metric == GateMetric::listeners ? fmt::format("{:.3g} listeners", value) : format_bytes(value)) +
         per_text(rule.per);
}

/// "586 B/op (95 % 580 B to 592 B)".
std::string measured_text(const GateRule& rule, const Rate& rate) {
  const auto bare = [&](double value) {
    return rule.metric == GateMetric::listeners ? fmt::format("{:.3g}", value) : format_bytes(value);
  };
  return amount(rule, rate.estimate) +
         (rate.low ? fmt::format(" (95 % {} to {})", bare(*rate.low), bare(*rate.high)) : std::string());
}

std::string subject(const GateResult& result) {
  switch (result.rule.metric) {
    case GateMetric::suspect_rate:
      return "the largest suspect";
    case GateMetric::listeners:
      return "the suspects' listeners";
    default:
      return "the heap less warm-up";
  }
}

std::string named(const GateResult& result) {
  if (result.names.empty()) {
    return {};
  }
  return result.names.size() == 1 ? result.names.front()
                                  : fmt::format("{} and {} more", result.names.front(), result.names.size() - 1);
}

std::string reason_of(const GateResult& r) {
  const bool fresh = r.rule.metric == GateMetric::new_suspects;
  const std::string rate = r.measured ? measured_text(r.rule, *r.measured) : std::string();
  const std::string limit = amount(r.rule, r.rule.limit);
  switch (r.cause) {
    case GateCause::suspects:
      return fmt::format("{} {}: {}.", r.names.size(),
                         fresh ? (r.names.size() == 1 ? "leak is not in the baseline" : "leaks are not in the baseline")
                               : (r.names.size() == 1 ? "suspect leaks" : "suspects leak"),
                         named(r));
    case GateCause::no_suspects:
      return fresh ? "No suspect is new against the baseline." : "No suspect grows without levelling off.";
    case GateCause::unproven:
      return fmt::format("It grew, but this series cannot tell a leak from a warm-up: {}.", named(r));
    case GateCause::unexplained:
      return "The heap grows, and no place was found that holds the growth.";
    case GateCause::fresh_ids:
      return "Bun gives every object a new id in each snapshot, so no suspect can be found.";
    case GateCause::above:
      return fmt::format("The whole interval of {}, {}, is above {}.", subject(r), rate, limit);
    case GateCause::suspects_above:
      return fmt::format("What the proven suspects alone hold grows by {}, above {}: {}.", rate, limit, named(r));
    case GateCause::counted:
      return fmt::format("Counted object by object, the proven suspects grew by {}, above {}: {}.", rate, limit,
                         named(r));
    case GateCause::by_shape:
      return fmt::format("Hundreds of listeners for one event on one emitter are no warm-up: {}.", named(r));
    case GateCause::below:
      return fmt::format("The whole interval of {}, {}, is not above {}.", subject(r), rate, limit);
    case GateCause::below_warm:
      return fmt::format(
          "After the first step, which is set aside as warm-up, the whole interval of {}, {}, is not "
          "above {}.",
          subject(r), rate, limit);
    case GateCause::within:
      return fmt::format("The limit of {} lies inside the interval of {}, {}.", limit, subject(r), rate);
    case GateCause::warm_up:
      return fmt::format("{} is above {} only because of the first step, which may be warm-up.", rate, limit);
    case GateCause::two_points:
      return fmt::format("Two snapshots give an estimate without an interval ({}).", rate);
    case GateCause::one_file:
      return "One snapshot shows what is large, not what grows.";
    case GateCause::disputed_order:
      return "Nothing proves in which order the snapshots were taken.";
    case GateCause::no_axis:
      return r.rule.per == GatePer::operation ? "It is not known how many operations ran between the snapshots."
                                              : "The capture times are not known, or cannot be relied on.";
  }
  return {};
}

std::string next_of(const GateResult& r) {
  if (r.status != GateStatus::not_enough) {
    return {};
  }
  if (r.cause == GateCause::no_axis) {
    return r.rule.per == GatePer::operation ? "Say it with --ops N or --at FILE=TIME,ops=N."
                                            : "Name the times with --at FILE=TIME or --interval 10m.";
  }
  if (r.cause == GateCause::one_file) {
    return "Take two more snapshots of the same process under the same load, and give all three.";
  }
  if (r.cause == GateCause::fresh_ids) {
    return "Judge the growth of the whole heap, by rate or growth, or run the program on Node.js.";
  }
  const bool kind = r.cause == GateCause::unproven || r.cause == GateCause::unexplained;
  if (!r.next && !kind && r.rule.per == GatePer::series) {
    return "More snapshots within the same span would not tell: take a longer series, and judge it by rate or growth "
           "per "
           "operation.";
  }
  if (!r.next) {
    return fmt::format("{} is too near to what was seen: take a series many times longer.",
                       kind ? "A warm-up" : "The limit");
  }
  return fmt::format("To settle it, take {} under the same load.", captures_text(*r.next, r.next_axis));
}

}  // namespace

std::string captures_text(const NextCaptures& next, GatePer axis) {
  const std::string more =
      fmt::format("{}{} more snapshot{}", next.at_least ? "at least " : "", next.more, next.more == 1 ? "" : "s");
  if (axis == GatePer::series) {
    return next.apart > 1 ? fmt::format("{}, {:.0f} times as far apart,", more, next.apart)
                          : fmt::format("{}, as far apart,", more);
  }
  std::string apart;
  if (axis == GatePer::operation) {
    apart = format_count(static_cast<std::int64_t>(std::llround(next.apart))) + " operations";
  } else if (next.apart * 60 < 2) {
    apart = fmt::format("{:.0f} seconds", std::ceil(next.apart * 3600));
  } else if (next.apart < 2) {
    apart = fmt::format("{:.0f} minutes", std::ceil(next.apart * 60));
  } else {
    apart = fmt::format("{:.1f} hours", next.apart);
  }
  return fmt::format("{}, {} apart,", more, apart);
}

ReportGate describe_gate(const GateResult& result) {
  ReportGate gate;
  gate.expression = result.rule.text;
  gate.status = result.status;
  gate.reason = reason_of(result);
  gate.next_capture = next_of(result);
  if (result.measured) {
    RateValue value;
    value.estimate = result.measured->estimate;
    value.low = result.measured->low;
    value.high = result.measured->high;
    gate.measured = value;
    gate.unit = std::string(result.rule.metric == GateMetric::listeners ? "listeners" : "bytes") +
                (result.rule.per == GatePer::hour        ? "/hour"
                 : result.rule.per == GatePer::operation ? "/operation"
                                                         : "");
  }
  return gate;
}

}  // namespace heapdiff
