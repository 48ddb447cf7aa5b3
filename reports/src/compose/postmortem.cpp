// A post-mortem that holds what the snapshots prove. What only people know is a marked blank with a question, and never
// a guess. Its sections cover the templates of Google's SRE book, Atlassian and PagerDuty: see reports/README.md.

#include "compose/compose.h"
#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "model/private_paths.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::compose {

using namespace model;

namespace {

constexpr std::size_t kMaxFurtherCauses = 1;
constexpr std::size_t kMaxTimesShown = 4;
constexpr std::size_t kMaxListed = 3;

void section(Document& out, const char* title) { out.heading(2, {plain(title)}); }

void root_cause(Document& out, const RcaReport& report) {
  section(out, "Root cause");
  if (report.suspects.empty()) {
    out.paragraph({plain("These snapshots show no cause in the heap.")});
    out.paragraph({blank("What else took the memory, or what ended the process?")});
    return;
  }
  const ReportSuspect& s = report.suspects.front();
  if (!shows_growth(report)) {
    out.paragraph({plain("One snapshot does not prove a cause. This accumulation keeps most:")});
  }
  compose_line(out, s, 1);
  out.paragraph({strong("Why: "), plain(s.why)});
  out.paragraph({strong("Evidence: "), plain(s.evidence)});
  if (!s.fix_frees_text.empty()) {
    Spans frees = named_spans(s.fix_frees_text);
    frees.insert(frees.begin(), strong("What the fix would free: "));
    out.paragraph(std::move(frees));
  }
  if (shows_growth(report)) {
    compose_growth(out, report, s, kMaxTimesShown);
  }
  compose_path_around_holder(out, s);
  std::vector<Spans> others;
  for (std::size_t i = 1; i < report.suspects.size() && i <= kMaxFurtherCauses; ++i) {
    const ReportSuspect& other = report.suspects[i];
    const std::int64_t bytes = shows_growth(report) ? other.growth_bytes : other.retained_bytes;
    others.push_back({plain(fmt::format("{} ({})", other.title, format_bytes(static_cast<double>(bytes))))});
  }
  if (!others.empty()) {
    const std::size_t further = report.suspects.size() - 1;
    out.paragraph({plain(fmt::format("Further {}{}:", shows_growth(report) ? "suspects" : "accumulations",
                                     others.size() < further ? fmt::format(", the first of {}", further) : ""))});
    out.bullets(std::move(others));
  }
}

/// The outcome of a gate, or how one would have been judged.
void detection_in_ci(Document& out, const RcaReport& report) {
  if (!report.gates.empty()) {
    std::string outcomes;
    for (std::size_t i = 0; i < report.gates.size() && i < kMaxListed; ++i) {
      outcomes +=
          fmt::format("{}{}: {}", i == 0 ? "" : "; ", report.gates[i].expression, schema_name(report.gates[i].status));
    }
    out.paragraph({strong("Gates: "), plain(outcomes + ".")});
  }
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
        {{plain(time_words(c.author_date))},
         {plain("The suspect's line was last changed (a candidate): "), code(c.id), plain(" " + c.subject)}});
  }
  for (std::size_t k = 0; k < report.snapshots.size(); k += std::max<std::size_t>(1, report.snapshots.size() - 1)) {
    const ReportSnapshot& s = report.snapshots[k];
    rows.push_back(
        {{plain(time_words(s.captured_at.value_or("not known")))},
         {plain(fmt::format("Snapshot: heap {}, {} nodes", format_bytes(static_cast<double>(s.self_size_bytes)),
                            format_count(static_cast<std::int64_t>(s.node_count))))}});
  }
  if (report.hours_to_limit && report.heap_rate && report.heap_rate->low.value_or(0) > 0) {
    rows.push_back({{plain(fmt::format("about {:.1f} h after the last snapshot", *report.hours_to_limit))},
                    {plain("The limit would have been reached at this rate")}});
  }
  rows.push_back(
      {{plain("")}, {blank("When was it deployed, first alerted, first reported, mitigated, fixed, and verified?")}});
  out.table({false, false}, std::move(rows));
}

void actions(Document& out, const RcaReport& report) {
  section(out, "Action items");
  std::vector<Spans> items;
  const auto add = [&](const char* type, Spans what) {
    what.insert(what.begin(), strong(type));
    items.push_back(std::move(what));
  };
  if (!report.suspects.empty()) {
    const ReportSuspect& s = report.suspects.front();
    add("Fix: ", fix_spans(s));
    if (s.kit) {
      add("Prevent: ", {plain("add the regression test "), code(s.kit->test_file)});
      add("Detect: ", {plain("emit "), code(s.kit->metric), plain(" and load its alert rules")});
      add("Respond: ", {plain("put the runbook where people on call look; "), code("-o markdown=FILE"),
                        plain(" writes it, the test, the metric and the rules")});
    }
  }
  for (std::size_t i = 0; i < report.next_steps.size() && i < kMaxListed; ++i) {
    add("Evidence: ", {plain(report.next_steps[i])});
  }
  items.push_back({blank("What else has to be done? Who does each action, until when, in which ticket?")});
  out.bullets(std::move(items));
}

