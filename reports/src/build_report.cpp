#include "heapdiff/reports/build_report.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/repair_kit.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace heapdiff {

namespace {

constexpr std::size_t kRows = 15;

std::string megabytes(double bytes) { return format_bytes(bytes); }

const char* role_name(SiteRole role) {
  switch (role) {
    case SiteRole::registration:
      return "registration";
    case SiteRole::allocation:
      return "allocation";
    case SiteRole::definition:
      return "definition";
    case SiteRole::holder:
      return "holder";
  }
  return "definition";
}

const char* evidence_name(SiteEvidence evidence) {
  switch (evidence) {
    case SiteEvidence::allocation_trace:
      return "allocation-trace";
    case SiteEvidence::closure:
      return "closure";
    case SiteEvidence::constructor:
      return "constructor";
    case SiteEvidence::generator:
      return "generator";
    case SiteEvidence::context:
      return "context";
    case SiteEvidence::retaining_path:
      return "retaining-path";
    case SiteEvidence::source_text:
      return "source-text";
    case SiteEvidence::sampling_profile:
      return "sampling-profile";
  }
  return "retaining-path";
}

std::string edge_type_text(EdgeType type) {
  return type == EdgeType::ephemeron_table ? "internal" : std::string(edge_type_name(type));
}

RateValue rate_value(const Rate& rate) {
  RateValue value;
  value.estimate = rate.estimate;
  value.low = rate.low;
  value.high = rate.high;
  return value;
}

std::vector<double> hours_of(std::span<const Facts> facts) {
  std::vector<double> hours;
  for (const Facts& f : facts) {
    if (!f.captured_ns || f.captured_source == "none") {
      return {};
    }
    hours.push_back(static_cast<double>(*f.captured_ns - *facts.front().captured_ns) / 3.6e12);
  }
  return hours;
}

ReportSite report_site(const Site& site) {
  ReportSite out;
  out.file = visible_text(site.file);
  out.line = std::max<std::uint32_t>(site.line, 1);
  if (site.column && *site.column > 0) {
    out.column = site.column;
  }
  out.function = visible_text(site.function, 80);
  out.role = role_name(site.role);
  out.evidence = evidence_name(site.evidence);
  out.note = visible_text(site.note);
  out.package = visible_text(site.package, 120);
  out.generated_file = visible_text(site.generated_file);
  out.generated_line = site.generated_line;
  out.generated_column = site.generated_column;
  for (const SourceLine& line : site.excerpt) {
    out.excerpt.push_back({line.line, visible_text(line.text, 160), line.line == site.line});
  }
  return out;
}

/// Growth rows of one of the facts' tables, largest growth of retained size first.
std::vector<ReportGrowthRow> growth_rows(const std::map<std::string, GroupFact>& before,
                                         const std::map<std::string, GroupFact>& after) {
  std::vector<ReportGrowthRow> rows;
  for (const auto& [name, now] : after) {
    const auto old = before.find(name);
    const GroupFact then = old == before.end() ? GroupFact{} : old->second;
    if (now.self_bytes <= then.self_bytes && now.retained_bytes <= then.retained_bytes) {
      continue;
    }
    ReportGrowthRow row;
    const std::size_t tab = name.find('\t');
    row.name = name.substr(0, tab);
    row.place = tab == std::string::npos ? std::string() : name.substr(tab + 1);
    row.count_before = then.count;
    row.count_after = now.count;
    row.self_before = then.self_bytes;
    row.self_after = now.self_bytes;
    row.retained_before = then.retained_bytes;
    row.retained_after = now.retained_bytes;
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const ReportGrowthRow& a, const ReportGrowthRow& b) {
    const auto x = a.retained_after - a.retained_before;
    const auto y = b.retained_after - b.retained_before;
    return x != y ? x > y : (a.name != b.name ? a.name < b.name : a.place < b.place);
  });
  if (rows.size() > kRows) {
    rows.resize(kRows);
  }
  return rows;
}

std::int64_t listeners_of(const Facts& facts, const std::string& emitter, const std::string& event) {
  const auto at = facts.listeners.find({emitter, event});
  return at == facts.listeners.end() ? 0 : at->second;
}

