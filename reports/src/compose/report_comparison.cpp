// The comparison of two heaps in words and numbers.

#include "compose/report_parts.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/diff/quantity.h"
#include "heapdiff/reports/build_comparison.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <utility>

namespace heapdiff {

using namespace compose;

namespace {

std::string change_words(std::int64_t bytes) { return format_change(static_cast<double>(bytes)); }
std::string size_words(std::int64_t bytes) { return format_bytes(static_cast<double>(bytes)); }

const char* kind_of(CompareRowKind kind) {
  return kind == CompareRowKind::engine ? "engine" : kind == CompareRowKind::scattered ? "scattered" : "place";
}

std::vector<ReportPathStep> shape_path(const std::vector<SuspectStep>& path) {
  std::vector<ReportPathStep> steps;
  steps.reserve(path.size());
  for (const SuspectStep& step : path) {
    steps.push_back({step.edge, step.edge_type, step.node, step.node_type_name, step.node_id, step.repeats});
  }
  return steps;
}

ReportCompareRow report_row(const CompareRow& row, const RcaReport& report) {
  ReportCompareRow out;
  out.kind = kind_of(row.kind);
  out.base_bytes = row.base_bytes;
  out.new_bytes = row.new_bytes;
  out.base_objects = row.base_objects;
  out.new_objects = row.new_objects;
  out.constructor = row.constructor;
  out.holder = row.holder;
  out.label = row.label;
  out.package = row.script;
  out.per_operation = row.per_operation;
  out.per_hour = row.per_hour;
  if (row.interval) {
    out.low = row.interval->low;
    out.high = row.interval->high;
  }
  out.is_noise = row.is_noise;
  out.is_new = row.is_new;
  out.path = shape_path(row.path);
  if (row.suspect) {
    const ReportSuspect& suspect = report.suspects[*row.suspect];
    out.suspect = row.suspect;
    out.kind = suspect.kind;
    out.sites = suspect.sites;
    out.path = suspect.path;
    const auto packaged = std::find_if(suspect.sites.begin(), suspect.sites.end(),
                                       [](const ReportSite& site) { return !site.package.empty(); });
    if (!suspect.sites.empty()) {
      out.package = packaged == suspect.sites.begin() ? packaged->package : std::string();
    }
  }
  return out;
}

/// One entry for each name on either side. The entries of both lists add up to the two heaps, so the differences do.
std::vector<ReportCompareTotal> package_totals(const std::vector<OwnerShare>& base,
                                               const std::vector<OwnerShare>& now) {
  std::map<std::pair<std::string, std::string>, ReportCompareTotal> totals;
  const auto add = [&](const std::vector<OwnerShare>& shares, std::int64_t ReportCompareTotal::*bytes) {
    for (const OwnerShare& share : shares) {
      ReportCompareTotal& total = totals[{share.owner.name, share.owner.version}];
      total.name = share.owner.name;
      total.version = share.owner.version;
      total.*bytes += static_cast<std::int64_t>(share.bytes);
    }
  };
  add(base, &ReportCompareTotal::base_bytes);
  add(now, &ReportCompareTotal::new_bytes);
  std::vector<ReportCompareTotal> list;
  list.reserve(totals.size());
  for (auto& [key, total] : totals) {
    list.push_back(std::move(total));
  }
  return list;
}

std::string place_words(const RcaReport& report, const ReportCompareRow& row) {
  if (row.suspect) {
    const ReportSuspect& s = report.suspects[*row.suspect];
    return s.sites.empty() ? s.title : fmt::format("{}, at {}:{}", s.title, s.sites.front().file, s.sites.front().line);
  }
  return row.kind == "engine" ? std::string("compiled code and other memory of the engine")
                              : fmt::format("{} held by {}", row.constructor, row.holder);
}

void set_headline(RcaReport& report) {
  const ReportComparison& c = *report.comparison;
  const std::int64_t difference = c.difference();
  const auto grown = std::find_if(c.rows.begin(), c.rows.end(),
                                  [](const ReportCompareRow& row) { return !row.is_noise && row.suspect; });
  const std::string size = size_words(std::abs(difference));
  report.headline = difference == 0  ? std::string("The new heap is as large as the base.")
                    : difference > 0 ? fmt::format("The new heap keeps {} more than the base.", size)
                                     : fmt::format("The new heap keeps {} less than the base.", size);
  if (grown != c.rows.end()) {
    report.headline +=
        fmt::format(" Largest: {} ({}).", place_words(report, *grown), change_words(grown->difference()));
    const auto more = std::count_if(c.rows.begin(), c.rows.end(),
                                    [](const ReportCompareRow& row) { return !row.is_noise && row.suspect; }) -
                      1;
    if (more > 0) {
      report.headline += fmt::format(" And {} more place{}.", more, more == 1 ? "" : "s");
    }
  }
  report.reason = fmt::format(
      "{} to {}. Rows add up to the difference, with {} that none of them explains. A row below {} is noise: two runs "
      "of "
      "one program differ by that much.",
      size_words(c.base_bytes), size_words(c.new_bytes), change_words(c.unexplained_bytes),
      size_words(c.noise_floor_bytes));
  if (grown == c.rows.end()) {
    report.reason += " No place grew by more than that.";
  }
}

void set_compared_suspects(RcaReport& report, const CompareReportInput& input, std::span<const Facts> two) {
  static const std::vector<Site> none;
  const std::vector<Suspect>& suspects = input.comparison->findings.suspects;
  for (std::size_t i = 0; i < suspects.size(); ++i) {
    const Suspect& found = suspects[i];
    ReportSuspect suspect = report_suspect(found, i < input.sites.sites.size() ? input.sites.sites[i] : none, two,
                                           input.comparison->findings.ages);
    suspect.evidence = fmt::format(
        "The base keeps {} in this place, the new heap {}: {} objects more, matched by shape, under {} holder{}.",
        format_bytes(found.levels.front()), format_bytes(found.levels.back()), format_count(found.new_objects),
        format_count(static_cast<std::int64_t>(found.holder_count)), found.holder_count == 1 ? "" : "s");
    suspect.confidence = Confidence::medium;
    if (i < input.sites.commits.size()) {
      set_commits(suspect, input.sites.commits[i]);
    }
    report.suspects.push_back(std::move(suspect));
  }
}

}  // namespace

RcaReport build_comparison(const CompareReportInput& input) {
  const Comparison& found = *input.comparison;
  RcaReport report;
  report.tool_version = input.tool_version;
  report.command_line = visible_text(input.command_line);
  report.repository_prefix = input.repository_prefix;
  report.cautions = input.cautions;
  report.gates = input.gates;
  report.growth_bytes = found.difference();
  report.rate_method = "a comparison of two heaps; growth over time is not measured";
  ReportComparison& c = report.comparison.emplace();
  c.base_bytes = found.base_bytes;
  c.new_bytes = found.new_bytes;
  c.unexplained_bytes = found.unexplained_bytes;
  c.noise_floor_bytes = found.noise_floor_bytes;
  c.engine_differs = found.engine_differs;
  for (const Facts& f : input.base) {
    c.base.push_back(report_snapshot(f));
  }
  for (const Facts& f : input.now) {
    c.now.push_back(report_snapshot(f));
  }
  report.snapshots = {c.base.back(), c.now.back()};
  std::vector<Facts> two;
  two.push_back(without_objects(input.base.back()));
  two.push_back(without_objects(input.now.back()));
  set_compared_suspects(report, input, two);
  for (const CompareRow& row : found.rows) {
    c.rows.push_back(report_row(row, report));
  }
  c.packages = package_totals(input.base_owners, input.new_owners);
  c.lines = line_totals(c);
  for (const CompareClass& row : found.classes) {
    c.constructors.push_back({row.name, {}, row.base_bytes, row.new_bytes});
  }
  for (std::vector<ReportCompareTotal>* totals : {&c.packages, &c.lines, &c.constructors}) {
    arrange_totals(*totals);
  }
  report.owners = report_owners(input.new_owners);
  report.explorer = input.explorer;
  set_headline(report);
  report.artefact_bytes = 0;
  for (const CompareRow& row : found.rows) {
    report.artefact_bytes += row.kind == CompareRowKind::engine ? row.difference() : 0;
  }
  report.unattributed_bytes = found.unexplained_bytes;
  report.growth_tree.name = "difference";
  report.growth_tree.bytes = std::max<std::int64_t>(found.difference(), 0);
  report.limits_of_evidence = {
      "Objects of two processes are matched by the path that leads to them, their class and their function, not one by "
      "one: an object that moved to another holder counts as less here and more there.",
      "More in the new heap is no proof of a leak: it may hold more sessions, or be older. `heapdiff analyze` with "
      "several snapshots of the new process tells."};
  const bool has_intervals =
      std::any_of(found.rows.begin(), found.rows.end(), [](const CompareRow& row) { return row.interval.has_value(); });
  report.next_steps.emplace_back(
      has_intervals ? "Compare at the same point of the same load: a heap that served more requests holds more."
                    : "Compare at the same point of the same load, and with several runs of each side: then each row "
                      "has an interval.");
  if (found.engine_differs) {
    report.cautions.emplace_back(
        "The two heaps are of different versions of the engine: its own growth is one row, the last one.");
  }
  report.self_check.push_back(
      fmt::format("The rows and what is unexplained add up to {} bytes, the difference of the "
                  "totals.",
                  format_count(found.difference())));
  for (const std::vector<std::string>& warnings : {input.warnings, input.sites.warnings}) {
    report.warnings.insert(report.warnings.end(), warnings.begin(), warnings.end());
  }
  redact(report);
  return report;
}

ReportGate judge_compare_gate(const CompareGate& gate, const Comparison& comparison, const CompareSide& base,
                              const CompareSide& now) {
  ReportGate out;
  out.expression = gate.expression;
  if (gate.new_suspects) {
    std::vector<std::string> names;
    for (const CompareRow& row : comparison.rows) {
      if (row.suspect && row.is_new && !row.is_noise) {
        names.push_back(fmt::format("{} held by {}", row.constructor, row.holder));
      }
    }
    out.status = names.empty() ? GateStatus::held : GateStatus::failed;
    out.reason = names.empty() ? std::string("The new heap has no place above the noise that the base does not have.")
                               : fmt::format("{} place{} that the base does not have: {}.", names.size(),
                                             names.size() == 1 ? "" : "s", fmt::join(names, "; "));
    return out;
  }
  double value = static_cast<double>(comparison.difference());
  out.unit = gate.per_operation ? "bytes/operation" : "bytes";
  if (gate.per_operation) {
    if (!base.all_operations || !now.all_operations) {
      out.status = GateStatus::not_enough;
      out.reason = "The operations of both sides are not known: give --base-ops and --new-ops.";
      return out;
    }
    value = static_cast<double>(comparison.new_bytes) / *now.all_operations -
            static_cast<double>(comparison.base_bytes) / *base.all_operations;
  }
  const std::string per = gate.per_operation ? "/op" : "";
  out.measured = RateValue{value, std::nullopt, std::nullopt};
  out.status = value > gate.limit ? GateStatus::failed : GateStatus::held;
  out.reason = fmt::format("The new heap keeps {}{} more than the base, {} {}{}.", format_change(value), per,
                           value > gate.limit ? "above" : "not above", format_bytes(gate.limit), per);
  return out;
}

}  // namespace heapdiff
