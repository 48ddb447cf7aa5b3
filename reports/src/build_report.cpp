#include "heapdiff/reports/build_report.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/diff/outlook.h"
#include "heapdiff/diff/series_check.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/repair_kit.h"
#include "heapdiff/snapshot/visible_text.h"
#include "missing_line.h"

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
  names.label_is_property = std::any_of(s.path.begin(), s.path.end(), [&](const SuspectStep& step) {
    return step.edge == s.label && step.edge_type == EdgeType::property;
  });
  if (s.object_count_growth > 0 && s.growth_bytes > 0) {
    names.bytes_per_object = static_cast<double>(s.growth_bytes) / static_cast<double>(s.object_count_growth);
  }
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

/// Growth per operation, where the operations are counted and grow.
std::optional<RateValue> per_operation(std::span<const double> ops, std::span<const double> levels) {
  const auto rate = ops.size() == levels.size() ? fit_rate(ops, levels) : std::nullopt;
  return rate ? std::optional<RateValue>(rate_value(*rate)) : std::nullopt;
}

std::string hours_text(double hours) {
  if (hours < 2) {
    return fmt::format("{:.0f} minutes", hours * 60);
  }
  return hours < 72 ? fmt::format("{:.1f} hours", hours) : fmt::format("{:.1f} days", hours / 24);
}

ReportCommit report_commit(const CommitCandidate& commit) {
  return {visible_text(commit.id, 64), commit.author_date, visible_text(commit.subject, 120), std::nullopt};
}

std::string commit_text(const ReportSuspect& s) {
  std::string text = "no candidate";
  if (s.commit) {
    text =
        fmt::format("candidate {} of {}, \"{}\"", s.commit->id.substr(0, 12), s.commit->author_date, s.commit->subject);
    if (s.commit->before_first_capture) {
      text += *s.commit->before_first_capture
                  ? "; written before the first capture"
                  : "; written after the first capture, so the program that ran may not have had it";
    }
  }
  for (const std::string& note : s.commit_notes) {
    text += "; " + note;
  }
  return text;
}

void set_commits(ReportSuspect& out, const SuspectCommits& commits) {
  if (commits.commit) {
    out.commit = report_commit(*commits.commit);
    out.commit->before_first_capture = commits.before_first_capture;
  }
  for (const std::string& note : commits.notes) {
    out.commit_notes.push_back(visible_text(note));
  }
  out.commit_text = commit_text(out);
  for (const CommitCandidate& commit : commits.recent) {
    out.recent_commits.push_back(report_commit(commit));
  }
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
  out.detectable_rate = s.detectable_rate;
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
  out.why = s.why;
  out.ruled_out = s.ruled_out;
  out.other_holders = s.other_holders;
  out.off_heap_bytes = s.off_heap_bytes;
  std::size_t growing = 0;
  for (std::size_t k = 1; k < s.levels.size(); ++k) {
    growing += s.levels[k] > s.levels[k - 1] ? 1U : 0U;
  }
  out.evidence = fmt::format(
      "{} in {} of {} steps ({} to {}), measured as {}; {} new objects under {} holder{} that existed before.",
      "It grew", growing, s.levels.size() - 1, megabytes(s.levels.front()), megabytes(s.levels.back()),
      s.levels_are_retained ? "retained size of the holders" : "new objects alive at the end, by when they came",
      s.new_objects, s.holder_count, s.holder_count == 1 ? "" : "s");
  for (const std::string& sentence : s.ruled_out) {
    out.evidence += " " + sentence;
  }
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

void set_outlook(RcaReport& report, const ReportInput& input, const Rate& rate, double level) {
  if (input.limit_bytes) {
    const auto time = time_to_limit(level, rate, *input.limit_bytes);
    if (!time) {
      report.rate_notes.push_back("The heap does not grow: no time to the limit.");
    } else {
      report.hours_to_limit = time->hours;
      const std::string range =
          time->soonest && time->hours > 0
              ? fmt::format(" (at the soonest {}{})", hours_text(*time->soonest),
                            time->latest ? ", at the latest " + hours_text(*time->latest) : "; it might never")
              : std::string();
      report.rate_notes.push_back(fmt::format("At this rate the limit of {} is reached {} after the last snapshot{}.",
                                              megabytes(*input.limit_bytes), hours_text(time->hours), range));
    }
  }
  if (input.observed_bytes_per_hour && *input.observed_bytes_per_hour > 0) {
    const ObservedComparison c = compare_observed(*input.observed_bytes_per_hour, rate);
    report.observed_bytes_per_hour = c.observed;
    report.observed_contradicts = c.contradicts;
    report.rate_notes.push_back(
        c.contradicts
            ? fmt::format("Contradiction: monitoring says {}/hour, the snapshots explain {}/hour "
                          "({:.0f} %). {}",
                          megabytes(c.observed), megabytes(c.explained), 100 * c.share,
                          c.share < 1 ? "The rest grows outside what a heap snapshot shows (native memory, other "
                                        "processes, fragmentation), or the load differed."
                                      : "The load was heavier than usual while the snapshots were taken, or part of "
                                        "the growth is warm-up.")
            : fmt::format("Monitoring says {}/hour, the snapshots {}/hour: they agree.", megabytes(c.observed),
                          megabytes(c.explained)));
  }
}

void set_heap(RcaReport& report, const ReportInput& input) {
  const std::span<const Facts> facts = input.facts;
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
  report.heap_per_operation = per_operation(input.ops, totals);
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
    report.detectable_rate = detectable_rate(hours, totals);
    if (report.detectable_rate) {
      report.rate_notes.push_back(
          fmt::format("A steady whole-heap growth below {}/hour could not be told from noise in this series.",
                      megabytes(*report.detectable_rate)));
    }
    std::vector<double> off_heap;
    for (const Facts& f : facts) {
      off_heap.push_back(static_cast<double>(f.native_bytes));
    }
    report.off_heap_rate = rate_value(*fit_rate(hours, off_heap));
    set_outlook(report, input, *rate, totals.back());
  } else {
    report.rate_method = "none: the capture times are unknown or equal";
    report.next_steps.push_back("Name the capture times with --at FILE=TIME or --interval 10m to get a rate per hour.");
  }
}

