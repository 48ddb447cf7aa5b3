// The report for a person at a terminal.

#include "text.h"

#include "columns.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace heapdiff {

namespace {

/// What colours mean here: red a leak or its line, yellow what to do, green what is well, dim what is secondary.
constexpr const char* kBad = "31";
constexpr const char* kGood = "32";
constexpr const char* kAttention = "33";
constexpr const char* kPlace = "36";
constexpr const char* kHeading = "1";
constexpr const char* kDim = "2";

constexpr unsigned kNarrowest = 40;
constexpr unsigned kWidest = 200;
constexpr std::size_t kProse = 120;  // longer lines of prose are hard to read

class TextWriter {
 public:
  explicit TextWriter(const RenderOptions& options)
      : width_(std::clamp(options.width, kNarrowest, kWidest)), color_(options.color) {}

  [[nodiscard]] std::string style(std::string_view code, std::string_view text) const {
    return color_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
  }
  void heading(std::string_view text) { out_ += "\n" + style(kHeading, cut_to(visible_text(text), width_)) + "\n"; }
  void line(std::string_view text) { out_ += std::string(text) + "\n"; }

  /// Words of `text` within the width; lines after the first start with as many blanks as `lead` is wide. `code`, if
  /// given, colours the words.
  void wrap(std::string_view lead, std::string_view text, std::string_view code = {}) {
    const std::size_t indent = columns_of(lead);
    const std::size_t end_column = std::min(width_, indent + kProse);
    std::string row;
    std::size_t used = indent;
    std::string blanks(lead);
    const auto flush = [&] {
      line(blanks + (code.empty() ? row : style(code, row)));
      blanks.assign(indent, ' ');
      row.clear();
      used = indent;
    };
    const std::string clean = visible_text(text);
    std::string_view rest = clean;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      std::string_view word = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (!row.empty() && used + 1 + columns_of(word) > end_column) {
        flush();
      }
      while (used + columns_of(word) > end_column && indent + 8 < end_column) {  // a word wider than the line
        std::size_t bytes = 0;
        while (columns_of(word.substr(0, next(word, bytes))) <= end_column - indent) {
          bytes = next(word, bytes);
        }
        row += word.substr(0, bytes);
        word.remove_prefix(bytes);
        flush();
      }
      row += (row.empty() ? "" : " ") + std::string(word);
      used = indent + columns_of(row);
    }
    flush();
  }

  /// Cut to what is left of the line after `used` columns.
  [[nodiscard]] std::string fit(std::string_view text, std::size_t used) const {
    return cut_to(visible_text(text), width_ - std::min(used, width_ - 1));
  }
  [[nodiscard]] std::string fit_path(std::string_view text, std::size_t used) const {
    return cut_middle(visible_text(text), width_ - std::min(used, width_ - 1));
  }
  [[nodiscard]] std::size_t width() const { return width_; }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  /// Bytes up to the end of the character that starts at `at`.
  static std::size_t next(std::string_view text, std::size_t at) {
    do {
      ++at;
    } while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U);
    return at;
  }

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

