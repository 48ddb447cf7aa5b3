// How the series was put together: its order, its clock, and what of the inputs was not used.

#include "compose/report_parts.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::compose {

namespace {

/// Share of the span that writing snapshots may take before the report says so.
constexpr double kMaxSilentWritingShare = 0.1;

const char* words_of(OrderSource source) {
  switch (source) {
    case OrderSource::ids:
      return "the node ids";
    case OrderSource::option:
      return "the times given with --at";
    case OrderSource::names:
      return "the file names";
    case OrderSource::arguments:
      return "the order of the arguments";
    case OrderSource::modification_time:
      return "the files' modification times";
  }
  return "";
}

std::string contradiction(const SeriesOrder& order, OrderSource other) {
  if (order.source == OrderSource::ids) {
    return fmt::format(
        "Contradiction: {} put the snapshots in another order than the node ids, which only rise within a process. The "
        "order of the ids is used.",
        words_of(other));
  }
  return fmt::format("Contradiction: {} and {} put the snapshots in different orders, and the node ids decide nothing.",
                     words_of(order.source), words_of(other));
}

std::string name_of_snapshot(std::span<const Facts> facts, std::size_t at) {
  const std::string path = visible_text(facts[at].input.name);
  return path.substr(path.rfind('/') + 1);
}

std::string rate_reason(const SeriesTimes& times, std::span<const Facts> facts) {
  switch (times.reason) {
    case NoRateReason::none:
      return {};
    case NoRateReason::unknown_times:
      return fmt::format("the capture time of {} is not known", name_of_snapshot(facts, times.at));
    case NoRateReason::modification_times:
      return fmt::format("only the modification time of the file {} is known, and copying a file changes it",
                         name_of_snapshot(facts, times.at));
    case NoRateReason::contradicts_order:
      return fmt::format("the capture time of {} lies before that of the snapshot taken before it",
                         name_of_snapshot(facts, times.at));
    case NoRateReason::too_close:
      return fmt::format(
          "{} lies closer to the snapshot before it than it takes to write the file, so its time is not that of the "
          "capture",
          name_of_snapshot(facts, times.at));
  }
  return {};
}

}  // namespace

std::optional<RateValue> per_step(std::span<const double> levels) {
  const std::vector<Clock> clocks = clocks_of(levels.size(), {}, {});
  const auto rate = fit_rate(clocks.front().at, levels);
  return rate ? std::optional<RateValue>(rate_value(*rate)) : std::nullopt;
}

/// Warnings begin with a small letter and have no full stop.
std::string as_sentence(std::string text) {
  if (!text.empty() && ascii::is_lower(text.front())) {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text + ".";
}

void set_series(RcaReport& report, const ReportInput& input) {
  report.order_source = input.order.source;
  for (const OrderSource other : input.order.contradictions) {
    report.cautions.push_back(contradiction(input.order, other));
  }
  report.cautions.insert(report.cautions.end(), input.set_aside.begin(), input.set_aside.end());
  for (const std::string& warning : input.limiting_warnings) {
    report.cautions.push_back(as_sentence(warning));
  }
  if (!input.gates.empty() && !input.project_settings.empty()) {
    report.cautions.push_back(fmt::format("Settings of the project change what the gates judge: {}.",
                                          fmt::join(input.project_settings, ", ")));
  }
  if (input.facts.size() == 1) {
    report.rate_reason = "there is one snapshot";
    return;
  }
  report.rate_reason = rate_reason(input.times, input.facts);
  if (!report.rate_reason.empty()) {
    report.cautions.push_back("No growth per hour is given: " + report.rate_reason + ".");
  } else if (input.times.writing_share > kMaxSilentWritingShare) {
    report.cautions.push_back(fmt::format(
        "The process stood still for about {:.0f} % of the time, while snapshots were written (estimated at "
        "50 MB a second). The rate per hour counts that time too.",
        100 * input.times.writing_share));
  }
}

}  // namespace heapdiff::compose
