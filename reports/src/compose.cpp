#include "compose.h"

#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace {

constexpr std::size_t kMostRows = 10;
constexpr std::size_t kMostHolders = 5;

Spans text_of(std::string text) { return {plain(std::move(text))}; }

std::string language_of(const std::string& file) {
  const auto ends = [&](const char* suffix) { return file.ends_with(suffix); };
  return ends(".ts") || ends(".tsx") || ends(".mts") || ends(".cts") ? "typescript" : "javascript";
}

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
    cells[0].push_back(text_of("self"));
    cells[0].push_back(text_of("retained"));
    right.insert(right.end(), {true, true});
  }
  for (std::size_t i = 0; i < rows.size() && i < kMostRows; ++i) {
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
}

void suspect(Document& out, const ReportSuspect& s, std::size_t number) {
  out.heading(2, text_of(fmt::format("Suspect {}: {}", number, s.kind)));
  out.paragraph({strong(s.title)});
  out.paragraph({strong("Why: "), plain(s.why)});
  std::vector<Spans> facts;
  facts.push_back({strong("Growth: "), plain(fmt::format("{}, {}", format_bytes(static_cast<double>(s.growth_bytes)),
                                                         format_rate(s.rate)))});
  for (const ReportCounter& c : s.counters) {
    facts.push_back({strong("Count: "), plain(fmt::format("{}: {}", c.label, arrows(c.values)))});
  }
  std::string levels;
  for (const ReportLevel& l : s.levels) {
    levels += (levels.empty() ? "" : " → ") + format_bytes(static_cast<double>(l.bytes));
  }
  if (!levels.empty()) {
    facts.push_back({strong("Bytes at each snapshot: "), plain(levels)});
  }
  facts.push_back({strong("Evidence: "), plain(s.evidence)});
  if (!s.fix_frees_text.empty()) {
    facts.push_back({strong("What the fix would free: "), plain(s.fix_frees_text)});
  }
  if (!s.commit_text.empty()) {
    facts.push_back({strong("Commit: "), plain(s.commit_text)});
  }
  for (const ReportCommit& commit : s.recent_commits) {
    facts.push_back({strong("Recent commit to these files: "), code(commit.id.substr(0, 12)),
                     plain(fmt::format(" {} {}", commit.author_date, commit.subject))});
  }
  facts.push_back({strong("Fix: "), plain(s.fix)});
  facts.push_back({strong("Signature: "), code(s.signature), plain(", confidence " + s.confidence)});
  out.bullets(std::move(facts));
  compose_site_and_path(out, s);
}

}  // namespace

std::vector<Spans> lines_of(const std::vector<std::string>& texts) {
  std::vector<Spans> lines;
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
                      {strong(g.status)},
                      text_of(g.next_capture.empty() ? g.reason : g.reason + " " + g.next_capture)});
    }
    out.table({false, false, false}, std::move(rows));
  }
  if (!report.known_leaks.empty()) {
    out.heading(level, text_of("Known leaks"));
    std::vector<Spans> items;
    for (const ReportKnownLeak& k : report.known_leaks) {
      items.push_back({strong(k.state), plain(": " + k.text)});
    }
    out.bullets(std::move(items));
  }
}

void compose_heap(Document& out, const RcaReport& report) {
  std::vector<std::vector<Spans>> rows{
      {text_of("captured"), text_of("self size"), text_of("off-heap"), text_of("nodes"), text_of("input")}};
  for (const ReportSnapshot& s : report.snapshots) {
    rows.push_back({text_of(s.captured_at.value_or("not known")),
                    text_of(format_bytes(static_cast<double>(s.self_size_bytes))),
                    text_of(format_bytes(static_cast<double>(s.off_heap_bytes))),
                    text_of(format_count(static_cast<std::int64_t>(s.node_count))),
                    {code(s.path)}});
  }
  out.table({false, true, true, true, false}, std::move(rows));
  out.paragraph({strong("Leak rate of the heap: "), plain(format_rate(report.heap_rate)),
                 plain(fmt::format("; method: {}.", report.rate_method))});
  out.bullets(lines_of(report.rate_notes));
}

