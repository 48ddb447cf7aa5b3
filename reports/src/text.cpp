// The report for a person at a terminal.

#include "text.h"

#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace {

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

class TextWriter {
 public:
  explicit TextWriter(const RenderOptions& options) : width_(std::max(40U, options.width)), color_(options.color) {}

  [[nodiscard]] std::string style(std::string_view code, std::string_view text) const {
    return color_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
  }
  void heading(std::string_view text) { out_ += "\n" + style("1", text) + "\n"; }
  void line(std::string_view text) { out_ += std::string(text) + "\n"; }

  /// Words of `text` within the width; lines after the first start with `indent` blanks and the first with `lead`.
  void wrap(std::string_view lead, std::string_view text) {
    const std::size_t indent = columns_of(lead);
    std::string row(lead);
    std::size_t used = indent;
    bool fresh = true;
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      const std::string_view word = text.substr(at, end - at);
      at = end + 1;
      if (!fresh && used + 1 + columns_of(word) > width_) {
        line(row);
        row.assign(indent, ' ');
        used = indent;
        fresh = true;
      }
      if (!fresh) {
        row += ' ';
        ++used;
      }
      row += word;
      used += columns_of(word);
      fresh = false;
    }
    line(row);
  }

  /// Cut to what is left of the line after `used` columns.
  [[nodiscard]] std::string fit(std::string_view text, std::size_t used) const {
    return visible_text(text, used + 8 < width_ ? width_ - used : 8);
  }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::size_t width_;
  bool color_;
  std::string out_;
};

std::string bar(double share, std::size_t cells) {
  static constexpr const char* kEighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const auto eighths = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * static_cast<double>(cells) * 8);
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) {
    text += "█";
  }
  return text + kEighths[eighths % 8];
}

void write_heap(TextWriter& out, const RcaReport& report) {
  out.heading("HEAP");
  double largest = 1;
  for (const ReportSnapshot& s : report.snapshots) {
    largest = std::max(largest, static_cast<double>(s.self_size_bytes));
  }
  const std::size_t cells = std::min<std::size_t>(30, out.width() - 36);
  for (const ReportSnapshot& s : report.snapshots) {
    const auto bytes = static_cast<double>(s.self_size_bytes);
    out.line(fmt::format("  {:<24}  {:>8}  {}", s.captured_at.value_or("(time not known)"), format_bytes(bytes),
                         bar(bytes / largest, cells)));
  }
  out.wrap("  rate    ", format_rate(report.heap_rate));
  out.wrap("  method  ", report.rate_method);
  for (const std::string& note : report.rate_notes) {
    out.wrap("  note    ", note);
  }
}

void write_site(TextWriter& out, const ReportSite& s, bool with_excerpt) {
  std::string text = fmt::format("{}:{}", s.file, s.line);
  if (!s.function.empty()) {
    text += fmt::format("  in {}", s.function);
  }
  out.wrap("    ", fmt::format("{}  [{}, from {}]", text, s.role, s.evidence));
  if (!s.generated_file.empty()) {
    out.wrap("      ", fmt::format("compiled to {}:{}", s.generated_file, s.generated_line));
  }
  if (!with_excerpt) {
    return;
  }
  for (const ExcerptLine& e : s.excerpt) {
    const std::string row = out.fit(fmt::format("      {} {:>5} | {}", e.marked ? ">" : " ", e.line, e.text), 0);
    out.line(e.marked ? out.style("33", row) : out.style("2", row));
  }
}

void write_path(TextWriter& out, const ReportSuspect& s) {
  out.line("  Retaining path, from the root:");
  std::size_t depth = 0;
  for (const ReportPathStep& p : s.path) {
    const std::string indent(4 + std::min<std::size_t>(depth, 20), ' ');
    std::string row = fmt::format("{}{}{}  →  {}", indent,
                                  p.edge_type == "element" || p.edge_type == "hidden" ? "[" + p.edge + "]" : p.edge,
                                  p.repeats > 1 ? fmt::format(" (× {})", p.repeats) : "", p.node);
    const std::string id = fmt::format("  @{}", p.node_id);
    out.line(out.fit(row, columns_of(id)) + out.style("2", id));
    ++depth;
  }
}

