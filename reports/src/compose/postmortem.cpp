// A post-mortem that holds what the snapshots prove. What only people know is a marked blank and never a guess.

#include "compose/compose.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::compose {

using namespace model;

namespace {

void section(Document& out, const char* title) { out.heading(2, {plain(title)}); }

void root_cause(Document& out, const RcaReport& report) {
  section(out, "Root cause");
  if (report.suspects.empty()) {
    out.paragraph({plain("These snapshots show no cause in the heap.")});
    out.paragraph({blank("what else took the memory, or what ended the process")});
    return;
  }
  const ReportSuspect& s = report.suspects.front();
  compose_line(out, s);
  out.paragraph({strong("Why: "), plain(s.why)});
  out.paragraph({strong("Evidence: "), plain(s.evidence)});
  for (const ReportCounter& c : s.counters) {
    out.paragraph({strong("Count: "), plain(fmt::format("{}: {}", c.label, arrows(c.values)))});
  }
  if (!s.fix_frees_text.empty()) {
    out.paragraph({strong("What the fix would free: "), plain(s.fix_frees_text)});
  }
  compose_other_lines(out, s, 3);
  compose_path(out, s, 3);
  std::vector<Spans> others;
  for (std::size_t i = 1; i < report.suspects.size(); ++i) {
    others.push_back({plain(fmt::format("{} ({})", report.suspects[i].title,
                                        format_bytes(static_cast<double>(report.suspects[i].growth_bytes))))});
  }
  if (!others.empty()) {
    out.paragraph({plain("Further suspects:")});
    out.bullets(std::move(others));
  }
}

/// The outcome of a gate, or how one would have been judged.
void detection_in_ci(Document& out, const RcaReport& report) {
  compose_gates(out, report, 3);
  const bool proven =
      std::any_of(report.suspects.begin(), report.suspects.end(), [](const ReportSuspect& s) { return s.proven; });
  if (report.gates.empty() && proven) {
    out.paragraph({plain("In CI, "), code("heapdiff SNAPSHOTS --fail-on leak"),
                   plain(" fails on these snapshots (exit code 1).")});
  }
}

void timeline(Document& out, const RcaReport& report) {
  section(out, "Timeline");
  std::vector<std::vector<Spans>> rows{{{plain("time (UTC)")}, {plain("event")}}};
  if (!report.suspects.empty() && report.suspects.front().commit) {
    const ReportCommit& c = *report.suspects.front().commit;
    rows.push_back(
        {{plain(c.author_date)},
         {plain("The suspect's line was last changed (a candidate): "), code(c.id), plain(" " + c.subject)}});
  }
  rows.push_back({{blank("time")}, {blank("deployed, first alert, first report by a user")}});
  for (const ReportSnapshot& s : report.snapshots) {
    rows.push_back(
        {{plain(s.captured_at.value_or("not known"))},
         {plain(fmt::format("Snapshot: heap {}, {} nodes", format_bytes(static_cast<double>(s.self_size_bytes)),
                            format_count(static_cast<std::int64_t>(s.node_count))))}});
  }
  if (report.hours_to_limit && report.heap_rate && report.heap_rate->low.value_or(0) > 0) {
    rows.push_back({{plain(fmt::format("about {:.1f} h after the last snapshot", *report.hours_to_limit))},
                    {plain("The limit would have been reached at this rate")}});
  }
  rows.push_back({{blank("time")}, {blank("mitigated, fixed, verified")}});
  out.table({false, false}, std::move(rows));
}

void actions(Document& out, const RcaReport& report) {
  section(out, "Action items");
  std::vector<std::vector<Spans>> rows{{{plain("action")}, {plain("type")}, {plain("owner")}, {plain("due")}}};
  const auto row = [&](Spans what, const char* type) {
    rows.push_back({std::move(what), {plain(type)}, {blank("owner")}, {blank("date")}});
  };
  if (!report.suspects.empty()) {
    const ReportSuspect& s = report.suspects.front();
    row(fix_spans(s), "fix");
    if (s.kit) {
      row({plain("Add the regression test "), code(s.kit->test_file)}, "prevent");
      row({plain("Emit "), code(s.kit->metric), plain(" and load the alert rules below")}, "detect");
      row({plain("Put the runbook below where people on call look")}, "respond");
    }
  }
  for (const std::string& step : report.next_steps) {
    row({plain(step)}, "evidence");
  }
  row({blank("further actions")}, "");
  out.table({false, false, false, false}, std::move(rows));
}

}  // namespace

