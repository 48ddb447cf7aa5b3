// The HTML report: styles and scripts that never change and are allowed by their hashes, static HTML, and one block of
// data for the scripts.

#include "html/html.h"

#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"
#include "html/assets.h"
#include "html/chart.h"
#include "html/explorer.h"
#include "html/markup.h"
#include "html/sections.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace heapdiff::html {

using namespace compose;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxSuspectBytes = 850'000;  // static HTML of suspects; further suspects become rows of a table
// What of a heap is on the page: its static HTML and the explorer's data. The explorer takes what the rest leaves.
constexpr std::size_t kMaxHeapBytes = 1'500'000;
constexpr std::size_t kMinExplorerBytes = 300'000;

struct VerdictMark {
  const char* css_class;
  const char* words;
};

VerdictMark verdict_mark(const RcaReport& report) {
  if (report.verdict == Verdict::leak) {
    return {"leak", "Leak"};
  }
  return report.verdict == Verdict::no_leak ? VerdictMark{"healthy", "No leak"} : VerdictMark{"unsure", "Inconclusive"};
}

std::string head(const RcaReport& report) {
  std::string policy = "default-src 'none'; script-src";
  for (const Asset& script : scripts()) {
    policy += fmt::format(" {}", script.csp_source);
  }
  policy += "; style-src";
  for (const Asset& style : styles()) {
    policy += fmt::format(" {}", style.csp_source);
  }
  policy += "; base-uri 'none'; form-action 'none'";
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>{}: memory leak report</title>\n",
      policy, verdict_mark(report).words);
  for (const Asset& style : styles()) {
    out += fmt::format("<style>{}</style>\n", style.text);
  }
  return out + "</head>\n";
}

std::string tile(std::string_view label, std::string_view value, std::string_view detail) {
  return fmt::format(
      "<div class=\"tile\"><dt>{}</dt><dd><span class=\"figure\">{}</span><span class=\"meta\">{}</span></dd></div>\n",
      label, text(value), text(detail));
}

/// "111.0 MB/h", and below it the interval.
std::string rate_tile(std::string_view label, const std::optional<RateValue>& per_hour,
                      const std::optional<RateValue>& per_step) {
  const std::string words = format_growth_rate(per_hour, per_step);
  const std::size_t end = std::min(words.find(" ("), words.size());
  std::string detail = words.substr(std::min(end + 2, words.size()));
  detail.erase(std::min(detail.find_last_of(')'), detail.size()));
  return tile(label, words.substr(0, end), detail);
}

std::string tiles(const RcaReport& report) {
  std::string out = "<dl class=\"tiles\">\n";
  const ReportSuspect* first = report.suspects.empty() ? nullptr : &report.suspects.front();
  if (first != nullptr && !shows_growth(report)) {
    out += tile("The first accumulation keeps", format_bytes(static_cast<double>(first->retained_bytes)),
                first->shape_convicts ? "a likely leak" : "large, not shown to grow");
  }
  if (first != nullptr && (first->rate || first->per_step)) {
    out += rate_tile("Rate of the first suspect", first->rate, first->per_step);
  }
  if (report.heap_rate || report.heap_per_step) {
    out += rate_tile("Rate of the whole heap", report.heap_rate, report.heap_per_step);
  }
  if (report.snapshots.size() == 1) {
    out += tile("Heap", format_bytes(static_cast<double>(report.snapshots.front().self_size_bytes)), "one snapshot");
  } else if (!report.snapshots.empty()) {
    out +=
        tile("Heap changed by", signed_bytes(report.growth_bytes),
             fmt::format(
                 "{} to {}, {} snapshots", format_bytes(static_cast<double>(report.snapshots.front().self_size_bytes)),
                 format_bytes(static_cast<double>(report.snapshots.back().self_size_bytes)), report.snapshots.size()));
  }
  if (first != nullptr && first->fix_frees_bytes) {
    out += tile("The fix frees", format_bytes(static_cast<double>(*first->fix_frees_bytes)),
                report.snapshots.size() == 1 ? "of the heap" : "of the last snapshot");
  }
  return out + "</dl>\n";
}

