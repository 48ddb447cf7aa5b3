#include "compose/compose.h"

#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::compose {

using namespace model;

namespace {

constexpr std::size_t kMaxRows = 10;
constexpr std::size_t kMaxCompareRows = 20;
constexpr std::size_t kMaxSummaryRows = 8;  // a comment on a pull request is read at a glance

Spans text_of(std::string text) { return {plain(std::move(text))}; }

void listed(Document& out, const char* title, const std::vector<std::string>& items) {
  if (!items.empty()) {
    out.heading(2, text_of(title));
    out.bullets(lines_of(items));
  }
}

void growth_table(Document& out, const char* title, const std::vector<ReportGrowthRow>& rows, bool sizes,
                  unsigned level) {
  if (rows.empty()) {
    return;
  }
  out.heading(level, text_of(title));
  std::vector<std::vector<Spans>> cells{{text_of("name"), text_of("before"), text_of("after")}};
  std::vector<bool> right{false, true, true};
  if (sizes) {
    cells[0].push_back(text_of("Size Delta"));
    cells[0].push_back(text_of("Retained Delta"));
    right.insert(right.end(), {true, true});
  }
  for (std::size_t i = 0; i < rows.size() && i < kMaxRows; ++i) {
    const ReportGrowthRow& r = rows[i];
    Spans name{code(r.name)};
    if (!r.place.empty()) {
      name.push_back(plain(" "));
      name.push_back(code(r.place));
    }
    cells.push_back({name, text_of(format_count(r.count_before)), text_of(format_count(r.count_after))});
    if (sizes) {
      cells.back().push_back(text_of(format_change(static_cast<double>(r.self_after - r.self_before))));
      cells.back().push_back(text_of(format_change(static_cast<double>(r.retained_after - r.retained_before))));
    }
  }
  out.table(std::move(right), std::move(cells));
  if (rows.size() > kMaxRows) {
    out.paragraph(text_of(fmt::format("And {} more, in the JSON and HTML reports.", rows.size() - kMaxRows)));
  }
}

void suspect(Document& out, const ReportSuspect& s, std::size_t number) {
  out.heading(2, text_of(fmt::format("{} {}: {}", suspect_word(s), number, s.kind)));
  out.paragraph({strong(s.title)});
  compose_line(out, s);
  out.paragraph({strong("Why: "), plain(s.why)});
  compose_evidence(out, s);
  compose_other_lines(out, s, 3);
  compose_path(out, s, 3);
}

Tone tone_of(const RcaReport& report) {
  return report.verdict == Verdict::leak      ? Tone::bad
         : report.verdict == Verdict::no_leak ? Tone::good
                                              : Tone::attention;
}

}  // namespace

std::vector<Spans> lines_of(const std::vector<std::string>& texts) {
  std::vector<Spans> lines;
  lines.reserve(texts.size());
  for (const std::string& text : texts) {
    lines.push_back(text_of(text));
  }
  return lines;
}

std::string arrows(const std::vector<std::int64_t>& values) {
  std::string text;
  for (const std::int64_t v : values) {
    text += (text.empty() ? "" : " → ") + format_count(v);
  }
  return text;
}

void compose_gates(Document& out, const RcaReport& report, unsigned level) {
  if (!report.gates.empty()) {
    out.heading(level, text_of("Gates"));
    std::vector<std::vector<Spans>> rows{{text_of("gate"), text_of("outcome"), text_of("why")}};
    for (const ReportGate& g : report.gates) {
      rows.push_back({{code(g.expression)},
                      {strong(schema_name(g.status))},
                      text_of(g.next_capture.empty() ? g.reason : g.reason + " " + g.next_capture)});
    }
    out.table({false, false, false}, std::move(rows));
  }
  if (!report.known_leaks.empty()) {
    out.heading(level, text_of("Known leaks"));
    std::vector<Spans> items;
    for (const ReportKnownLeak& k : report.known_leaks) {
      items.push_back({strong(schema_name(k.state)), plain(": " + k.text)});
    }
    out.bullets(std::move(items));
  }
}