void five_whys(Document& out, const RcaReport& report) {
  section(out, "Five whys");
  std::vector<Spans> whys;
  if (!report.suspects.empty()) {
    whys.push_back({plain(shows_growth(report) ? "Why did the memory grow? " : "What keeps most of the memory? "),
                    plain(report.suspects.front().title + ".")});
    whys.push_back({blank("Why was the line written so?")});
  }
  whys.push_back({blank("Why did review and tests let it through?")});
  whys.push_back({blank("Why did nothing show it before users noticed?")});
  out.numbers(std::move(whys));
}

/// The first texts after their name, and how many more there are.
void add_short_list(std::vector<Spans>& items, const char* name, const std::vector<std::string>& texts) {
  if (texts.empty()) {
    return;
  }
  std::string text;
  for (std::size_t i = 0; i < texts.size() && i < kMaxListed; ++i) {
    text += (i == 0 ? "" : " ") + texts[i];
  }
  if (texts.size() > kMaxListed) {
    text += fmt::format(" And {} more, in the full report.", texts.size() - kMaxListed);
  }
  items.push_back({strong(name), plain(text)});
}

}  // namespace

Document compose_postmortem(const RcaReport& whole) {
  const RcaReport report = without_private_paths(whole);
  const ReportSuspect* first = report.suspects.empty() ? nullptr : &report.suspects.front();
  Document out;
  out.heading(1, {plain("Post-mortem: "), blank("What is the incident called?")});
  out.paragraph(
      {blank("When was it, and how severe? Who wrote this, who responded? Draft or reviewed? Which ticket?")});
  section(out, "Summary");
  out.paragraph({strong(report.headline), plain(" " + report.reason)});
  out.paragraph({blank("What happened, in two sentences that people outside the team understand?")});
  section(out, "Impact");
  if (shows_growth(report)) {
    compose_rates(out, report);
  }
  out.paragraph(
      {blank("Who was affected, how, and for how long? Failed requests, restarts, revenue, calls to support?")});
  root_cause(out, report);
  section(out, "Trigger, lead-up and recurrence");
  if (first != nullptr && !first->commit_text.empty()) {
    out.paragraph({strong("Commit: "), plain(first->commit_text),
                   plain(first->commit ? ". It changed the line last, which need not be what made it leak." : "")});
  } else if (first != nullptr) {
    out.paragraph({plain("No Git history was looked at: "), code("--repo DIR"),
                   plain(" names the commit that last changed the line.")});
  }
  out.paragraph(
      {blank("Which deploy or change of load started it? Has it happened before? Was work planned that would "
             "have prevented it?")});
  section(out, "Detection");
  if (first != nullptr && first->kit) {
    out.paragraph({plain("What would have shown it: the metric "), code(first->kit->metric),
                   plain(" and its alert rules, which "), code("-o markdown=FILE"), plain(" writes.")});
  }
  out.paragraph({blank("Who or what noticed it, and how long after the start? What would have halved that time?")});
  detection_in_ci(out, report);
  timeline(out, report);
  section(out, "Response, recovery and messages");
  out.paragraph(
      {blank("Who responded, and what delayed them? What ended it, and how was that verified? What were users "
             "told, and when?")});
  if (first != nullptr) {
    out.paragraph({plain("Snapshots taken after the fix show whether it holds: "),
                   code("heapdiff verify --before OLD/ --after NEW/")});
  }
  actions(out, report);
  five_whys(out, report);
  section(out, "Lessons learned");
  out.bullets({{strong("What went well: "), blank("What helped?")},
               {strong("What went wrong: "), blank("What slowed us down?")},
               {strong("Where we got lucky: "), blank("What could have been worse?")}});
  section(out, "Supporting information");
  std::vector<Spans> facts;
  add_short_list(facts, "Ruled out: ", report.ruled_out);
  add_short_list(facts, "What the evidence cannot show: ", report.limits_of_evidence);
  add_short_list(facts, "Warnings: ", report.warnings);
  if (!facts.empty()) {
    out.bullets(std::move(facts));
  }
  out.paragraph(
      {plain(fmt::format("{}. heapdiff {}: ", capture_words(report), report.tool_version)), code(report.command_line)});
  return out;
}

}  // namespace heapdiff::compose
