// One suspect: what grew, why, where, what holds it, and the fix.

#include "compose/report_words.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "html/chart.h"
#include "html/markup.h"
#include "html/sections.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::html {

using namespace compose;

namespace {

constexpr std::size_t kMaxName = 120;      // code points of a name on a path
constexpr std::size_t kMaxPathSteps = 80;  // steps shown of one path
constexpr std::size_t kOtherSites = 11;

std::string excerpt(const ReportSite& site) {
  if (site.excerpt.empty()) {
    return {};
  }
  std::string out =
      fmt::format("<div class=\"scroll code\" role=\"group\" tabindex=\"0\" aria-label=\"Source of {}\"><pre><code>",
                  text(site.file, 200));
  for (const ExcerptLine& line : site.excerpt) {
    const char* tag = line.marked ? "mark" : "span";
    out += fmt::format("<{0} class=\"row\"><span class=\"no\">{1}{2}</span>{3}</{0}>\n", tag, line.marked ? "▶ " : "",
                       line.line, text(line.text, 200));
  }
  return out + "</code></pre></div>\n";
}

}  // namespace

std::string place_of(const ReportSite& site) {
  return fmt::format("<code class=\"place\" data-file=\"{}\" data-line=\"{}\" data-column=\"{}\">{}:{}</code>",
                     text(site.file, 500), site.line, site.column.value_or(1), text(site.file, 200), site.line);
}