void compose_verdict(Document& out, const RcaReport& report) {
  out.panel(tone_of(report), {strong(report.headline), plain(" " + report.reason)});
  if (!report.cautions.empty()) {
    std::vector<Spans> lines;
    for (const std::string& caution : report.cautions) {
      lines.push_back(text_of(caution));
    }
    out.bullets(std::move(lines));
  }
}

void compose_rates(Document& out, const RcaReport& report) {
  std::vector<Spans> lines;
  if (!is_one_file(report.ages)) {
    lines.push_back({strong("Heap: "), plain(format_growth_rate(report.heap_rate, report.heap_per_step))});
  }
  if (report.heap_per_operation) {
    lines.push_back({strong("Heap per operation: "), plain(format_rate(report.heap_per_operation, "/op"))});
  }
  if (report.off_heap_rate && off_heap_matters(report)) {
    lines.push_back({strong("Of it off-heap: "), plain(format_rate(report.off_heap_rate))});
  }
  for (std::size_t i = 0; i < report.suspects.size() && i < 3; ++i) {
    lines.push_back({strong(fmt::format("{} {}: ", suspect_word(report.suspects[i]), i + 1)),
                     plain(format_growth_rate(report.suspects[i].rate, report.suspects[i].per_step))});
  }
  for (const std::string& note : report.rate_notes) {
    const std::size_t colon = is_contradiction(note) ? note.find(':') + 1 : 0;
    lines.push_back(colon == 0 ? text_of(note) : Spans{strong(note.substr(0, colon)), plain(note.substr(colon))});
  }
  lines.push_back({strong("Method: "), plain(report.rate_method + ".")});
  out.bullets(std::move(lines));
}

void compose_heap(Document& out, const RcaReport& report) {
  std::vector<std::vector<Spans>> rows{
      {text_of("captured"), text_of("Shallow size"), text_of("off-heap"), text_of("nodes"), text_of("input")}};
  for (const ReportSnapshot& s : report.snapshots) {
    rows.push_back({text_of(s.captured_at.value_or("not known")),
                    text_of(format_bytes(static_cast<double>(s.self_size_bytes))),
                    text_of(format_bytes(static_cast<double>(s.off_heap_bytes))),
                    text_of(format_count(static_cast<std::int64_t>(s.node_count))),
                    {code(s.path.substr(s.path.rfind('/') + 1))}});
  }
  out.table({false, true, true, true, false}, std::move(rows));
}

void compose_tables(Document& out, const RcaReport& report, unsigned level) {
  growth_table(out, "Constructors that grew", report.constructors, true, level);
  growth_table(out, "Closures that grew", report.closures, true, level);
  growth_table(out, "Listeners that grew", report.listeners, false, level);
}

void compose_fix_pattern(Document& out, const RepairKit& kit, unsigned level) {
  out.heading(level, text_of("Fix pattern"));
  out.paragraph(text_of(kit.pattern));
  if (!kit.before.empty()) {
    out.paragraph(text_of("Before:"));
    out.code_block("javascript", kit.before);
  }
  if (!kit.after.empty()) {
    out.paragraph(text_of("After:"));
    out.code_block("javascript", kit.after);
  }
}

void compose_test(Document& out, const RepairKit& kit, unsigned level) {
  out.heading(level, text_of("Regression test"));
  out.paragraph({code(kit.test_file), plain(" fails before the fix and passes after it; fill in operate().")});
  out.code_block("javascript", kit.test);
}

void compose_monitoring(Document& out, const RepairKit& kit, unsigned level) {
  out.heading(level, text_of("Metrics and alerts"));
  out.paragraph({plain("Emit "), code(kit.metric), plain(" and the heap after each full collection:")});
  out.code_block("javascript", kit.emit);
  out.paragraph(text_of("Prometheus alert rules:"));
  out.code_block("yaml", kit.prometheus_rules);
  out.paragraph(text_of("Datadog monitor:"));
  out.code_block("json", kit.datadog_monitor);
}