/// One character per snapshot, from the smallest to the largest.
std::string sparkline(const std::vector<double>& values) {
  static constexpr const char* kSteps[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (values.size() < 2) {
    return {};
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  std::string text;
  for (const double v : values) {
    text += kSteps[*high > *low ? static_cast<std::size_t>((v - *low) / (*high - *low) * 7.0 + 0.5) : 0];
  }
  return text;
}

void write_heap(TextWriter& out, const RcaReport& report) {
  out.heading("LEAK RATE");
  const bool leak = report.verdict == "leak";
  out.wrap("  heap    ", format_rate(report.heap_rate), leak ? kBad : "");
  out.wrap("  method  ", report.rate_method);
  for (const std::string& note : report.rate_notes) {
    out.wrap("  note    ", note);
  }
  double largest = 1;
  bool off_heap = false;
  for (const ReportSnapshot& s : report.snapshots) {
    largest = std::max(largest, static_cast<double>(s.self_size_bytes));
    off_heap = off_heap || s.off_heap_bytes * 20 > s.self_size_bytes;
  }
  const std::size_t cells = std::clamp<std::size_t>(out.width() - 38, 2, 60);
  for (const ReportSnapshot& s : report.snapshots) {
    const auto bytes = static_cast<double>(s.self_size_bytes);
    const std::string row =
        fmt::format("  {:<22} {:>8}  ", s.captured_at.value_or("(time not known)"), format_bytes(bytes));
    out.line(out.fit(row + bar(bytes / largest, cells), 0));
    if (off_heap) {
      out.wrap("                            of it ", format_bytes(static_cast<double>(s.off_heap_bytes)) + " off-heap",
               kDim);
    }
  }
}

void write_gates(TextWriter& out, const RcaReport& report) {
  if (!report.gates.empty()) {
    out.heading("GATES");
  }
  for (const ReportGate& g : report.gates) {
    const char* color = g.status == "failed" ? kBad : g.status == "held" ? kGood : kAttention;
    out.wrap("  ", fmt::format("{}: {}", g.expression, g.status), color);
    out.wrap("    ", g.next_capture.empty() ? g.reason : g.reason + " " + g.next_capture);
  }
  if (!report.known_leaks.empty()) {
    out.heading("KNOWN LEAKS");
  }
  for (const ReportKnownLeak& k : report.known_leaks) {
    out.wrap("  - ", fmt::format("{}: {}", k.state, k.text));
  }
}

void write_site(TextWriter& out, const ReportSite& s, bool first) {
  const std::string place = fmt::format("{}:{}", s.file, s.line);
  out.wrap("    ", s.function.empty() ? place : fmt::format("{}  in {}", place, s.function), first ? "1;31" : kPlace);
  std::string about = fmt::format("{}, from {}", s.role, s.evidence);
  if (!s.package.empty()) {
    about += ", package " + s.package;
  }
  if (!s.generated_file.empty()) {
    about += fmt::format(", compiled to {}:{}", s.generated_file, s.generated_line);
  }
  if (!s.note.empty()) {
    about += ": " + s.note;
  }
  out.wrap("      ", about, kDim);
  if (!first) {
    return;
  }
  for (const ExcerptLine& e : s.excerpt) {
    const std::string row = out.fit(fmt::format("      {} {:>5} | {}", e.marked ? ">" : " ", e.line, e.text), 0);
    out.line(out.style(e.marked ? kBad : kDim, row));
  }
}

/// One step a line. The indent says how deep a step lies until a third of the width is used; ids stand at the end.
void write_path(TextWriter& out, const ReportSuspect& s) {
  if (s.path.empty()) {
    return;
  }
  out.line(out.fit("  Retaining path, from the root:", 0));
  const std::size_t deepest = out.width() / 3;
  for (std::size_t depth = 0; depth < s.path.size(); ++depth) {
    const ReportPathStep& p = s.path[depth];
    const std::string indent(4 + std::min(depth, deepest - 4), ' ');
    const bool numbered = p.edge_type == "element" || p.edge_type == "hidden";
    const std::string edge = fmt::format("{}{}", numbered ? "[" + p.edge + "]" : p.edge,
                                         p.repeats > 1 ? fmt::format(" (× {})", p.repeats) : "");
    const std::string id = fmt::format("  @{}", p.node_id);
    out.line(out.fit(fmt::format("{}{}  →  {}", indent, edge, p.node), columns_of(id)) + out.style(kDim, id));
  }
  constexpr std::size_t kMostHolders = 5;
  for (std::size_t i = 0; i < s.other_holders.size() && i < kMostHolders; ++i) {
    out.wrap("  also held by  ", s.other_holders[i]);
  }
}

void write_suspect(TextWriter& out, const ReportSuspect& s, std::size_t number) {
  out.heading(fmt::format("SUSPECT {}  {}", number, s.kind));
  out.wrap("  ", s.title, kBad);
  out.wrap("  why     ", s.why);
  std::vector<double> levels;
  std::string bytes;
  for (const ReportLevel& l : s.levels) {
    levels.push_back(static_cast<double>(l.bytes));
    bytes += (bytes.empty() ? "" : " → ") + format_bytes(levels.back());
  }
  out.wrap("  grew    ", fmt::format("{}, {}", format_bytes(static_cast<double>(s.growth_bytes)), format_rate(s.rate)));
  if (!bytes.empty()) {
    out.wrap("  bytes   ", fmt::format("{}  {}", sparkline(levels), bytes));
  }
  for (const ReportCounter& c : s.counters) {
    std::vector<double> values(c.values.begin(), c.values.end());
    std::string text;
    for (const std::int64_t v : c.values) {
      text += (text.empty() ? "" : " → ") + format_count(v);
    }
    out.wrap("  count   ", fmt::format("{}  {}: {}", sparkline(values), c.label, text));
  }
  out.wrap("  proof   ", s.evidence);
  if (!s.fix_frees_text.empty()) {
    out.wrap("  frees   ", s.fix_frees_text, kGood);
  }
  if (!s.commit_text.empty()) {
    out.wrap("  commit  ", s.commit_text);
  }
  for (const ReportCommit& commit : s.recent_commits) {
    out.wrap("  recent  ", fmt::format("{} {} {}", commit.id.substr(0, 12), commit.author_date, commit.subject));
  }
  out.wrap("  fix     ", s.fix, kAttention);
  out.wrap("  ", s.sites.empty() ? "No source position could be derived." : "Candidate lines, best first:");
  constexpr std::size_t kMostSites = 5;
  for (std::size_t i = 0; i < s.sites.size() && i < kMostSites; ++i) {
    write_site(out, s.sites[i], i == 0);
  }
  write_path(out, s);
  out.wrap("  ", fmt::format("signature {}, confidence {}", s.signature, s.confidence), kDim);
}

/// The repair as code. The rest of the kit is made for files, and named.
void write_kit(TextWriter& out, const RepairKit& kit) {
  out.heading("FIX PATTERN");
  out.wrap("  ", kit.pattern);
  for (const auto& [title, text, color] : {std::tuple{"before", &kit.before, kBad}, {"after", &kit.after, kGood}}) {
    out.line(out.style(color, fmt::format("  {}", title)));
    std::string_view rest = *text;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::size_t first = std::min(rest.find_first_not_of(' '), end);
      out.wrap(std::string(4 + first, ' '), rest.substr(first, end - first));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  out.heading("RUNBOOK");
  for (const std::string& step : kit.runbook) {
    out.wrap("  - ", step);
  }
  out.wrap("  ",
           fmt::format("With -o markdown=FILE also: the regression test {}, the metric {} with Prometheus rules, a "
                       "Datadog monitor and a dashboard. -o postmortem=FILE arranges it for the review.",
                       kit.test_file, kit.metric),
           kDim);
}

void write_rows(TextWriter& out, std::string_view title, const std::vector<ReportGrowthRow>& rows, bool sizes) {
  if (rows.empty()) {
    return;
  }
  out.heading(title);
  out.line(out.style(kDim, sizes ? fmt::format("  {:>9} {:>9} {:>10}  name", "before", "after", "retained")
                                 : fmt::format("  {:>9} {:>9}  name", "before", "after")));
  for (std::size_t i = 0; i < rows.size() && i < 10; ++i) {
    const ReportGrowthRow& r = rows[i];
    std::string lead = fmt::format("  {:>9} {:>9}", format_count(r.count_before), format_count(r.count_after));
    if (sizes) {
      lead += fmt::format(" {:>10}", format_change(static_cast<double>(r.retained_after - r.retained_before)));
    }
    lead += "  ";
    const std::string name = out.fit(r.name, columns_of(lead));
    const std::size_t used = columns_of(lead) + columns_of(name) + 2;
    if (r.place.empty()) {
      out.line(lead + name);
    } else if (used + 24 <= out.width()) {
      out.line(lead + name + "  " + out.style(kPlace, out.fit_path(r.place, used)));
    } else {
      out.line(lead + name);
      out.line("      " + out.style(kPlace, out.fit_path(r.place, 6)));
    }
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
  out.wrap("", report.headline, "1");
  out.wrap("", report.reason);
  write_gates(out, report);
  write_heap(out, report);
  for (std::size_t i = 0; i < report.suspects.size(); ++i) {
    write_suspect(out, report.suspects[i], i + 1);
  }
  write_list(out, "RULED OUT", report.ruled_out);
  write_rows(out, "CONSTRUCTORS THAT GREW", report.constructors, true);
  write_rows(out, "CLOSURES THAT GREW", report.closures, true);
  write_rows(out, "LISTENERS THAT GREW", report.listeners, false);
  write_list(out, "WHAT THE EVIDENCE CANNOT SHOW", report.limits_of_evidence);
  write_list(out, "NEXT CAPTURES TO TAKE", report.next_steps);
  if (!report.suspects.empty() && report.suspects.front().kit) {
    write_kit(out, *report.suspects.front().kit);
  }
  write_list(out, "SELF-CHECK", report.self_check);
  write_list(out, "WARNINGS", report.warnings);
  out.heading("INPUTS");
  for (const ReportSnapshot& s : report.snapshots) {
    out.line(out.fit_path("  " + s.path, 0));
    out.wrap(
        "    ",
        fmt::format("{} nodes, {} edges, {} ({}), time from {}, XXH3 {}",
                    format_count(static_cast<std::int64_t>(s.node_count)),
                    format_count(static_cast<std::int64_t>(s.edge_count)),
                    format_bytes(static_cast<double>(s.file_bytes)), s.compression, s.captured_at_source, s.digest),
        kDim);
  }
  out.wrap("  ", fmt::format("heapdiff {}: {}", report.tool_version, report.command_line));
  return out.take();
}

}  // namespace heapdiff