namespace {

std::string site_line(const ReportSite& site) {
  std::string out = place_of(site);
  if (!site.function.empty()) {
    out += fmt::format(" in <code>{}</code>", text(site.function, kMaxName));
  }
  out += fmt::format(": {}", named(deed_words(site)));
  std::string about;
  if (!site.package.empty()) {
    about += fmt::format("package {}", text(site.package, kMaxName));
  }
  if (!site.generated_file.empty()) {
    about += fmt::format("{}compiled to {}:{}{}", about.empty() ? "" : "; ", text(site.generated_file, 200),
                         site.generated_line, site.excerpt_is_generated ? ", whose text this is" : "");
  }
  if (!about.empty()) {
    out += fmt::format(" <span class=\"meta\">{}</span>", about);
  }
  if (const std::string precision = precision_words(site); !precision.empty()) {
    out += fmt::format(" <span class=\"note\">{}</span>", text(precision));
  }
  return out;
}

std::string commits(const ReportSuspect& s) {
  std::string out;
  if (!s.commit_text.empty()) {
    out += fmt::format("<p class=\"commit\">Commit: {}</p>\n", text(s.commit_text));
  } else if (s.commit) {
    out += fmt::format("<p class=\"commit\">Last changed by a candidate commit: <code>{}</code>, {}: {}</p>\n",
                       text(s.commit->id, 40), text(s.commit->author_date, 40), text(s.commit->subject, 200));
  }
  if (!s.recent_commits.empty()) {
    out += "<details class=\"more\"><summary>Recent commits to these files</summary>\n<ul>\n";
    for (const ReportCommit& commit : s.recent_commits) {
      out += fmt::format("<li><code>{}</code> {} {}</li>\n", text(commit.id, 12), text(commit.author_date, 40),
                         text(commit.subject, 200));
    }
    out += "</ul></details>\n";
  }
  return out;
}

std::string sites(const ReportSuspect& s) {
  if (s.sites.empty()) {
    return "<p>No source position could be derived.</p>\n";
  }
  const ReportSite& first = s.sites.front();
  const std::string missing = first.missing_source.empty()
                                  ? std::string()
                                  : fmt::format(" <span class=\"note\">{}</span>", text(first.missing_source, 500));
  std::string out = fmt::format("<p class=\"site\">{}{}</p>\n{}", site_line(first), missing, excerpt(first));
  out += commits(s);
  const std::vector<const ReportSite*> others = other_sites(s, kOtherSites);
  if (!others.empty()) {
    out += "<details class=\"more\"><summary>Other candidate lines</summary>\n<ol class=\"sites\" start=\"2\">\n";
    for (const ReportSite* site : others) {
      out += fmt::format("<li>{}{}</li>\n", site_line(*site), excerpt(*site));
    }
    out += "</ol></details>\n";
  }
  return out;
}

std::string code_block(std::string_view title, std::string_view code) {
  std::string lines;
  while (!code.empty()) {
    const std::size_t end = std::min(code.find('\n'), code.size());
    lines += text(code.substr(0, end)) + "\n";
    code.remove_prefix(std::min(end + 1, code.size()));
  }
  return fmt::format("<h5>{}</h5>\n<pre class=\"paste\">{}</pre>\n", text(title), lines);
}

/// The repair kit, to paste. It is folded because it is not the first that a reader wants.
std::string kit(const RepairKit& k) {
  std::string out =
      fmt::format("<details class=\"more\"><summary>The fix in code</summary>\n<p>{}</p>\n", text(k.pattern));
  out += (k.before.empty() ? std::string() : code_block("Leaks", k.before)) +
         (k.after.empty() ? std::string() : code_block("Fixed", k.after)) + "</details>\n";
  out += "<details class=\"more long\"><summary>Regression test</summary>\n" + code_block(k.test_file, k.test) +
         "</details>\n";
  out += "<details class=\"more long\"><summary>Monitoring and alerts</summary>\n" +
         code_block("Emit " + k.metric, k.emit) + code_block("Prometheus rules", k.prometheus_rules) +
         code_block("Datadog monitor", k.datadog_monitor) + code_block("Datadog dashboard", k.datadog_dashboard) +
         "</details>\n";
  return out + "<details class=\"more long\"><summary>Runbook</summary>\n" + steps(k.runbook) + "</details>\n";
}

std::string path_step(const ReportPathStep& p, std::size_t number, AgeSource ages) {
  const char* mark = role_words(p, ages);
  return fmt::format(
      "<li class=\"{}\"><details><summary><span class=\"edge\">{}</span> <span class=\"arrow\" "
      "aria-hidden=\"true\">→</span> "
      "<span class=\"node\">{}</span>{}</summary>\n"
      "<dl><div><dt>Step</dt><dd>{}</dd></div><div><dt>Edge type</dt><dd>{}</dd></div><div><dt>Node "
      "type</dt><dd>{}</dd></div>"
      "<div><dt>Node id</dt><dd>@{}</dd></div></dl></details></li>\n",
      *mark != '\0'    ? "own grows"
      : engine_step(p) ? "engine"
                       : "own",
      text(edge_words(p), kMaxName), text(p.node, kMaxName),
      *mark != '\0' ? fmt::format(" <span class=\"tag mark\">{}</span>", mark) : "", number,
      text(schema_name(p.edge_type), kMaxName), text(p.node_type, kMaxName), p.node_id);
}

std::string path(const ReportSuspect& s) {
  if (s.path.empty()) {
    return {};
  }
  std::string out =
      "<h4>Retaining path</h4>\n<p class=\"meta\">From the root to one of the objects: each line holds the next one. "
      "Open a step for its types and its node id.</p>\n<ol class=\"path\">\n";
  const std::size_t hidden = s.path.size() > kMaxPathSteps ? s.path.size() - kMaxPathSteps : 0;
  for (std::size_t i = 0; i < s.path.size(); ++i) {
    if (hidden > 0 && i == kMaxPathSteps / 2) {
      out += fmt::format("<li class=\"own gap\">{} steps left out</li>\n", hidden);
      i += hidden;
    }
    out += path_step(s.path[i], i + 1, s.ages);
  }
  out += "</ol>\n";
  if (!s.other_holders.empty()) {
    out += "<h4>Also held by</h4>\n" + list(s.other_holders);
  }
  return out;
}

std::string growth(const ReportSuspect& s) {
  std::string out = "<dl class=\"measures\">\n";
  const auto row = [&](std::string_view label, const std::string& values, const std::string& chart) {
    out += fmt::format("<div><dt>{}</dt><dd>{}<span class=\"values\">{}</span></dd></div>\n", label, chart, values);
  };
  std::vector<double> heights;
  std::string values;
  const auto add = [&](double height, const std::string& shown) {
    heights.push_back(height);
    values += (values.empty() ? "" : " → ") + shown;
  };
  constexpr std::size_t kShown = 24;
  for (const ReportLevel& level : s.levels) {
    add(static_cast<double>(level.bytes), format_bytes_beside(static_cast<double>(level.bytes), largest_level(s)));
  }
  if (s.levels.size() > 1) {
    if (heights.size() > kShown) {
      values = format_bytes(heights.front()) + " → … → " + format_bytes(heights.back());
    }
    row("Bytes", values, columns(heights));
  }
  for (const ReportCounter& counter : s.counters) {
    heights.clear();
    values.clear();
    for (const std::int64_t value : counter.values) {
      add(static_cast<double>(value), format_count(value));
    }
    if (heights.size() > kShown) {
      values = format_count(counter.values.front()) + " → … → " + format_count(counter.values.back());
    }
    row(text(counter.label, 200), values, heights.size() > 1 ? columns(heights) : std::string());
  }
  return out + "</dl>\n";
}

}  // namespace