void compose_site_and_path(Document& out, const ReportSuspect& s) {
  if (s.sites.empty()) {
    out.paragraph({plain("No source position could be derived.")});
  } else {
    out.heading(3, text_of("Candidate lines, best first"));
    std::vector<Spans> sites;
    for (const ReportSite& site : s.sites) {
      Spans spans{code(fmt::format("{}:{}", site.file, site.line))};
      if (!site.function.empty()) {
        spans.push_back(plain(" in "));
        spans.push_back(code(site.function));
      }
      spans.push_back(plain(fmt::format(" ({}, from {})", site.role, site.evidence)));
      if (!site.generated_file.empty()) {
        spans.push_back(plain(", compiled to "));
        spans.push_back(code(fmt::format("{}:{}", site.generated_file, site.generated_line)));
      }
      if (!site.note.empty()) {
        spans.push_back(plain(": " + site.note));
      }
      sites.push_back(std::move(spans));
    }
    out.numbers(std::move(sites));
    std::string excerpt;
    for (const ExcerptLine& line : s.sites.front().excerpt) {
      excerpt += fmt::format("{} {:>5} | {}\n", line.marked ? ">" : " ", line.line, line.text);
    }
    if (!excerpt.empty()) {
      out.code_block(language_of(s.sites.front().file), std::move(excerpt));
    }
  }
  if (!s.path.empty()) {
    out.heading(3, text_of("Retaining path, from the root"));
    std::vector<std::vector<Spans>> rows{{text_of("edge"), text_of("object"), text_of("id")}};
    for (const ReportPathStep& p : s.path) {
      Spans edge{code(p.edge)};
      if (p.repeats > 1) {
        edge.push_back(plain(fmt::format(" (× {})", p.repeats)));
      }
      rows.push_back({edge, {code(p.node)}, text_of(fmt::format("@{}", p.node_id))});
    }
    out.table({false, false, true}, std::move(rows));
  }
  if (!s.other_holders.empty()) {
    std::vector<Spans> holders;
    for (std::size_t i = 0; i < s.other_holders.size() && i < kMostHolders; ++i) {
      holders.push_back({code(s.other_holders[i])});
    }
    out.paragraph({plain("Also held by:")});
    out.bullets(std::move(holders));
  }
}

void compose_tables(Document& out, const RcaReport& report, unsigned level) {
  growth_table(out, "Constructors that grew", report.constructors, true, level);
  growth_table(out, "Closures that grew", report.closures, true, level);
  growth_table(out, "Listeners that grew", report.listeners, false, level);
}

void compose_kit(Document& out, const RepairKit& kit, unsigned level) {
  out.heading(level, text_of("Fix pattern"));
  out.paragraph(text_of(kit.pattern));
  out.paragraph(text_of("Before:"));
  out.code_block("javascript", kit.before);
  out.paragraph(text_of("After:"));
  out.code_block("javascript", kit.after);
  out.heading(level, text_of("Regression test"));
  out.paragraph({code(kit.test_file), plain(" fails before the fix and passes after it; fill in operate().")});
  out.code_block("javascript", kit.test);
  out.heading(level, text_of("Metrics and alerts"));
  out.paragraph({plain("Emit "), code(kit.metric), plain(" and the heap after each full collection:")});
  out.code_block("javascript", kit.emit);
  out.paragraph(text_of("Prometheus alert rules:"));
  out.code_block("yaml", kit.prometheus_rules);
  out.paragraph(text_of("Datadog monitor:"));
  out.code_block("json", kit.datadog_monitor);
  out.paragraph(text_of("Datadog dashboard:"));
  out.code_block("json", kit.datadog_dashboard);
  out.heading(level, text_of("Runbook"));
  out.numbers(lines_of(kit.runbook));
}

void compose_inputs(Document& out, const RcaReport& report) {
  std::vector<std::vector<Spans>> rows{
      {text_of("input"), text_of("size"), text_of("edges"), text_of("time from"), text_of("XXH3-128")}};
  for (const ReportSnapshot& s : report.snapshots) {
    rows.push_back({{code(s.path)},
                    text_of(fmt::format("{} ({})", format_bytes(static_cast<double>(s.file_bytes)), s.compression)),
                    text_of(format_count(static_cast<std::int64_t>(s.edge_count))),
                    text_of(s.captured_at_source),
                    {code(s.digest)}});
  }
  out.table({false, true, true, false, false}, std::move(rows));
  out.paragraph({plain(fmt::format("heapdiff {}: ", report.tool_version)), code(report.command_line)});
}

Document compose_report(const RcaReport& report) {
  Document out;
  out.heading(1, text_of("Memory leak analysis: " + report.verdict));
  out.paragraph({strong(report.headline)});
  out.paragraph(text_of(report.reason));
  compose_gates(out, report, 2);
  out.heading(2, text_of("Leak rate"));
  compose_heap(out, report);
  for (std::size_t i = 0; i < report.suspects.size(); ++i) {
    suspect(out, report.suspects[i], i + 1);
  }
  listed(out, "Ruled out", report.ruled_out);
  compose_tables(out, report, 2);
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
  out.heading(3, text_of("Memory leak analysis: " + report.verdict));
  out.paragraph({strong(report.headline)});
  out.paragraph(text_of(report.reason));
  compose_gates(out, report, 4);
  if (!report.suspects.empty()) {
    out.heading(4, text_of("Suspects"));
    std::vector<std::vector<Spans>> rows{{text_of("leak"), text_of("where"), text_of("growth"), text_of("signature")}};
    for (const ReportSuspect& s : report.suspects) {
      const Spans place = s.sites.empty()
                              ? text_of("not known")
                              : Spans{code(fmt::format("{}:{}", s.sites.front().file, s.sites.front().line))};
      rows.push_back(
          {text_of(s.title),
           place,
           text_of(fmt::format("{}, {}", format_bytes(static_cast<double>(s.growth_bytes)), format_rate(s.rate))),
           {code(s.signature)}});
    }
    out.table({false, false, false, false}, std::move(rows));
  }
  listed(out, "Warnings", report.warnings);
  return out;
}

}  // namespace heapdiff