/// The source line and a contradiction, if any: what a reader has to see without scrolling.
std::string answer(const RcaReport& report) {
  std::string out;
  if (!report.cautions.empty()) {
    out += "<div class=\"cautions\">" + list(report.cautions) + "</div>\n";
  }
  if (!report.suspects.empty() && !report.suspects.front().sites.empty()) {
    const ReportSite& site = report.suspects.front().sites.front();
    const std::string precision = precision_words(site);
    out += fmt::format("<p class=\"answer\">{}{}{}</p>\n", place_of(site),
                       site.function.empty() ? "" : fmt::format(" in <code>{}</code>", text(site.function, 80)),
                       precision.empty() ? "" : fmt::format(" <span class=\"note\">{}</span>", text(precision)));
    for (const ExcerptLine& line : site.excerpt) {
      if (line.marked) {
        out += fmt::format(
            "<div class=\"scroll code\" role=\"group\" tabindex=\"0\" aria-label=\"The line\"><pre><code><mark "
            "class=\"row\"><span class=\"no\">{}</span>{}</mark></code></pre></div>\n",
            line.line, text(line.text.substr(std::min(line.text.find_first_not_of(' '), line.text.size())), 200));
      }
    }
  }
  for (const std::string& note : report.rate_notes) {
    if (is_contradiction(note)) {
      out += fmt::format("<p class=\"contradiction\">{}</p>\n", text(note));
    }
  }
  return out;
}

/// The sections of the page, and the list of contents.
class Page {
 public:
  /// `links`: list items below the section's own in the list of contents; or empty.
  void section(std::string_view id, std::string_view title, const std::string& content, const std::string& links = {}) {
    if (content.empty()) {
      return;
    }
    contents_ += fmt::format("<li><a href=\"#{}\">{}</a>{}</li>\n", id, title,
                             links.empty() ? links : "\n<ol>\n" + links + "</ol>\n");
    body_ += fmt::format(
        "<section id=\"{0}\" aria-labelledby=\"{0}-title\">\n<h2 id=\"{0}-title\">{1}</h2>\n{2}</section>\n", id, title,
        content);
  }
  [[nodiscard]] const std::string& contents() const { return contents_; }
  [[nodiscard]] const std::string& body() const { return body_; }

  std::size_t suspect_articles = 0;  ///< suspects with an article of their own, from the first on

 private:
  std::string contents_;
  std::string body_;
};

std::string heap_section(const RcaReport& report, const Series& series) {
  if (series.bytes.empty()) {
    return {};
  }
  if (report.snapshots.size() == 1) {
    return "<div class=\"card\">\n" + snapshot_table(report) + "</div>\n";
  }
  std::string out = "<div class=\"card\">\n<figure>\n<div class=\"live\" id=\"growth-chart\" hidden></div>\n";
  out += growth_chart(series, 1040, 320, "full") + growth_chart(series, 380, 260, "slim");
  out += "<figcaption><span class=\"key line\">Shallow size</span>";
  if (!series.fit.empty()) {
    out += " <span class=\"key fit\">fitted rate</span>";
  }
  if (!series.low.empty()) {
    out += " <span class=\"key band\">95 % interval of the rate</span>";
  }
  if (const Axis axis = axis_of(series); axis.low > 0) {
    out += fmt::format(" <span id=\"axis\">The axis starts at {}, not at zero.</span>", tick_label(axis.low, axis));
  }
  out += fmt::format("</figcaption>\n</figure>\n<p><strong>{}</strong> <span class=\"meta\">Method: {}.</span></p>\n",
                     growth_rate(report.heap_rate, report.heap_per_step), text(report.rate_method, 400));
  std::vector<std::string> notes;  // without the contradiction, which is shown with the verdict
  std::copy_if(report.rate_notes.begin(), report.rate_notes.end(), std::back_inserter(notes),
               [](const std::string& note) { return !is_contradiction(note); });
  if (!notes.empty()) {
    out += list(notes);
  }
  return out + snapshot_table(report) + "</div>\n";
}

struct SuspectArticles {
  std::string html;
  std::string links;      ///< to each of them, as list items
  std::size_t count = 0;  ///< of them
};

SuspectArticles suspect_articles(const RcaReport& report) {
  SuspectArticles out;
  std::size_t i = 0;
  while (i < report.suspects.size() && out.html.size() < kMaxSuspectBytes) {
    out.html += suspect(report.suspects[i], i + 1);
    out.links += fmt::format("<li><a href=\"#suspect-{}\">{}</a></li>\n", i + 1, text(report.suspects[i].title, 70));
    ++i;
  }
  out.count = i;
  if (i < report.suspects.size()) {
    out.html += further_suspects(report, i);
  }
  return out;
}

