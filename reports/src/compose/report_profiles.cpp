// The comparison of two sampling profiles in words and numbers.

#include "compose/report_parts.h"
#include "heapdiff/diff/runtime_scripts.h"
#include "heapdiff/reports/build_comparison.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

namespace heapdiff {

using namespace compose;

namespace {

ReportCompareRow profile_row(const ProfileRow& row, const Site& site) {
  ReportCompareRow out;
  const bool runtime = row.position.script.empty();
  out.kind = runtime ? "engine" : "function";
  out.base_bytes = row.base_bytes;
  out.new_bytes = row.new_bytes;
  out.base_objects = row.base_samples;
  out.new_objects = row.new_samples;
  out.constructor =
      runtime ? std::string("(runtime)") : visible_text(site.function.empty() ? "(anonymous)" : site.function, 120);
  out.low = static_cast<double>(row.difference()) - row.error;
  out.high = static_cast<double>(row.difference()) + row.error;
  out.is_noise = !row.is_certain();
  out.is_new = row.base_bytes == 0;
  if (!runtime) {
    out.sites.push_back(report_site(site));
    out.package = out.sites.front().package;
  }
  return out;
}

std::vector<ReportCompareTotal> package_totals_of(const ReportComparison& c) {
  std::map<std::string, ReportCompareTotal> totals;
  ReportCompareTotal rest{"(no row)", {}, c.base_bytes, c.new_bytes};
  for (const ReportCompareRow& row : c.rows) {
    const std::string package = row.kind == "engine" ? "engine" : row.package.empty() ? "(application)" : row.package;
    const std::size_t blank = package.find(' ');
    ReportCompareTotal& total = totals[package];
    total.name = package.substr(0, blank);
    total.version = blank == std::string::npos ? std::string() : package.substr(blank + 1);
    total.base_bytes += row.base_bytes;
    total.new_bytes += row.new_bytes;
    rest.base_bytes -= row.base_bytes;
    rest.new_bytes -= row.new_bytes;
  }
  std::vector<ReportCompareTotal> list;
  for (auto& [name, total] : totals) {
    list.push_back(std::move(total));
  }
  if (rest.base_bytes != 0 || rest.new_bytes != 0) {
    list.push_back(std::move(rest));
  }
  return list;
}

void set_profile_headline(RcaReport& report) {
  const ReportComparison& c = *report.comparison;
  const auto bytes = [](std::int64_t value) { return format_bytes(static_cast<double>(value)); };
  report.headline = fmt::format("The new profile holds {} {} than the base.", bytes(std::abs(c.difference())),
                                c.difference() < 0 ? "less" : "more");
  const auto grown = std::find_if(c.rows.begin(), c.rows.end(), [](const ReportCompareRow& row) {
    return !row.is_noise && row.kind == "function" && row.difference() > 0;
  });
  if (grown != c.rows.end()) {
    report.headline += fmt::format(" Largest: what {} at {}:{} allocates ({}, 95 % {} to {}).", grown->constructor,
                                   grown->sites.front().file, grown->sites.front().line,
                                   format_change(static_cast<double>(grown->difference())), format_change(*grown->low),
                                   format_change(*grown->high));
  }
  report.reason =
      fmt::format("{} to {}, estimated from samples. Intervals are those of the sampling, 95 % for all rows together{}",
                  bytes(c.base_bytes), bytes(c.new_bytes),
                  grown == c.rows.end() ? ": no function holds more than chance explains." : ".");
}

}  // namespace

std::vector<std::string> profile_limits() {
  return {
      "A sampling profile tells which function allocated what is alive, not what holds it: it has no holders and no "
      "retaining paths.",
      "Only a part of all objects was sampled: small differences are chance.",
      "It counts what was allocated since the profiler was started; older objects are not in it."};
}

ReportGate judge_profile_gate(const CompareGate& gate, const ProfileComparison& comparison) {
  ReportGate out;
  out.expression = gate.expression;
  if (gate.new_suspects || gate.per_operation) {
    out.status = GateStatus::not_enough;
    out.reason = "A sampling profile has no suspects and counts no operations: compare heap snapshots.";
    return out;
  }
  const auto difference = static_cast<double>(comparison.new_bytes - comparison.base_bytes);
  const double low = difference - comparison.total_error;
  const double high = difference + comparison.total_error;
  out.measured = RateValue{difference, low, high};
  out.unit = "bytes";
  out.status = low > gate.limit ? GateStatus::failed : high <= gate.limit ? GateStatus::held : GateStatus::not_enough;
  out.reason = fmt::format("{} (95 % {} to {}) more than the base; the limit is {}.", format_change(difference),
                           format_change(low), format_change(high), format_bytes(gate.limit));
  return out;
}

RcaReport build_profile_comparison(const ProfileReportInput& input) {
  const ProfileComparison& found = *input.comparison;
  RcaReport report;
  report.tool_version = input.tool_version;
  report.command_line = visible_text(input.command_line);
  report.repository_prefix = input.repository_prefix;
  report.gates = input.gates;
  report.growth_bytes = found.new_bytes - found.base_bytes;
  report.rate_method = "a comparison of two sampling profiles; growth over time is not measured";
  ReportComparison& c = report.comparison.emplace();
  c.of_profiles = true;
  c.base_bytes = found.base_bytes;
  c.new_bytes = found.new_bytes;
  c.unexplained_bytes = found.unexplained_bytes;
  c.noise_floor_bytes = found.noise_floor_bytes;
  const auto snapshot = [](const std::string& path, std::int64_t bytes) {
    ReportSnapshot s;
    s.path = visible_text(path);
    s.captured_at_source = "none";
    s.compression = "none";
    s.self_size_bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(bytes, 0));
    return s;
  };
  c.base = {snapshot(input.base_path, c.base_bytes)};
  c.now = {snapshot(input.new_path, c.new_bytes)};
  report.snapshots = {c.base.front(), c.now.front()};
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    c.rows.push_back(profile_row(found.rows[i], input.sites[i]));
  }
  c.packages = package_totals_of(c);
  c.lines = line_totals(c);
  arrange_totals(c.packages);
  arrange_totals(c.lines);
  set_profile_headline(report);
  report.growth_tree.name = "difference";
  report.growth_tree.bytes = std::max<std::int64_t>(report.growth_bytes, 0);
  report.limits_of_evidence = profile_limits();
  report.next_steps.emplace_back(
      "Take one heap snapshot of the process that grew: `heapdiff FILE --heap-profile NEW.heapprofile` names what "
      "holds "
      "the objects of these functions.");
  report.warnings = input.warnings;
  redact(report);
  return report;
}

}  // namespace heapdiff