LeakNames leak_names(const Suspect& s, const ReportSuspect& out, std::span<const Facts> facts) {
  LeakNames names;
  names.kind = s.kind;
  names.constructor = s.constructor;
  names.holder = s.holder;
  names.label = s.label;
  names.emitter = s.emitter;
  names.event = s.event;
  names.signature = s.signature;
  if (!out.sites.empty() && !out.sites.front().file.starts_with("node:")) {
    const ReportSite& site = out.sites.front();
    names.module = site.generated_file.empty() ? site.file : site.generated_file;
    names.function = site.function;
    names.place = fmt::format("{}:{}", site.file, site.line);
  }
  if (s.rate) {
    names.bytes_per_hour = s.rate->estimate;
    const std::vector<double> hours = hours_of(facts);
    if (!out.counters.empty() && !hours.empty() && hours.back() > 0) {
      const std::vector<std::int64_t>& values = out.counters.front().values;
      names.count_per_hour = static_cast<double>(values.back() - values.front()) / hours.back();
    }
  }
  return names;
}

ReportSuspect report_suspect(const Suspect& s, const std::vector<Site>& sites, std::span<const Facts> facts) {
  ReportSuspect out;
  out.kind = s.kind;
  out.constructor = s.constructor;
  out.signature = s.signature;
  out.object_count_growth = s.object_count_growth;
  out.growth_bytes = s.growth_bytes;
  if (s.rate) {
    out.rate = rate_value(*s.rate);
  }
  const KindAdvice advice = advice_for(s.kind);
  out.fix = advice.fix;
  std::string where = s.label.empty() ? s.holder : fmt::format("{} \"{}\"", s.holder, s.label);
  if (!s.emitter.empty()) {
    where = s.event.empty() ? s.emitter : fmt::format("{}, event \"{}\"", s.emitter, s.event);
    ReportCounter counter;
    counter.label = fmt::format("listeners on {} for \"{}\"", s.emitter, s.event);
    for (const Facts& f : facts) {
      counter.values.push_back(listeners_of(f, s.emitter, s.event));
    }
    out.counters.push_back(std::move(counter));
  }
  out.title = fmt::format("{}: {} more {} held by {}", s.kind, s.object_count_growth, s.constructor, where);
  out.why = advice.why;
  if (!out.counters.empty()) {
    out.why += fmt::format(" Listeners went from {} to {}.", out.counters.front().values.front(),
                           out.counters.front().values.back());
  }
  std::size_t growing = 0;
  for (std::size_t k = 1; k < s.levels.size(); ++k) {
    growing += s.levels[k] > s.levels[k - 1] ? 1U : 0U;
  }
  out.evidence = fmt::format(
      "{} in {} of {} steps ({} to {}), measured as {}; {} new objects under {} holder{} that existed before.",
      "It grew", growing, s.levels.size() - 1, megabytes(s.levels.front()), megabytes(s.levels.back()),
      s.levels_are_retained ? "retained size of the holders" : "new objects alive at the end, by when they came",
      s.new_objects, s.holder_count, s.holder_count == 1 ? "" : "s");
  out.confidence = s.trajectory == Trajectory::steady ? (s.levels.size() >= 4 ? "high" : "medium") : "low";
  for (std::size_t k = 0; k < s.levels.size(); ++k) {
    out.levels.push_back({std::nullopt, static_cast<std::int64_t>(std::llround(s.levels[k]))});
  }
  for (const SuspectStep& step : s.path) {
    out.path.push_back(
        {step.edge, edge_type_text(step.edge_type), step.node, step.node_type, step.node_id, step.repeats});
  }
  for (const Site& site : sites) {
    out.sites.push_back(report_site(site));
  }
  if (s.fix_frees_bytes > 0) {
    out.fix_frees_bytes = s.fix_frees_bytes;
    out.fix_frees_text = fmt::format(
        "Letting go of the new objects here frees {} of the last snapshot (reachability recomputed without these "
        "edges).",
        megabytes(static_cast<double>(s.fix_frees_bytes)));
  }
  out.kit = repair_kit(leak_names(s, out, facts));
  return out;
}

/// A few listeners more than expected on one emitter is how a program works; hundreds of one event are not.
bool shape_convicts(const ReportSuspect& s) {
  return !s.counters.empty() && s.counters.front().values.back() - s.counters.front().values.front() >= 100;
}

