// The report as GitHub-flavoured Markdown.

#include "heapdiff/reports/escape.h"
#include "heapdiff/reports/quantity.h"
#include "text.h"

#include <fmt/format.h>

namespace heapdiff {

namespace {

std::string language_of(const std::string& file) {
  const auto ends = [&](const char* suffix) { return file.ends_with(suffix); };
  return ends(".ts") || ends(".tsx") || ends(".mts") || ends(".cts") ? "ts" : "js";
}

void list(std::string& out, const char* title, const std::vector<std::string>& items) {
  if (items.empty()) {
    return;
  }
  out += fmt::format("\n## {}\n\n", title);
  for (const std::string& item : items) {
    out += fmt::format("- {}\n", escape_markdown(item));
  }
}

void rows(std::string& out, const char* title, const std::vector<ReportGrowthRow>& rows, bool sizes) {
  if (rows.empty()) {
    return;
  }
  out += fmt::format("\n## {}\n\n| name | before | after |{}\n|---|---:|---:|{}\n", title, sizes ? " retained |" : "",
                     sizes ? "---:|" : "");
  for (std::size_t i = 0; i < rows.size() && i < 10; ++i) {
    const ReportGrowthRow& r = rows[i];
    out += fmt::format("| {}{} | {} | {} |", markdown_code(r.name), r.place.empty() ? "" : " " + markdown_code(r.place),
                       format_count(r.count_before), format_count(r.count_after));
    out +=
        sizes ? fmt::format(" +{} |\n", format_bytes(static_cast<double>(r.retained_after - r.retained_before))) : "\n";
  }
}

void excerpt(std::string& out, const ReportSite& site) {
  if (site.excerpt.empty()) {
    return;
  }
  std::string fence = "```";
  for (const ExcerptLine& line : site.excerpt) {
    while (line.text.find(fence) != std::string::npos) {
      fence += '`';
    }
  }
  out += fmt::format("\n{}{}\n", fence, language_of(site.file));
  for (const ExcerptLine& line : site.excerpt) {
    out += fmt::format("{} {:>5} | {}\n", line.marked ? ">" : " ", line.line, line.text);
  }
  out += fence + "\n";
}

void suspect(std::string& out, const ReportSuspect& s, std::size_t number) {
  out += fmt::format("\n## Suspect {}: {}\n\n**{}**\n\n{}\n\n", number, s.kind, escape_markdown(s.title),
                     escape_markdown(s.why));
  out += fmt::format("- Growth: {}, {}\n", format_bytes(static_cast<double>(s.growth_bytes)), format_rate(s.rate));
  for (const ReportCounter& c : s.counters) {
    std::string values;
    for (const std::int64_t v : c.values) {
      values += (values.empty() ? "" : " → ") + format_count(v);
    }
    out += fmt::format("- {}: {}\n", escape_markdown(c.label), values);
  }
  out += fmt::format("- Evidence: {}\n", escape_markdown(s.evidence));
  if (!s.fix_frees_text.empty()) {
    out += fmt::format("- {}\n", escape_markdown(s.fix_frees_text));
  }
  if (s.commit) {
    out += fmt::format("- Commit (a candidate): {} {} {}\n", markdown_code(s.commit->id),
                       escape_markdown(s.commit->author_date), escape_markdown(s.commit->subject));
  }
  out += fmt::format("- Fix: {}\n- Signature {}, confidence {}\n", escape_markdown(s.fix), markdown_code(s.signature),
                     s.confidence);
  if (!s.sites.empty()) {
    out += "\n### Candidate lines, best first\n\n";
    for (const ReportSite& site : s.sites) {
      out += fmt::format("1. {}{} ({}, from {})\n", markdown_code(fmt::format("{}:{}", site.file, site.line)),
                         site.function.empty() ? "" : " in " + markdown_code(site.function), site.role, site.evidence);
    }
    excerpt(out, s.sites.front());
  }
  out += "\n### Retaining path\n\n| edge | node | id |\n|---|---|---:|\n";
  for (const ReportPathStep& p : s.path) {
    out += fmt::format("| {}{} | {} | {} |\n", markdown_code(p.edge),
                       p.repeats > 1 ? fmt::format(" (× {})", p.repeats) : "", markdown_code(p.node), p.node_id);
  }
}

}  // namespace

std::string render_markdown(const RcaReport& report) {
  std::string out = fmt::format("# Memory leak analysis: {}\n\n{}\n\n{}\n\n## Heap\n\n", report.verdict,
                                escape_markdown(report.headline), escape_markdown(report.reason));
  out += "| captured | self size | nodes | input |\n|---|---:|---:|---|\n";
  for (const ReportSnapshot& s : report.snapshots) {
    out += fmt::format("| {} | {} | {} | {} |\n", s.captured_at.value_or("not known"),
                       format_bytes(static_cast<double>(s.self_size_bytes)),
                       format_count(static_cast<std::int64_t>(s.node_count)), markdown_code(s.path));
  }
  out += fmt::format("\nRate: {} ({}).\n", format_rate(report.heap_rate), escape_markdown(report.rate_method));
  for (const std::string& note : report.rate_notes) {
    out += fmt::format("\n{}\n", escape_markdown(note));
  }
  for (std::size_t i = 0; i < report.suspects.size(); ++i) {
    suspect(out, report.suspects[i], i + 1);
  }
  list(out, "Ruled out", report.ruled_out);
  rows(out, "Constructors that grew", report.constructors, true);
  rows(out, "Closures that grew", report.closures, true);
  rows(out, "Listeners that grew", report.listeners, false);
  list(out, "What the evidence cannot show", report.limits_of_evidence);
  list(out, "Next steps", report.next_steps);
  list(out, "Self-check", report.self_check);
  list(out, "Warnings", report.warnings);
  out +=
      fmt::format("\n---\nheapdiff {}: {}\n", escape_markdown(report.tool_version), markdown_code(report.command_line));
  return out;
}

}  // namespace heapdiff
