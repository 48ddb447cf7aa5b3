// The heap over the series: how fast it grows, when it reaches the limit, and whether monitoring agrees.

#include "compose/report_parts.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/diff/outlook.h"
#include "heapdiff/diff/series.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

namespace heapdiff::compose {

namespace {

std::string hours_text(double hours) {
  if (hours < 2) {
    return fmt::format("{:.0f} minutes", hours * 60);
  }
  return hours < 72 ? fmt::format("{:.1f} hours", hours) : fmt::format("{:.1f} days", hours / 24);
}

/// "33.9 to 38.2 hours". The unit is written once where both have the same.
std::string hours_range(double from, double to) {
  std::string first = hours_text(from);
  const std::string last = hours_text(to);
  const std::string unit = first.substr(first.find(' '));
  if (last.ends_with(unit)) {
    first.resize(first.size() - unit.size());
  }
  return first + " to " + last;
}

std::string limit_note(double limit, const Rate& rate, const TimeToLimit& time) {
  if (time.hours <= 0) {
    return fmt::format("The limit of {} is reached already.", format_bytes(limit));
  }
  if (rate.low && *rate.low <= 0) {
    return fmt::format("The limit of {} is {} away at the soonest, and may never be reached: the interval holds zero.",
                       format_bytes(limit), hours_text(time.soonest.value_or(time.hours)));
  }
  const std::string range =
      time.soonest && time.latest ? fmt::format(" ({})", hours_range(*time.soonest, *time.latest)) : "";
  return fmt::format("At this rate the limit of {} is reached {} after the last snapshot{}.", format_bytes(limit),
                     hours_text(time.hours), range);
}

/// Compares the rate of monitoring with that of the snapshots. With a limit, also names the fact that decides between
/// them: the time between restarts.
std::string observed_note(const ObservedComparison& c, std::optional<double> limit, double level) {
  if (!c.contradicts) {
    return fmt::format("Monitoring says {}/h, the snapshots {}/h: they agree.", format_bytes(c.observed),
                       format_bytes(c.explained));
  }
  std::string note =
      c.share < 1 ? fmt::format(
                        "Contradiction: monitoring says {}/h, the snapshots explain {}/h of it ({:.0f} %). The rest "
                        "grows outside what a heap snapshot shows (native memory, other processes, fragmentation), or "
                        "the load differed.",
                        format_bytes(c.observed), format_bytes(c.explained), 100 * c.share)
                  : fmt::format(
                        "Contradiction: monitoring says {}/h, the snapshots show {}/h, {:.1f} times as much. The load "
                        "was heavier than usual while they were taken, part of the growth is warm-up, or monitoring "
                        "averages over quiet hours and restarts.",
                        format_bytes(c.observed), format_bytes(c.explained), c.share);
  if (limit && *limit > level && c.explained > 0) {
    note += fmt::format(
        " From {} to {} takes {} at monitoring's rate and {} at the snapshots': the time between restarts shows which "
        "is right.",
        format_bytes(level), format_bytes(*limit), hours_text((*limit - level) / c.observed),
        hours_text((*limit - level) / c.explained));
  }
  return note;
}

void set_outlook(RcaReport& report, const ReportInput& input, const Rate& rate, double level) {
  if (input.limit_bytes) {
    const auto time = time_to_limit(level, rate, *input.limit_bytes);
    if (time) {
      report.hours_to_limit = time->hours;
    }
    report.rate_notes.push_back(time ? limit_note(*input.limit_bytes, rate, *time)
                                     : "The heap does not grow: no time to the limit.");
  }
  if (input.observed_bytes_per_hour && *input.observed_bytes_per_hour > 0) {
    const ObservedComparison c = compare_observed(*input.observed_bytes_per_hour, rate);
    report.observed_bytes_per_hour = c.observed;
    report.observed_contradicts = c.contradicts;
    report.rate_notes.push_back(observed_note(c, input.limit_bytes, level));
  }
}

}  // namespace

RateValue rate_value(const Rate& rate) {
  RateValue value;
  value.estimate = rate.estimate;
  value.low = rate.low;
  value.high = rate.high;
  return value;
}

std::optional<RateValue> per_operation(std::span<const double> ops, std::span<const double> levels) {
  const auto rate = ops.size() == levels.size() ? fit_rate(ops, levels) : std::nullopt;
  return rate ? std::optional<RateValue>(rate_value(*rate)) : std::nullopt;
}

ReportSnapshot report_snapshot(const Facts& f) {
  ReportSnapshot s;
  s.path = visible_text(f.input.name);
  if (f.captured_ns && f.captured_is_absolute) {
    s.captured_at = format_time(*f.captured_ns);
  }
  s.captured_at_source = to_string(f.captured_source);
  s.node_count = f.node_count;
  s.edge_count = f.edge_count;
  s.self_size_bytes = f.total_bytes;
  s.off_heap_bytes = f.native_bytes;
  s.file_bytes = f.input.size_bytes;
  s.stored_bytes = f.input.stored_bytes;
  s.compression = f.input.compression;
  s.digest = f.input.digest;
  s.allocation_traces = f.allocation_traces;
  if (f.runtime) {
    s.runtime = ReportRuntime{f.runtime->name, f.runtime->node_version};
  }
  return s;
}

void set_heap(RcaReport& report, const ReportInput& input) {
  const std::span<const Facts> facts = input.facts;
  std::vector<double> totals;
  for (const Facts& f : facts) {
    report.snapshots.push_back(report_snapshot(f));
    totals.push_back(static_cast<double>(f.total_bytes));
  }
  report.growth_bytes =
      static_cast<std::int64_t>(facts.back().total_bytes) - static_cast<std::int64_t>(facts.front().total_bytes);
  if (facts.size() == 1) {
    report.rate_method =
        report.ages == AgeSource::samples
            ? "least squares over the times at which the ids were given, for what is still alive; 95 % "
              "Student-t interval"
            : "none: one snapshot shows a size and no growth";
    return;
  }
  report.heap_per_operation = per_operation(input.ops, totals);
  const std::vector<double>& hours = input.times.hours;
  if (hours.size() > 1) {
    constexpr double kMsPerHour = 3.6e6;
    report.covered_ms = (hours.back() - hours.front()) * kMsPerHour;
  }
  if (const auto rate = hours.empty() ? std::nullopt : fit_rate(hours, totals)) {
    report.heap_rate = rate_value(*rate);
    report.rate_method =
        facts.size() > 2
            ? "least squares over the capture times; 95 % Student-t interval, the wider of level noise and random walk"
            : "difference of two snapshots; two points allow no interval";
    report.detectable_rate = detectable_rate(hours, totals);
    // The smallest rate that the series could have shown is of interest only where it showed none.
    if (rate->low && *rate->low <= 0 && *rate->high >= 0) {
      report.rate_notes.push_back("The interval holds zero: the series alone does not show that the whole heap grows." +
                                  (report.detectable_rate
                                       ? fmt::format(" A steady growth below {}/h would not show in its noise.",
                                                     format_bytes(*report.detectable_rate))
                                       : std::string()));
    }
    std::vector<double> off_heap;
    for (const Facts& f : facts) {
      off_heap.push_back(static_cast<double>(f.native_bytes));
    }
    report.off_heap_rate = rate_value(*fit_rate(hours, off_heap));
    set_outlook(report, input, *rate, totals.back());
  } else {
    report.rate_method = "none per hour: " + report.rate_reason + "; least squares over the snapshots";
    report.heap_per_step = per_step(totals);
    report.next_steps.push_back("Name the capture times with --at FILE=TIME or --interval 10m to get a rate per hour.");
  }
}

}  // namespace heapdiff::compose