void set_verdict(RcaReport& report, const Findings& findings) {
  const bool steady = std::any_of(findings.suspects.begin(), findings.suspects.end(),
                                  [](const Suspect& s) { return s.trajectory == Trajectory::steady; });
  const bool convicted = std::any_of(report.suspects.begin(), report.suspects.end(), shape_convicts);
  const std::string growth = megabytes(static_cast<double>(report.growth_bytes));
  const bool unexplained = findings.unexplained == Trajectory::steady || findings.unexplained == Trajectory::two_points;
  if (report.suspects.empty() && unexplained) {
    const double bytes = findings.unexplained_levels.back() - findings.unexplained_levels.front();
    report.verdict = "inconclusive";
    report.headline =
        fmt::format("Inconclusive: the heap grew by {}, and no place was found that holds it.", megabytes(bytes));
    report.reason = findings.unexplained == Trajectory::steady
                        ? "The heap grows steadily, but the growth cannot be attributed to any holder."
                        : "The heap grew between two snapshots, and the growth cannot be attributed to any holder.";
    report.next_steps.push_back(
        "Take more snapshots under the same load, further apart, so that what grows stands out from what comes and "
        "goes.");
    return;
  }
  if (report.suspects.empty()) {
    report.verdict = "no-leak";
    report.headline =
        fmt::format("No leak: nothing grows without levelling off. The heap changed by {} over {} snapshots.", growth,
                    report.snapshots.size());
    report.reason = findings.dismissed.empty()
                        ? "No group of new objects is large enough to matter."
                        : fmt::format("{} group{} of new objects grew, and levelled off or went up and down.",
                                      findings.dismissed.size(), findings.dismissed.size() == 1 ? "" : "s");
    return;
  }
  const ReportSuspect& first = report.suspects.front();
  const std::string place = first.sites.empty()
                                ? std::string()
                                : fmt::format(" at {}:{}", first.sites.front().file, first.sites.front().line);
  const std::string rate = first.rate ? fmt::format(", {}/hour", megabytes(first.rate->estimate)) : std::string();
  if (steady || convicted) {
    report.verdict = "leak";
    report.headline =
        fmt::format("Leak: {}{} ({}{}).", first.title, place, megabytes(static_cast<double>(first.growth_bytes)), rate);
    report.reason = steady ? "At least one group of new objects grows at every step and does not level off."
                           : "Two snapshots cannot show a trend, but hundreds of listeners for one event on one "
                             "emitter are no warm-up.";
  } else {
    const bool two = report.snapshots.size() == 2;
    report.verdict = "inconclusive";
    report.headline =
        fmt::format("Inconclusive: {}{} ({}{}) grew{}.", first.title, place,
                    megabytes(static_cast<double>(first.growth_bytes)), rate, two ? " between two snapshots" : "");
    report.reason = two ? "Two snapshots cannot tell a leak from a warm-up."
                        : "It grew, but so unevenly that this many snapshots cannot tell a leak from a warm-up.";
    report.next_steps.push_back(
        two ? "Take a third and a fourth snapshot under the same load, the same time apart, and run again."
            : "Take more snapshots under the same load, five or more, the same time apart, and run again.");
  }
}

void set_heap(RcaReport& report, std::span<const Facts> facts) {
  std::vector<double> totals;
  for (const Facts& f : facts) {
    ReportSnapshot s;
    s.path = visible_text(f.input.name);
    if (f.captured_ns) {
      s.captured_at = format_time(*f.captured_ns);
    }
    s.captured_at_source = f.captured_source;
    s.node_count = f.node_count;
    s.edge_count = f.edge_count;
    s.self_size_bytes = f.total_bytes;
    s.off_heap_bytes = f.native_bytes;
    s.file_bytes = f.input.size_bytes;
    s.compression = f.input.compression;
    s.digest = f.input.digest;
    s.allocation_traces = f.allocation_traces;
    report.snapshots.push_back(std::move(s));
    totals.push_back(static_cast<double>(f.total_bytes));
  }
  report.growth_bytes =
      static_cast<std::int64_t>(facts.back().total_bytes) - static_cast<std::int64_t>(facts.front().total_bytes);
  const std::vector<double> hours = hours_of(facts);
  if (const auto rate = hours.empty() ? std::nullopt : fit_rate(hours, totals)) {
    report.heap_rate = rate_value(*rate);
    report.rate_method =
        facts.size() > 2
            ? "least squares over the capture times; 95 % Student-t interval, the wider of level noise and random walk"
            : "difference of two snapshots; two points allow no interval";
    if (rate->low && *rate->low <= 0 && *rate->high >= 0) {
      report.rate_notes.push_back("The interval holds zero: the series alone does not show that the whole heap grows.");
    }
    if (rate->low) {
      report.rate_notes.push_back(
          fmt::format("A whole-heap rate below {}/hour could not be told from noise in this series.",
                      megabytes(*rate->high - rate->estimate)));
    }
  } else {
    report.rate_method = "none: the capture times are unknown or equal";
    report.next_steps.push_back("Name the capture times with --at FILE=TIME or --interval 10m to get a rate per hour.");
  }
}

}  // namespace