/// Appends `child` where it weighs anything, and lets the parent weigh as much as its children.
void grow(ReportGrowthNode& parent, ReportGrowthNode child) {
  if (child.bytes > 0) {
    parent.bytes += child.bytes;
    parent.children.push_back(std::move(child));
  }
}

ReportGrowthNode growth_tree(const RcaReport& report, const Findings& findings) {
  ReportGrowthNode leak{"Suspects", "leak", 0, {}};
  for (const ReportSuspect& s : report.suspects) {
    ReportGrowthNode node{s.title, "suspect", 0, {}};
    for (std::size_t k = 1; k < s.levels.size(); ++k) {
      grow(node,
           {fmt::format("first seen in snapshot {}", k + 1), "step", s.levels[k].bytes - s.levels[k - 1].bytes, {}});
    }
    if (node.bytes > s.growth_bytes) {
      node.children.clear();  // it shrank at times: its steps say more than it grew
    }
    node.bytes = s.growth_bytes;
    grow(leak, std::move(node));
  }
  ReportGrowthNode levelled{"Levelled off, or up and down", "levelled-off", 0, {}};
  for (const Suspect& s : findings.dismissed) {
    grow(levelled, {fmt::format("{} held by {}", s.constructor, s.holder), "levelled-off", s.growth_bytes, {}});
  }
  ReportGrowthNode all{"New objects", "all", 0, {}};
  grow(all, std::move(leak));
  grow(all, std::move(levelled));
  grow(all, {"Compiled code, feedback, shapes", "artefact", findings.artefact_bytes, {}});
  grow(all, {"Not attributed", "other", findings.unattributed_bytes, {}});
  return all;
}

/// A class of things that a program takes and gives back, by the last word of its name.
bool is_resource(const std::string& name) {
  static constexpr std::string_view kWords[] = {"Socket", "Connection", "Pool",    "Client",
                                                "Server", "Worker",     "Timeout", "TLSWrap"};
  const bool plain = name.find_first_of(" /({<") == std::string::npos;
  return plain && (name == "TCP" || std::any_of(std::begin(kWords), std::end(kWords),
                                                [&](std::string_view word) { return name.ends_with(word); }));
}

void set_ruled_out(RcaReport& report, const Findings& findings, std::span<const Facts> facts) {
  constexpr std::size_t kMostGroups = 5;
  constexpr std::size_t kMost = 10;
  for (const Suspect& s : findings.dismissed) {
    if (report.ruled_out.size() == kMostGroups) {
      break;
    }
    const std::string holder = s.holder.empty() || s.holder[0] == '(' ? "the roots of the heap" : s.holder;
    report.ruled_out.push_back(fmt::format(
        "{} under {}{}: grew by {}, {}.", s.constructor, holder, s.label.empty() ? "" : fmt::format(" \"{}\"", s.label),
        megabytes(static_cast<double>(s.growth_bytes)),
        s.trajectory == Trajectory::decelerating ? "then levelled off" : "but not step after step"));
  }
  for (const auto& [name, now] : facts.back().constructors) {
    // One is the class's own prototype: what a program holds comes in numbers.
    if (now.count < 2 || !is_resource(name) || report.ruled_out.size() >= kMost) {
      continue;
    }
    const bool stable = std::all_of(facts.begin(), facts.end(), [&name = name, &now = now](const Facts& f) {
      const auto at = f.constructors.find(name);
      return at != f.constructors.end() && at->second.count == now.count;
    });
    if (stable) {
      report.ruled_out.push_back(fmt::format("{}: {} at every snapshot.", name, now.count));
    }
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
  for (std::string& warning : series_warnings(facts)) {
    report.warnings.push_back(std::move(warning));
  }
  report.self_check = input.self_check;
  set_heap(report, input);
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    static const std::vector<Site> kNone;
    report.suspects.push_back(
        report_suspect(findings.suspects[i], i < input.sites.size() ? input.sites[i] : kNone, facts));
    report.suspects.back().per_operation = per_operation(input.ops, findings.suspects[i].levels);
    if (i < input.commits.size()) {
      set_commits(report.suspects.back(), input.commits[i]);
    }
    report.suspects.back().proven =
        findings.suspects[i].trajectory == Trajectory::steady || shape_convicts(report.suspects.back());
  }
  set_verdict(report, findings);
  set_ruled_out(report, findings, facts);
  report.artefact_bytes = findings.artefact_bytes;
  report.unattributed_bytes = findings.unattributed_bytes;
  report.growth_tree = growth_tree(report, findings);
  report.dismissed_bytes = findings.dismissed_bytes;
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
  if (!input.sites.empty()) {
    say_what_gives_the_line(report, input.sites.front(), traced);
  }
  redact(report);
  return report;
}

}  // namespace heapdiff
