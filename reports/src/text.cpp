// The report for a person at a terminal. The first screen is the answer: how bad, how fast, which line.

#include "text.h"

#include "columns.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/visible_text.h"
#include "report_words.h"
#include "text_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace heapdiff {

namespace {

constexpr std::size_t kMostRows = 10;

/// "  why       ": what a line is about, in a column of its own.
std::string label(std::string_view word) { return fmt::format("  {:<11}", word); }

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

const char* verdict_color(const RcaReport& report) {
  return report.verdict == "leak" ? "1;31" : report.verdict == "no-leak" ? "1;32" : "1;33";
}

void write_gates(TextWriter& out, const RcaReport& report) {
  if (!report.gates.empty()) {
    out.heading("GATES");
  }
  for (const ReportGate& g : report.gates) {
    const char* color = g.status == "failed" ? ink::kBad : g.status == "held" ? ink::kGood : ink::kAttention;
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

void write_rates(TextWriter& out, const RcaReport& report) {
  out.heading("LEAK RATE");
  std::vector<double> sizes;
  for (const ReportSnapshot& s : report.snapshots) {
    sizes.push_back(static_cast<double>(s.self_size_bytes));
  }
  std::string heap = format_rate(report.heap_rate);
  if (!sizes.empty()) {
    heap += fmt::format("  {}  {} → {}", sparkline(sizes), format_bytes(sizes.front()), format_bytes(sizes.back()));
  }
  out.wrap(label("heap"), heap, report.verdict == "leak" ? ink::kBad : "");
  if (report.heap_per_operation) {
    out.wrap(label("per op"), format_rate(report.heap_per_operation, "/op"));
  }
  if (report.off_heap_rate && off_heap_matters(report)) {
    out.wrap(label("off-heap"), format_rate(report.off_heap_rate) + ", part of the heap's");
  }
  for (std::size_t i = 0; i < report.suspects.size() && i < 3; ++i) {
    out.wrap(label(fmt::format("suspect {}", i + 1)), format_rate(report.suspects[i].rate));
  }
  for (const std::string& note : report.rate_notes) {
    out.wrap(label("note"), note, is_contradiction(note) ? ink::kAttention : "");
  }
  out.wrap(label("method"), report.rate_method, ink::kDim, ink::kDim);
}

std::string site_about(const ReportSite& s) {
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
  return about;
}

std::string site_place(const ReportSite& s) {
  const std::string place = fmt::format("{}:{}", s.file, s.line);
  return s.function.empty() ? place : fmt::format("{} in {}", place, s.function);
}

/// The line to look at, with its neighbours.
void write_first_site(TextWriter& out, const ReportSuspect& s) {
  if (s.sites.empty()) {
    out.wrap(label("line"), "not known: no source position could be derived");
    return;
  }
  const ReportSite& site = s.sites.front();
  out.wrap(label("line"), site_place(site), "1;31");
  for (const ExcerptLine& e : site.excerpt) {
    std::string row = out.fit(fmt::format("           {} {:>4} | {}", e.marked ? ">" : " ", e.line, e.text), 0);
    row.erase(row.find_last_not_of(' ') + 1);
    out.line(out.style(e.marked ? ink::kBad : ink::kDim, row));
  }
  out.wrap(label(""), site_about(site), ink::kDim);
}

void write_other_sites(TextWriter& out, const ReportSuspect& s) {
  constexpr std::size_t kMostSites = 5;
  if (s.sites.size() < 2) {
    return;
  }
  out.line("");
  out.wrap("  ", "Other candidate lines, best first:");
  for (std::size_t i = 1; i < s.sites.size() && i < kMostSites; ++i) {
    const std::string place = site_place(s.sites[i]);
    const std::string about = site_about(s.sites[i]);
    if (4 + columns_of(place) + 2 + columns_of(about) <= out.width()) {
      out.line("    " + out.style(ink::kPlace, visible_text(place)) + "  " + out.style(ink::kDim, visible_text(about)));
    } else {
      out.wrap("    ", place, ink::kPlace);
      out.wrap("      ", about, ink::kDim);
    }
  }
}

/// One step a line: the indent says how deep it lies until a third of the width is used; ids stand in a column at the
/// end. What only the engine sees is dim; the old object that holds ever more, and the new one in it, are marked.
void write_path(TextWriter& out, const ReportSuspect& s) {
  if (s.path.empty()) {
    return;
  }
  out.line("");
  out.line(out.fit("  Retaining path, from the root:", 0));
  const std::size_t deepest = out.width() / 3;
  const std::size_t ids = std::min<std::size_t>(out.width(), 110);
  for (std::size_t depth = 0; depth < s.path.size(); ++depth) {
    const ReportPathStep& p = s.path[depth];
    const std::string indent(4 + std::min(depth, deepest - 4), ' ');
    const std::string tail = fmt::format("@{}", p.node_id);
    std::string mark = p.role == "holder" ? "  ◀ holds ever more" : p.role == "new" ? "  ◀ new" : "";
    constexpr std::size_t kLeastRoom = 20;
    if (indent.size() + tail.size() + 2 + columns_of(mark) + kLeastRoom > ids) {
      mark.clear();
    }
    const std::size_t fixed = indent.size() + tail.size() + 2 + columns_of(mark);
    const std::size_t room = ids > fixed ? ids - fixed : 1;
    const std::string edge = cut_to(visible_text(edge_words(p)), std::max<std::size_t>(room * 3 / 5, 1));
    std::string row = indent + edge;
    if (columns_of(edge) + 4 < room) {
      row += " → " + cut_to(visible_text(p.node), room - columns_of(edge) - 3);
    }
    const std::size_t shown = columns_of(row) + columns_of(mark) + tail.size();
    const std::string gap(ids > shown ? ids - shown : 1, ' ');
    const char* color = !p.role.empty() ? ink::kBad : engine_step(p) ? ink::kDim : "";
    out.line(out.style(color, row + mark) + gap + out.style(ink::kDim, tail));
  }
  constexpr std::size_t kMostHolders = 5;
  for (std::size_t i = 0; i < s.other_holders.size() && i < kMostHolders; ++i) {
    out.wrap("  also held by  ", s.other_holders[i]);
  }
}

/// "▁▅█  341 kB → 2.1 MB → 3.8 MB"; of a long series the ends.
template <typename Value, typename Words>
std::string series(const std::vector<Value>& values, const Words& words) {
  constexpr std::size_t kShown = 12;
  std::vector<double> heights;
  std::string text;
  for (const Value& v : values) {
    heights.push_back(static_cast<double>(v));
    text += (text.empty() ? "" : " → ") + words(v);
  }
  if (values.size() > kShown) {
    text = words(values.front()) + " → … → " + words(values.back());
  }
  return sparkline(heights) + "  " + text;
}

void write_suspect(TextWriter& out, const ReportSuspect& s, std::size_t number) {
  out.heading(fmt::format("SUSPECT {}  {}, {} confidence", number, s.kind, s.confidence));
  out.wrap("  ", s.title, ink::kBad);
  write_first_site(out, s);
  out.wrap(label("why"), s.why);
  out.wrap(label("fix"), s.fix, ink::kAttention);
  std::vector<std::int64_t> levels;
  for (const ReportLevel& l : s.levels) {
    levels.push_back(l.bytes);
  }
  const auto bytes = [](std::int64_t v) { return format_bytes(static_cast<double>(v)); };
  out.wrap(label("grew"), fmt::format("{}, {}{}", bytes(s.growth_bytes), format_rate(s.rate),
                                      s.per_operation ? ", " + format_rate(s.per_operation, "/op") : ""));
  if (!levels.empty()) {
    out.wrap(label("bytes"), series(levels, bytes));
  }
  for (const ReportCounter& c : s.counters) {
    out.wrap(label("count"), fmt::format("{}: {}", series(c.values, format_count), c.label));
  }
  out.wrap(label("evidence"), s.evidence);
  if (!s.fix_frees_text.empty()) {
    out.wrap(label("frees"), s.fix_frees_text, ink::kGood);
  }
  if (!s.commit_text.empty()) {
    out.wrap(label("commit"), s.commit_text);
  }
  for (const ReportCommit& commit : s.recent_commits) {
    out.wrap(label("recent"), fmt::format("{} {} {}", commit.id.substr(0, 12), commit.author_date, commit.subject));
  }
  out.wrap(label("signature"), s.signature, ink::kDim, ink::kDim);
  write_other_sites(out, s);
  write_path(out, s);
}

/// The repair as code. The rest of the kit is made for files, and named.
void write_kit(TextWriter& out, const RepairKit& kit) {
  out.heading("FIX PATTERN");
  out.wrap("  ", kit.pattern);
  for (const auto& [title, text, color] :
       {std::tuple{"before", &kit.before, ink::kBad}, {"after", &kit.after, ink::kGood}}) {
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
  for (std::size_t i = 0; i < kit.runbook.size(); ++i) {
    out.wrap(fmt::format("  {}. ", i + 1), kit.runbook[i]);
  }
  out.wrap("  ",
           fmt::format("With -o markdown=FILE also: the regression test {}, the metric {} with Prometheus rules, a "
                       "Datadog monitor and a dashboard. -o postmortem=FILE arranges it for the review.",
                       kit.test_file, kit.metric),
           ink::kDim);
}

void write_rows(TextWriter& out, std::string_view title, const std::vector<ReportGrowthRow>& rows, bool sizes) {
  if (rows.empty()) {
    return;
  }
  out.heading(title);
  out.line(out.style(ink::kDim, sizes ? fmt::format("  {:>9} {:>9} {:>10}  name", "before", "after", "retained")
                                      : fmt::format("  {:>9} {:>9}  name", "before", "after")));
  for (std::size_t i = 0; i < rows.size() && i < kMostRows; ++i) {
    const ReportGrowthRow& r = rows[i];
    const std::string before = fmt::format("  {:>9}", format_count(r.count_before));
    const std::string after = fmt::format(" {:>9}", format_count(r.count_after));
    const std::string retained =
        sizes ? fmt::format(" {:>10}", format_change(static_cast<double>(r.retained_after - r.retained_before))) : "";
    const std::size_t lead = columns_of(before) + columns_of(after) + columns_of(retained) + 2;
    const std::string name = out.fit(r.name, lead);
    std::string row = out.style(ink::kDim, before) +
                      out.style(r.count_after > r.count_before ? ink::kAttention : ink::kDim, after) + retained + "  " +
                      name;
    const std::size_t used = lead + columns_of(name) + 2;
    if (r.place.empty()) {
      out.line(row);
    } else if (used + 24 <= out.width()) {
      out.line(row + "  " + out.style(ink::kPlace, out.fit_path(r.place, used)));
    } else {
      out.line(row);
      out.line(std::string(lead, ' ') + out.style(ink::kPlace, out.fit_path(r.place, lead)));
    }
  }
  if (rows.size() > kMostRows) {
    out.line(out.style(
        ink::kDim, out.fit(fmt::format("  and {} more, in the JSON and HTML reports", rows.size() - kMostRows), 0)));
  }
}

/// A bar per snapshot; what lies outside the JavaScript heap is its lighter end.
void write_chart(TextWriter& out, const RcaReport& report) {
  if (report.snapshots.empty()) {
    return;
  }
  out.heading("HEAP AT EACH SNAPSHOT");
  double largest = 1;
  const bool off_heap = off_heap_matters(report);
  for (const ReportSnapshot& s : report.snapshots) {
    largest = std::max(largest, static_cast<double>(s.self_size_bytes));
  }
  const std::size_t used = off_heap ? 46 : 34;
  const std::size_t cells = std::clamp<std::size_t>(out.width() > used ? out.width() - used : 2, 2, 60);
  for (const ReportSnapshot& s : report.snapshots) {
    const auto bytes = static_cast<double>(s.self_size_bytes);
    const auto outside = static_cast<double>(s.off_heap_bytes);
    std::string row = fmt::format("  {:<20}  {:>8}  ", s.captured_at.value_or("time not known"), format_bytes(bytes));
    if (off_heap) {
      row += fmt::format("{:>8}    ", format_bytes(outside));
    }
    const std::string bar = text_bar((off_heap ? bytes - outside : bytes) / largest, cells);
    std::string light;
    if (off_heap) {
      const auto all = static_cast<std::size_t>(bytes / largest * static_cast<double>(cells) + 0.5);
      for (std::size_t i = columns_of(bar); i < all; ++i) {
        light += "░";
      }
    }
    out.line(out.fit(row + bar + light, 0));
  }
  if (off_heap) {
    out.wrap("  ", "The second number, and the light part of a bar, is memory outside the JavaScript heap.", ink::kDim);
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

void write_inputs(TextWriter& out, const RcaReport& report) {
  out.heading("INPUTS");
  for (const ReportSnapshot& s : report.snapshots) {
    out.line(out.fit_path("  " + s.path, 0));
    out.wrap(
        "    ",
        fmt::format("{} nodes, {} edges, {} ({}), time from {}, XXH3 {}",
                    format_count(static_cast<std::int64_t>(s.node_count)),
                    format_count(static_cast<std::int64_t>(s.edge_count)),
                    format_bytes(static_cast<double>(s.file_bytes)), s.compression, s.captured_at_source, s.digest),
        ink::kDim);
  }
  out.wrap("  ", fmt::format("heapdiff {}: {}", report.tool_version, report.command_line));
}

}  // namespace

std::string render_text(const RcaReport& report, const RenderOptions& options) {
  TextWriter out(options);
  out.line(out.style(verdict_color(report), verdict_words(report)));
  out.wrap("", headline_words(report), "1");
  out.wrap("", report.reason);
  write_gates(out, report);
  write_rates(out, report);
  for (std::size_t i = 0; i < report.suspects.size(); ++i) {
    write_suspect(out, report.suspects[i], i + 1);
  }
  write_list(out, "RULED OUT", report.ruled_out);
  write_rows(out, "CONSTRUCTORS THAT GREW", report.constructors, true);
  write_rows(out, "CLOSURES THAT GREW", report.closures, true);
  write_rows(out, "LISTENERS THAT GREW", report.listeners, false);
  write_chart(out, report);
  write_list(out, "WHAT THE EVIDENCE CANNOT SHOW", report.limits_of_evidence);
  write_list(out, "NEXT CAPTURES TO TAKE", report.next_steps);
  if (!report.suspects.empty() && report.suspects.front().kit) {
    write_kit(out, *report.suspects.front().kit);
  }
  write_list(out, "SELF-CHECK", report.self_check);
  write_list(out, "WARNINGS", report.warnings);
  write_inputs(out, report);
  return out.take();
}

}  // namespace heapdiff