std::string suspect(const ReportSuspect& s, std::size_t number) {
  std::string out = fmt::format(
      "<article class=\"card suspect\" id=\"suspect-{0}\" data-open=\"suspect:{5}\" "
      "aria-labelledby=\"suspect-{0}-title\">\n<p class=\"tags\"><span class=\"tag strong\">{4} {0}</span> <span "
      "class=\"tag\">{1}</span> "
      "<span class=\"tag\">{2} confidence</span></p>\n<h3 id=\"suspect-{0}-title\">{3}</h3>\n",
      number, text(s.kind, 60), schema_name(s.confidence), text(s.title, 400), suspect_word(s), number - 1);
  out += s.ages == AgeSource::structure ? fmt::format("<p class=\"lead\">keeps <strong>{}</strong></p>\n",
                                                      format_bytes(static_cast<double>(s.retained_bytes)))
                                        : fmt::format("<p class=\"lead\"><strong>{}</strong> over the series, {}</p>\n",
                                                      signed_bytes(s.growth_bytes), growth_rate(s.rate, s.per_step));
  out += growth(s);
  out += "<h4>Where</h4>\n" + sites(s);
  out += fmt::format("<h4>{}</h4>\n<p>{}</p>\n", is_one_file(s.ages) ? "What piles up" : "Why it leaks", text(s.why));
  out += fmt::format("<h4>How to fix it</h4>\n<p>{}</p>\n",
                     s.fix == advice_for(s.kind, s.cause).fix ? prose(s.fix) : text(s.fix));
  if (s.kit) {
    out += kit(*s.kit);
  }
  if (!s.fix_frees_text.empty()) {
    out += fmt::format("<p class=\"frees\">{}</p>\n", named(s.fix_frees_text));
  }
  out += path(s);
  out += fmt::format(
      "<h4>Evidence</h4>\n<p>{}</p>\n<p class=\"meta\">Signature <code class=\"signature\">{}</code></p>\n</article>\n",
      text(s.evidence), text(s.signature, 40));
  return out;
}

std::string further_suspects(const RcaReport& report, std::size_t first) {
  constexpr std::size_t kMaxFurtherSuspects = 200;
  std::string out =
      shows_growth(report)
          ? "<div class=\"scroll\"><table class=\"sortable\"><caption>Further suspects, in short</caption>\n"
            "<thead><tr><th scope=\"col\">Suspect</th><th scope=\"col\" class=\"num\">Growth</th></tr></thead>\n"
            "<tbody>\n"
          : "<div class=\"scroll\"><table class=\"sortable\"><caption>Further accumulations, in short</caption>\n"
            "<thead><tr><th scope=\"col\">Accumulation</th><th scope=\"col\" class=\"num\">Keeps</th></tr></thead>\n"
            "<tbody>\n";
  for (std::size_t i = first; i < std::min(report.suspects.size(), first + kMaxFurtherSuspects); ++i) {
    const ReportSuspect& s = report.suspects[i];
    const std::int64_t bytes = shows_growth(report) ? s.growth_bytes : s.retained_bytes;
    out += fmt::format(
        "<tr data-open=\"suspect:{}\"><th scope=\"row\"><span class=\"name\">{}</span></th><td class=\"num\" "
        "data-value=\"{}\">{}</td></tr>\n",
        i, text(s.title, 200), bytes,
        shows_growth(report) ? signed_bytes(bytes) : format_bytes(static_cast<double>(bytes)));
  }
  return out + "</tbody></table></div>\n";
}

}  // namespace heapdiff::html
