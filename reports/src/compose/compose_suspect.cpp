// One suspect as blocks: its line, its evidence, its path.

#include "compose/compose.h"
#include "compose/report_words.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace heapdiff::compose {

using namespace model;

namespace {

constexpr std::size_t kMaxHolders = 5;
constexpr std::size_t kMaxSites = 7;

std::string language_of(const std::string& file) {
  const auto ends = [&](const char* suffix) { return file.ends_with(suffix); };
  return ends(".ts") || ends(".tsx") || ends(".mts") || ends(".cts") ? "typescript" : "javascript";
}

void append(Spans& to, Spans more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Spans site_spans(const ReportSite& site) {
  Spans spans{code(fmt::format("{}:{}", site.file, site.line))};
  if (!site.function.empty()) {
    spans.push_back(plain(" in "));
    spans.push_back(code(site.function));
  }
  spans.push_back(plain(": "));
  append(spans, named_spans(deed_words(site)));
  if (!site.package.empty()) {
    spans.push_back(plain(", package "));
    spans.push_back(code(site.package));
  }
  if (!site.generated_file.empty()) {
    spans.push_back(plain(", compiled to "));
    spans.push_back(code(fmt::format("{}:{}", site.generated_file, site.generated_line)));
    if (site.excerpt_is_generated) {
      spans.push_back(plain(", whose text this is"));
    }
  }
  if (const std::string precision = precision_words(site); !precision.empty()) {
    spans.push_back(plain("; " + precision));
  }
  return spans;
}

}  // namespace

Spans place_spans(const ReportSite& site) {
  const std::string place = fmt::format("{}:{}", site.file, site.line);
  switch (site.precision) {
    case SitePrecision::statement:
      break;
    case SitePrecision::function:
      if (site.function.empty()) {
        return {plain("in a function ("), code(place), plain(")")};
      }
      return {plain("in "), code(site.function), plain(" ("), code(place), plain(")")};
    case SitePrecision::file:
      return {plain("in "), code(site.file), plain(fmt::format(", near line {}", site.line))};
  }
  return {code(place)};
}

Spans fix_spans(const ReportSuspect& s) {
  // Backticks mark code only in heapdiff's own advice: a name from the heap may have backticks too.
  if (s.fix != advice_for(s.kind, s.cause).fix) {
    return {plain(s.fix)};
  }
  return code_spans(s.fix);
}

void compose_line(Document& out, const ReportSuspect& s, std::size_t neighbours) {
  if (s.sites.empty()) {
    out.paragraph({strong("Line: "), plain("not known, no source position could be derived.")});
    return;
  }
  const SitePrecision precision = s.sites.front().precision;
  Spans line{strong(precision == SitePrecision::statement  ? "Line: "
                    : precision == SitePrecision::function ? "Function: "
                                                           : "File: ")};
  append(line, site_spans(s.sites.front()));
  if (!s.sites.front().missing_source.empty()) {
    line.push_back(plain(". " + s.sites.front().missing_source));
  }
  out.paragraph(std::move(line));
  std::string excerpt;
  const std::vector<ExcerptLine>& rows = s.sites.front().excerpt;
  const auto marked = std::find_if(rows.begin(), rows.end(), [](const ExcerptLine& row) { return row.marked; });
  const auto at = static_cast<std::size_t>(marked - rows.begin());
  for (std::size_t i = at > neighbours ? at - neighbours : 0; i < rows.size() && i <= at + neighbours; ++i) {
    const ExcerptLine& row = rows[i];
    std::string text = fmt::format("{} {:>5} | {}", row.marked ? ">" : " ", row.line, row.text);
    text.erase(text.find_last_not_of(' ') + 1);
    excerpt += text + "\n";
  }
  if (!excerpt.empty()) {
    out.code_block(language_of(s.sites.front().file), std::move(excerpt));
  }
}

void compose_evidence(Document& out, const ReportSuspect& s) {
  std::vector<Spans> facts;
  facts.push_back({strong(fmt::format("{}: ", size_label(s))), plain(size_words(s))});
  for (const ReportCounter& c : s.counters) {
    facts.push_back({strong("Count: "), plain(fmt::format("{}: {}", c.label, arrows(c.values)))});
  }
  std::string levels;
  for (const ReportLevel& l : s.levels) {
    levels += (levels.empty() ? "" : " → ") + format_bytes_beside(static_cast<double>(l.bytes), largest_level(s));
  }
  if (s.levels.size() > 1) {
    facts.push_back({strong("Bytes at each snapshot: "), plain(levels)});
  }
  facts.push_back({strong("Evidence: "), plain(s.evidence)});
  if (!s.fix_frees_text.empty()) {
    Spans frees{strong("What the fix would free: ")};
    append(frees, named_spans(s.fix_frees_text));
    facts.push_back(std::move(frees));
  }
  if (!s.commit_text.empty()) {
    facts.push_back({strong("Commit: "), plain(s.commit_text)});
  }
  for (const ReportCommit& commit : s.recent_commits) {
    facts.push_back({strong("Recent commit to these files: "), code(commit.id.substr(0, 12)),
                     plain(fmt::format(" {} {}", commit.author_date, commit.subject))});
  }
  Spans fix{strong("Fix: ")};
  append(fix, fix_spans(s));
  facts.push_back(std::move(fix));
  facts.push_back(
      {strong("Signature: "), code(s.signature), plain(std::string(", confidence ") + schema_name(s.confidence))});
  out.bullets(std::move(facts));
}

void compose_other_lines(Document& out, const ReportSuspect& s, unsigned level) {
  std::vector<Spans> sites;
  for (const ReportSite* site : other_sites(s, kMaxSites)) {
    sites.push_back(site_spans(*site));
  }
  if (sites.empty()) {
    return;
  }
  out.heading(level, {plain("Other candidate lines, best first")});
  out.numbers(std::move(sites));
}

void compose_path(Document& out, const ReportSuspect& s, unsigned level) {
  if (!s.path.empty()) {
    out.heading(level, {plain("Retaining path, from the root")});
    out.code_block("", path_lines(s));
  }
  if (!s.other_holders.empty()) {
    std::vector<Spans> holders;
    for (std::size_t i = 0; i < s.other_holders.size() && i < kMaxHolders; ++i) {
      holders.push_back({code(s.other_holders[i])});
    }
    out.paragraph({plain("Also held by:")});
    out.bullets(std::move(holders));
  }
}

}  // namespace heapdiff::compose