Document compose_postmortem(const RcaReport& report) {
  Document out;
  out.heading(1, {plain("Post-mortem: "), blank("title of the incident")});
  out.paragraph({strong("Date: "), blank("date"), plain("  "), strong("Authors: "), blank("names"), plain("  "),
                 strong("Status: "), blank("draft, reviewed, final"), plain("  "), strong("Ticket: "), blank("key")});
  section(out, "Summary");
  out.paragraph({strong(report.headline), plain(" " + report.reason)});
  out.paragraph({blank("the incident in two sentences, in the words of the business")});
  section(out, "Impact");
  compose_rates(out, report);
  out.paragraph({blank("users, requests, revenue, downtime; restarts and their times")});
  root_cause(out, report);
  section(out, "Trigger");
  if (!report.suspects.empty() && !report.suspects.front().commit_text.empty()) {
    out.paragraph(
        {strong("Commit: "), plain(report.suspects.front().commit_text),
         plain(report.suspects.front().commit ? ". It changed the line last, which need not be what made it leak."
                                              : "")});
  }
  if (!report.suspects.empty() && report.suspects.front().commit_text.empty()) {
    out.paragraph({plain("No Git history was looked at: "), code("--repo DIR"),
                   plain(" names the commit that last changed the line.")});
  }
  out.paragraph({blank("the deploy or change of load that started it")});
  section(out, "Detection");
  if (!report.suspects.empty() && report.suspects.front().kit) {
    out.paragraph({plain("What would have shown it: the metric "), code(report.suspects.front().kit->metric),
                   plain(" with the alert rules below.")});
  }
  out.paragraph({blank("who noticed, how, and how long after the start")});
  detection_in_ci(out, report);
  timeline(out, report);
  section(out, "Resolution and recovery");
  if (!report.suspects.empty()) {
    Spans fix{strong("Fix: ")};
    const Spans words = fix_spans(report.suspects.front());
    fix.insert(fix.end(), words.begin(), words.end());
    out.paragraph(std::move(fix));
  }
  out.paragraph({blank("what was done, when, and how it was verified"), plain(" Snapshots taken after the fix tell: "),
                 code("heapdiff verify --before OLD/ --after NEW/")});
  if (!report.ruled_out.empty()) {
    section(out, "What was ruled out");
    out.bullets(lines_of(report.ruled_out));
  }
  if (!report.limits_of_evidence.empty()) {
    section(out, "What the evidence cannot show");
    out.bullets(lines_of(report.limits_of_evidence));
  }
  actions(out, report);
  section(out, "Five whys");
  out.numbers({{blank("why did the service fail?")},
               {blank("why did its memory run out? (the root cause above)")},
               {blank("why was the line written so?")},
               {blank("why did review and tests let it through?")},
               {blank("why did nothing tell before users did?")}});
  section(out, "Lessons");
  out.bullets({{strong("What went well: "), blank("what helped")},
               {strong("What went wrong: "), blank("what slowed us down")},
               {strong("Where we were lucky: "), blank("what could have been worse")}});
  if (!report.suspects.empty() && report.suspects.front().kit) {
    section(out, "Prevention");
    compose_kit(out, *report.suspects.front().kit, 3);
  }
  section(out, "Supporting information");
  compose_heap(out, report);
  compose_tables(out, report, 3);
  out.heading(3, {plain("Self-check")});
  out.bullets(lines_of(report.self_check));
  if (!report.warnings.empty()) {
    out.heading(3, {plain("Warnings")});
    out.bullets(lines_of(report.warnings));
  }
  out.heading(3, {plain("Inputs")});
  compose_inputs(out, report);
  return out;
}

}  // namespace heapdiff::compose