/// What the scripts show of the heap. Its tables are made when the page is opened; without scripts the largest parts
/// are there to read.
std::string explorer_section(const RcaReport& report) {
  const std::string parts = largest_parts(report);
  return parts.empty() ? parts : "<div class=\"live\" id=\"treemap\" hidden></div>\n" + parts;
}

std::string class_section(const RcaReport& report) {
  if (!report.explorer || report.explorer->table.empty()) {
    return {};
  }
  return "<div class=\"live\" id=\"class-table\" hidden></div>\n<noscript><p>This table needs scripts: it compares any "
         "two snapshots, class by class.</p></noscript>\n";
}

std::string card(const std::string& content) {
  return content.empty() ? content : "<div class=\"card\">\n" + content + "</div>\n";
}

std::string card_list(const std::vector<std::string>& items) { return items.empty() ? "" : card(list(items)); }

// NOLINTNEXTLINE(misc-no-recursion): as deep as the tree, three levels
Json tree_json(const ReportGrowthNode& node) {
  Json json = {{"name", visible_text(node.name, 160)}, {"kind", schema_name(node.kind)}, {"bytes", node.bytes}};
  if (!node.children.empty()) {
    Json children = Json::array();
    for (std::size_t i = 0; i < std::min<std::size_t>(node.children.size(), 60); ++i) {
      children.push_back(tree_json(node.children[i]));
    }
    json["children"] = std::move(children);
  }
  return json;
}

std::string data(const RcaReport& report, const Series& s, const PackedExplorer& explorer) {
  Json json = {{"timed", s.timed}, {"start", s.start_s},    {"x", s.x},
               {"bytes", s.bytes}, {"offHeap", s.off_heap}, {"fit", s.fit},
               {"low", s.low},     {"high", s.high},        {"tree", tree_json(report.growth_tree)}};
  if (!s.bytes.empty()) {
    const Axis axis = axis_of(s);
    json["axis"] = {axis.low, axis.high};
  }
  std::string out = data_block(json.dump(-1, ' ', true, Json::error_handler_t::replace));
  out.pop_back();  // the closing brace
  return out + ",\"explorer\":" + explorer.json + "}";
}

Page sections(const RcaReport& report, const Series& series) {
  Page page;
  page.section("gates", report.gates.empty() ? "Known leaks" : "Gates", gates(report));
  if (report.comparison) {
    const ReportComparison& c = *report.comparison;
    page.section("rows", c.of_profiles ? "By function" : "By holder", card(comparison_rows(c)));
    page.section("packages", "By package or folder",
                 card(comparison_totals(c.packages, "Bytes by who made the code", "Package or folder")));
    page.section("lines", "By file and line", card(comparison_totals(c.lines, "Bytes by line of the source", "Line")));
    page.section("classes", "By constructor",
                 card(comparison_totals(c.constructors, "Bytes by class", "Constructor", true)));
  } else {
    page.section("heap", report.snapshots.size() == 1 ? "Heap" : "Heap over time", heap_section(report, series));
  }
  const bool one = report.suspects.size() == 1;
  const SuspectArticles suspects = suspect_articles(report);
  page.suspect_articles = suspects.count;
  page.section("suspects",
               is_one_file(report.ages) ? (one ? "Accumulation" : "Accumulations") : (one ? "Suspect" : "Suspects"),
               suspects.html, one ? std::string() : suspects.links);
  page.section("explore", "What the heap holds", card(explorer_section(report)));
  page.section("compare", report.snapshots.size() > 1 ? "Compare snapshots" : "Classes", card(class_section(report)));
  if (report.growth_tree.bytes > 0 && !report.comparison) {
    page.section("growth", "Where new memory went",
                 card("<div class=\"live\" id=\"icicle\" hidden></div>\n" + growth_table(report.growth_tree)));
  }
  page.section("constructors", "Constructors that grew",
               card(growth_rows(report.constructors, "Constructors, largest growth of retained size first",
                                "Constructor", Columns::class_sizes)));
  page.section("closures", "Closures that grew",
               card(growth_rows(report.closures, "Closures by function literal", "Function", Columns::sizes)));
  page.section(
      "listeners", "Listeners that grew",
      card(growth_rows(report.listeners, "Listeners by emitter and event", "Emitter and event", Columns::counts)));
  page.section("owners", "Owners", report.comparison ? std::string() : card(owner_rows(report.owners)));
  page.section("ruled-out", "Ruled out", card_list(report.ruled_out));
  page.section("limits", "What the evidence cannot show", card_list(report.limits_of_evidence));
  page.section("next", "Next steps", card_list(report.next_steps));
  page.section("self-check", "Self-check", card_list(report.self_check));
  page.section("warnings", "Warnings", card_list(report.warnings));
  page.section("inputs", "Inputs",
               card(inputs(report) + fmt::format("<p class=\"command\">{}. heapdiff {}: <code>{}</code></p>\n",
                                                 text(compose::program_words(report)), text(report.tool_version, 60),
                                                 text(report.command_line))));
  return page;
}

}  // namespace