void write_suspect(TextWriter& out, const ReportSuspect& s, std::size_t number) {
  out.heading(fmt::format("SUSPECT {}  {}", number, s.kind));
  out.wrap("  ", s.title);
  out.wrap("  grew    ", fmt::format("{}, {}", format_bytes(static_cast<double>(s.growth_bytes)), format_rate(s.rate)));
  for (const ReportCounter& c : s.counters) {
    std::string values;
    for (const std::int64_t v : c.values) {
      values += (values.empty() ? "" : " → ") + format_count(v);
    }
    out.wrap("  count   ", fmt::format("{}: {}", c.label, values));
  }
  std::string levels;
  for (const ReportLevel& l : s.levels) {
    levels += (levels.empty() ? "" : " → ") + format_bytes(static_cast<double>(l.bytes));
  }
  out.wrap("  bytes   ", levels);
  out.wrap("  why     ", s.why);
  out.wrap("  proof   ", s.evidence);
  if (!s.fix_frees_text.empty()) {
    out.wrap("  frees   ", s.fix_frees_text);
  }
  if (s.commit) {
    out.wrap("  commit  ",
             fmt::format("{} {} {} (a candidate)", s.commit->id, s.commit->author_date, s.commit->subject));
  }
  out.wrap("  fix     ", s.fix);
  out.line(s.sites.empty() ? "  No source position could be derived." : "  Candidate lines, best first:");
  for (std::size_t i = 0; i < s.sites.size() && i < 5; ++i) {
    write_site(out, s.sites[i], i == 0);
  }
  write_path(out, s);
  out.line(out.style("2", fmt::format("  signature {}, confidence {}", s.signature, s.confidence)));
}

void write_rows(TextWriter& out, std::string_view title, const std::vector<ReportGrowthRow>& rows, bool sizes) {
  if (rows.empty()) {
    return;
  }
  out.heading(title);
  out.line(out.style("2", sizes ? fmt::format("  {:>9} {:>9} {:>10}  name", "before", "after", "retained")
                                : fmt::format("  {:>9} {:>9}  name", "before", "after")));
  for (std::size_t i = 0; i < rows.size() && i < 10; ++i) {
    const ReportGrowthRow& r = rows[i];
    std::string lead = fmt::format("  {:>9} {:>9}", format_count(r.count_before), format_count(r.count_after));
    if (sizes) {
      lead += fmt::format(" {:>10}", "+" + format_bytes(static_cast<double>(r.retained_after - r.retained_before)));
    }
    out.line(lead + "  " +
             out.fit(r.place.empty() ? r.name : fmt::format("{}  {}", r.name, r.place), columns_of(lead) + 2));
  }
}

void write_list(TextWriter& out, std::string_view title, const std::vector<std::string>& items) {
  if (items.empty()) {
    return;
  }
  out.heading(title);
  for (const std::string& item : items) {
    out.wrap("  - ", item);
  }
}

}  // namespace

std::string render_text(const RcaReport& report, const RenderOptions& options) {
  TextWriter out(options);
  const bool leak = report.verdict == "leak";
  const bool healthy = report.verdict == "no-leak";
  out.line(out.style(leak ? "1;31" : healthy ? "1;32" : "1;33", leak ? "LEAK" : healthy ? "NO LEAK" : "INCONCLUSIVE"));
  out.wrap("", report.headline);
  out.wrap("", report.reason);
  write_heap(out, report);
  for (std::size_t i = 0; i < report.suspects.size(); ++i) {
    write_suspect(out, report.suspects[i], i + 1);
  }
  write_list(out, "RULED OUT", report.ruled_out);
  write_rows(out, "CONSTRUCTORS THAT GREW", report.constructors, true);
  write_rows(out, "CLOSURES THAT GREW", report.closures, true);
  write_rows(out, "LISTENERS THAT GREW", report.listeners, false);
  write_list(out, "WHAT THE EVIDENCE CANNOT SHOW", report.limits_of_evidence);
  write_list(out, "NEXT STEPS", report.next_steps);
  write_list(out, "SELF-CHECK", report.self_check);
  write_list(out, "WARNINGS", report.warnings);
  out.heading("INPUTS");
  for (const ReportSnapshot& s : report.snapshots) {
    out.line(out.fit(fmt::format("  {}", s.path), 0));
    out.line(out.style("2", fmt::format("    {} nodes, {} edges, {} ({}), time from {}, XXH3 {}",
                                        format_count(static_cast<std::int64_t>(s.node_count)),
                                        format_count(static_cast<std::int64_t>(s.edge_count)),
                                        format_bytes(static_cast<double>(s.file_bytes)), s.compression,
                                        s.captured_at_source, s.digest.substr(0, 12))));
  }
  out.wrap("  ", fmt::format("heapdiff {}: {}", report.tool_version, report.command_line));
  return out.take();
}

}  // namespace heapdiff