RcaReport build_report(const ReportInput& input) {
  RcaReport report;
  const std::span<const Facts> facts = input.facts;
  const Findings& findings = *input.findings;
  report.tool_version = input.tool_version;
  report.command_line = visible_text(input.command_line);
  report.warnings = input.warnings;
  report.self_check = input.self_check;
  set_heap(report, facts);
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    static const std::vector<Site> kNone;
    report.suspects.push_back(
        report_suspect(findings.suspects[i], i < input.sites.size() ? input.sites[i] : kNone, facts));
  }
  set_verdict(report, findings);
  for (const Suspect& s : findings.dismissed) {
    report.ruled_out.push_back(fmt::format(
        "{} under {}{}: grew by {}, {}.", s.constructor, s.holder,
        s.label.empty() ? "" : fmt::format(" \"{}\"", s.label), megabytes(static_cast<double>(s.growth_bytes)),
        s.trajectory == Trajectory::decelerating ? "then levelled off" : "up and down"));
    if (report.ruled_out.size() == 8) {
      break;
    }
  }
  for (const auto& row : facts.back().constructors) {
    const std::string& name = row.first;
    const GroupFact& now = row.second;
    const bool resource = name.find("Socket") != std::string::npos || name.find("Connection") != std::string::npos ||
                          name.find("Pool") != std::string::npos || name == "Timeout" || name == "TCP" ||
                          name == "TLSWrap";
    if (!resource || now.count == 0 || report.ruled_out.size() >= 16) {
      continue;
    }
    const bool stable = std::all_of(facts.begin(), facts.end(), [&](const Facts& f) {
      const auto at = f.constructors.find(name);
      return at != f.constructors.end() && at->second.count == now.count;
    });
    if (stable) {
      report.ruled_out.push_back(fmt::format("{}: {} at every snapshot.", name, now.count));
    }
  }
  report.artefact_bytes = findings.artefact_bytes;
  report.unattributed_bytes = findings.unattributed_bytes;
  report.constructors = growth_rows(facts.front().constructors, facts.back().constructors);
  report.closures = growth_rows(facts.front().closures, facts.back().closures);
  for (const auto& [key, now] : facts.back().listeners) {
    const std::int64_t then = listeners_of(facts.front(), key.first, key.second);
    if (now > then) {
      ReportGrowthRow row;
      row.name = fmt::format("{} \"{}\"", key.first, key.second);
      row.count_before = then;
      row.count_after = now;
      report.listeners.push_back(std::move(row));
    }
  }
  std::stable_sort(report.listeners.begin(), report.listeners.end(),
                   [](const ReportGrowthRow& a, const ReportGrowthRow& b) {
                     return a.count_after - a.count_before > b.count_after - b.count_before;
                   });
  if (report.listeners.size() > kRows) {
    report.listeners.resize(kRows);
  }
  const bool traced = std::all_of(facts.begin(), facts.end(), [](const Facts& f) { return f.allocation_traces; });
  if (!traced) {
    report.limits_of_evidence.push_back(
        "No allocation stacks were recorded: sites come from functions on the retaining path and the source text, not "
        "from the allocating call.");
  }
  if (!report.suspects.empty() && report.suspects.front().sites.empty()) {
    report.limits_of_evidence.push_back(
        "No source position could be derived for the first suspect: give the program's folder with --source-root.");
  }
  redact(report);
  return report;
}

}  // namespace heapdiff