namespace {

/// The first thing on the page, which stays in sight.
std::string page_top(const RcaReport& report, const VerdictMark& verdict) {
  return fmt::format(
      "<body>\n<a class=\"skip\" href=\"#verdict\">Skip to the verdict</a>\n<header class=\"top {0}\">\n"
      "<a class=\"sticky-verdict\" href=\"#verdict\"><span class=\"badge\">{1}</span> <span "
      "class=\"words\">{2}</span></a>\n<div id=\"tools\"></div>\n</header>\n",
      verdict.css_class, verdict.words, text(headline_words(report), 300));
}

/// Links to the articles of the first suspects, where there are several.
std::string suspect_links(const RcaReport& report, std::size_t articles) {
  constexpr std::size_t kMaxLinks = 10;
  if (report.suspects.size() < 2) {
    return {};
  }
  std::string out = "<ol class=\"suspect-links\">\n";
  for (std::size_t i = 0; i < std::min(articles, kMaxLinks); ++i) {
    const ReportSuspect& s = report.suspects[i];
    out += fmt::format(
        "<li><a href=\"#suspect-{}\">{}</a> <span class=\"meta\">{}</span></li>\n", i + 1, text(s.title, 200),
        shows_growth(report) ? signed_bytes(s.growth_bytes) : format_bytes(static_cast<double>(s.retained_bytes)));
  }
  return out + "</ol>\n";
}

}  // namespace

std::string render_html(const RcaReport& report) {
  const VerdictMark verdict = verdict_mark(report);
  const Series series = series_of(report);
  const Page page = sections(report, series);
  const std::size_t taken = std::min(page.body().size(), kMaxHeapBytes);
  const PackedExplorer explorer = pack_explorer(report, std::max(kMaxHeapBytes - taken, kMinExplorerBytes));
  std::string out = head(report) + page_top(report, verdict);
  out += fmt::format(
      "<div class=\"frame\">\n<nav aria-label=\"Contents\">\n<ul>\n<li><a "
      "href=\"#verdict\">Verdict</a></li>\n{}</ul>\n</nav>\n",
      page.contents());
  out += fmt::format(
      "<main>\n<section id=\"verdict\" class=\"verdict {}\" aria-labelledby=\"verdict-title\">\n<p "
      "class=\"badge\">{}</p>\n"
      "<h1 id=\"verdict-title\">{}</h1>\n<p>{}</p>\n{}{}{}</section>\n",
      verdict.css_class, verdict.words, text(headline_words(report), 600), text(report.reason), answer(report),
      suspect_links(report, page.suspect_articles), tiles(report));
  out += page.body();
  if (!explorer.cuts.empty()) {
    out +=
        "<section id=\"cuts\" aria-labelledby=\"cuts-title\">\n<h2 id=\"cuts-title\">What this page leaves out</h2>\n" +
        card_list(explorer.cuts) + "</section>\n";
  }
  out +=
      "</main>\n</div>\n<footer>\n<p>Sizes are shallow sizes and retained sizes as DevTools counts them; 1 MB is "
      "1,000,000 bytes.</p>\n<details><summary>Licences of the libraries in this file</summary>\n";
  for (const Asset& licence : licences()) {
    out += fmt::format("<h2>{}</h2>\n<pre>{}</pre>\n", text(licence.name.substr(0, licence.name.rfind('.'))), [&] {
      std::string lines;  // these texts are heapdiff's own, and keep their line ends
      std::string_view rest = licence.text;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        lines += text(rest.substr(0, end)) + "\n";
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      return lines;
    }());
  }
  out += "</details>\n</footer>\n";
  out +=
      fmt::format("<script type=\"application/json\" id=\"report-data\">{}</script>\n", data(report, series, explorer));
  for (const Asset& script : scripts()) {
    out += fmt::format("<script>{}</script>\n", script.text);
  }
  return out + "</body>\n</html>\n";
}

}  // namespace heapdiff::html