void compose_dashboard(Document& out, const RepairKit& kit) {
  out.paragraph(text_of("Datadog dashboard:"));
  out.code_block("json", kit.datadog_dashboard);
}

void compose_runbook(Document& out, const RepairKit& kit, unsigned level) {
  out.heading(level, text_of("Runbook"));
  std::vector<Spans> lines;
  for (const std::string& line : kit.runbook) {
    lines.push_back(code_spans(line));
  }
  out.numbers(std::move(lines));
}

void compose_kit(Document& out, const RepairKit& kit, unsigned level) {
  compose_fix_pattern(out, kit, level);
  compose_test(out, kit, level);
  compose_monitoring(out, kit, level);
  compose_dashboard(out, kit);
  compose_runbook(out, kit, level);
}

void compose_inputs(Document& out, const RcaReport& report) {
  std::vector<std::vector<Spans>> rows{
      {text_of("input"), text_of("size"), text_of("edges"), text_of("time from"), text_of("XXH3-128")}};
  for (const ReportSnapshot& s : report.snapshots) {
    rows.push_back({{code(s.path)},
                    text_of(file_size_words(s)),
                    text_of(format_count(static_cast<std::int64_t>(s.edge_count))),
                    text_of(s.captured_at_source),
                    {code(s.digest)}});
  }
  out.table({false, true, true, false, false}, std::move(rows));
  out.paragraph(
      {plain(fmt::format("{}. heapdiff {}: ", program_words(report), report.tool_version)), code(report.command_line)});
}

Document compose_report(const RcaReport& report) {
  Document out;
  out.heading(1, text_of(title_words(report)));
  compose_verdict(out, report);
  compose_gates(out, report, 2);
  if (report.comparison) {
    compose_comparison(out, report, kMaxCompareRows, 2);
  } else if (shows_growth(report)) {
    out.heading(2, text_of("Leak rate"));
    compose_rates(out, report);
  }
  for (std::size_t i = 0; i < report.suspects.size(); ++i) {
    suspect(out, report.suspects[i], i + 1);
  }
  listed(out, "Ruled out", report.ruled_out);
  compose_tables(out, report, 2);
  if (!report.comparison) {
    compose_owners(out, report, 2);
  }
  out.heading(2, text_of(report.snapshots.size() == 1 ? "Heap" : "Heap at each snapshot"));
  compose_heap(out, report);
  listed(out, "What the evidence cannot show", report.limits_of_evidence);
  listed(out, "Next captures to take", report.next_steps);
  if (!report.suspects.empty() && report.suspects.front().kit) {
    compose_kit(out, *report.suspects.front().kit, 2);
  }
  listed(out, "Self-check", report.self_check);
  listed(out, "Warnings", report.warnings);
  out.heading(2, text_of("Inputs"));
  compose_inputs(out, report);
  return out;
}

Document compose_summary(const RcaReport& report) {
  Document out;
  out.heading(3, text_of(title_words(report)));
  compose_verdict(out, report);
  compose_gates(out, report, 4);
  if (report.comparison) {
    compose_comparison(out, report, kMaxSummaryRows, 4);
  } else if (!report.suspects.empty()) {
    const bool grows = shows_growth(report);
    out.heading(4, text_of(grows ? "Suspects" : "Accumulations"));
    std::vector<std::vector<Spans>> rows{{text_of(grows ? "leak" : "what"), text_of("where"),
                                          text_of(grows ? "growth" : "keeps"), text_of("signature")}};
    for (const ReportSuspect& s : report.suspects) {
      const Spans place = s.sites.empty() ? text_of("not known") : place_spans(s.sites.front());
      rows.push_back({text_of(s.title), place, text_of(size_words(s)), {code(s.signature)}});
    }
    out.table({false, false, false, false}, std::move(rows));
  }
  listed(out, "Warnings", report.warnings);
  return out;
}

}  // namespace heapdiff::compose
