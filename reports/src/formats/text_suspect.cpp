// One suspect for a person at a terminal: the line first, then why, then how it is held.

#include "compose/report_words.h"
#include "formats/text_parts.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff::formats {

using namespace compose;
using namespace model;

std::string text_label(std::string_view word) { return fmt::format("  {:<11}", word); }

std::string sparkline(const std::vector<double>& values) {
  static constexpr const char* kSteps[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  if (values.size() < 2) {
    return {};
  }
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  std::string text;
  for (const double v : values) {
    text += kSteps[*high > *low ? static_cast<std::size_t>(std::lround((v - *low) / (*high - *low) * 7.0)) : 0];
  }
  return text;
}

namespace {

std::string site_place(const ReportSite& s) {
  const std::string place = fmt::format("{}:{}", s.file, s.line);
  return s.function.empty() ? place : fmt::format("{} in {}", place, s.function);
}

/// The number of blanks at the start of all lines.
std::size_t common_indent(const std::vector<ExcerptLine>& excerpt) {
  std::size_t least = std::string::npos;
  for (const ExcerptLine& line : excerpt) {
    least = std::min(least, line.text.find_first_not_of(' '));
  }
  return least == std::string::npos ? 0 : least;
}

/// The source line with its neighbours.
void write_first_site(TextWriter& out, const ReportSuspect& s) {
  if (s.sites.empty()) {
    out.wrap(text_label("line"), "not known: no function of the program is on the path");
    return;
  }
  const ReportSite& site = s.sites.front();
  out.wrap(text_label(site_label(site)), site_place(site), "1;31");
  const std::size_t margin = common_indent(site.excerpt);
  for (const ExcerptLine& e : site.excerpt) {
    const std::string lead = fmt::format("           {} {:>4} | ", e.marked ? ">" : " ", e.line);
    const std::string_view code = std::string_view(e.text).substr(std::min(margin, e.text.size()));
    if (e.marked) {  // the marked line is never cut
      const std::size_t first = std::min(code.find_first_not_of(' '), code.size());
      out.wrap(lead + std::string(first, ' '), code.substr(first), ink::kBad, ink::kBad);
      continue;
    }
    std::string row = out.fit(lead + std::string(code), 0);
    row.erase(row.find_last_not_of(' ') + 1);
    out.line(out.style(ink::kDim, row));
  }
  out.wrap(text_label(""), site_words(site), ink::kDim);
  if (!site.missing_source.empty()) {
    out.wrap(text_label(""), site.missing_source, ink::kAttention);
  }
}

void write_other_sites(TextWriter& out, const ReportSuspect& s) {
  constexpr std::size_t kMaxSites = 4;
  const std::vector<const ReportSite*> sites = other_sites(s, kMaxSites);
  if (sites.empty()) {
    return;
  }
  out.line("");
  out.wrap("  ", "Other candidate lines, best first:");
  for (const ReportSite* site : sites) {
    const std::string place = site_place(*site);
    const std::string about = site_words(*site);
    if (4 + columns_of(place) + 2 + columns_of(about) <= out.width()) {
      out.line("    " + out.style(ink::kPlace, visible_text(place)) + "  " + out.style(ink::kDim, visible_text(about)));
    } else {
      out.wrap("    ", place, ink::kPlace);
      out.wrap("      ", about, ink::kDim);
    }
  }
}

/// One line for each step. The indent grows with the depth up to a third of the width; ids are in a column at the end.
/// Objects of the engine are dim. The holder and the first new object that it holds are marked.
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
    std::string mark = role_words(p, s.ages);
    mark.insert(0, mark.empty() ? "" : "  ◀ ");
    constexpr std::size_t kMinRoom = 20;
    if (indent.size() + tail.size() + 2 + columns_of(mark) + kMinRoom > ids) {
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
    const char* color = p.role != PathRole::none ? ink::kBad : engine_step(p) ? ink::kDim : "";
    out.line(fmt::format("{}{}{}", out.style(color, row + mark), gap, out.style(ink::kDim, tail)));
  }
  constexpr std::size_t kMaxHolders = 5;
  for (std::size_t i = 0; i < s.other_holders.size() && i < kMaxHolders; ++i) {
    out.wrap("  also held by  ", s.other_holders[i]);
  }
}

/// "▁▅█  341 kB → 2.1 MB → 3.8 MB"; only the first and last levels of a long series.
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
  return values.size() < 2 ? text : sparkline(heights) + "  " + text;
}

}  // namespace

void write_text_suspect(TextWriter& out, const ReportSuspect& s, std::size_t number) {
  out.heading(fmt::format("{} {}  {}, {} confidence", is_one_file(s.ages) ? "ACCUMULATION" : "SUSPECT", number, s.kind,
                          schema_name(s.confidence)));
  out.wrap("  ", s.title, ink::kBad);
  write_first_site(out, s);
  out.wrap(text_label("why"), s.why);
  std::string fix = s.fix;
  if (fix == advice_for(s.kind, s.cause).fix) {  // in heapdiff's own advice, backticks mark code for Markdown
    std::erase(fix, '`');
  }
  out.wrap(text_label("fix"), fix, ink::kAttention);
  std::vector<std::int64_t> levels;
  for (const ReportLevel& l : s.levels) {
    levels.push_back(l.bytes);
  }
  const auto bytes = [largest = largest_level(s)](std::int64_t v) {
    return format_bytes_beside(static_cast<double>(v), largest);
  };
  out.wrap(text_label(s.ages == AgeSource::structure ? "keeps" : "grew"), size_words(s));
  if (levels.size() > 1) {
    out.wrap(text_label("bytes"), series(levels, bytes));
  }
  for (const ReportCounter& c : s.counters) {
    out.wrap(text_label("count"),
             fmt::format("{}: {}", series(c.values, [](std::int64_t v) { return format_count(v); }), c.label));
  }
  out.wrap(text_label("evidence"), s.evidence);
  if (!s.fix_frees_text.empty()) {
    out.wrap(text_label("frees"), s.fix_frees_text, ink::kGood);
  }
  if (!s.commit_text.empty()) {
    out.wrap(text_label("commit"), s.commit_text);
  }
  for (const ReportCommit& commit : s.recent_commits) {
    out.wrap(text_label("recent"),
             fmt::format("{} {} {}", commit.id.substr(0, 12), commit.author_date, commit.subject));
  }
  out.wrap(text_label("signature"), s.signature, ink::kDim, ink::kDim);
  write_other_sites(out, s);
  write_path(out, s);
}

}  // namespace heapdiff::formats
