// The folder for Jira Cloud: data for REST v3 as JSON, the files to attach, and the script that posts them.

#include "heapdiff/reports/jira_kit.h"

#include "compose/compose.h"
#include "compose/report_words.h"
#include "formats/post_script.h"
#include "formats/writers.h"
#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/visible_text.h"
#include "html/chart.h"
#include "model/private_paths.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <xxhash.h>

#include <algorithm>

namespace heapdiff {

using namespace compose;
using namespace formats;
using namespace model;

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxSummary = 250;  // UTF-16 units; Jira takes 255 characters

/// `text` on one line, cut to what Jira takes as a summary.
std::string one_line(const std::string& text) {
  std::string line = visible_text(text);
  std::size_t units = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const auto byte = static_cast<unsigned char>(line[i]);
    units += (byte & 0xC0U) == 0x80U ? 0U : byte >= 0xF0U ? 2U : 1U;
    if (units > kMaxSummary) {
      return line.substr(0, i) + "…";
    }
  }
  return line;
}

std::string kit_json(const Json& json) {
  return without_log_commands(json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n", LogSyntax::json);
}

/// What the issue is called. Numbers that change from day to day are left out: the summary stays as it is.
std::string issue_summary(const RcaReport& report) {
  std::string words = report.verdict == Verdict::leak ? "Memory leak: "
                      : report.comparison             ? "More memory than before: "
                      : report.suspects.empty()       ? ""
                                                      : "Possible memory leak: ";
  if (report.suspects.empty()) {
    words += headline_words(report);
  } else {
    const ReportSuspect& first = report.suspects.front();
    words += first.title;
    words += first.sites.empty() ? std::string() : ", " + place_phrase(first.sites.front());
  }
  return one_line(words);
}

Document environment_document(const RcaReport& report) {
  Document out;
  const std::string captures = capture_words(report);
  out.paragraph({plain(captures.empty() ? std::string() : captures + ". "),
                 plain("Analysed with heapdiff " + report.tool_version + ".")});
  return out;
}

/// A few lines for an issue that is there already: what these snapshots say.
Document comment_document(const RcaReport& report, const std::string& id) {
  Document out;
  out.paragraph({strong(report.headline)});
  std::vector<Spans> items;
  if (!report.suspects.empty()) {
    const ReportSuspect& first = report.suspects.front();
    items.push_back({strong(std::string(size_label(first)) + ": "), plain(size_words(first))});
    if (!first.sites.empty()) {
      Spans line{strong("Line: ")};
      const Spans place = place_spans(first.sites.front());
      line.insert(line.end(), place.begin(), place.end());
      items.push_back(std::move(line));
    }
    if (report.suspects.size() > 1) {
      items.push_back(
          {strong("Further: "), plain(fmt::format("{} more in the attached report", report.suspects.size() - 1))});
    }
  }
  if (!report.cautions.empty()) {
    items.push_back({strong("Note: "), plain(report.cautions.front())});
  }
  const std::string captures = capture_words(report);
  if (!captures.empty()) {
    items.push_back({strong("From: "), plain(captures)});
  }
  items.push_back({strong("Report: "), code(id), plain(", made by heapdiff " + report.tool_version)});
  out.bullets(std::move(items));
  return out;
}

Json adf_of(const Document& document) { return Json::parse(write_adf(document, false)); }

/// The page's growth chart as a file of its own: with a title and the few styles that it needs.
std::string chart_file(const RcaReport& report) {
  const std::string chart = html::growth_chart(html::series_of(report), 900, 320, "heap");
  const std::string title =
      fmt::format("Heap size: {} to {} over {} snapshots{}",
                  format_bytes(static_cast<double>(report.snapshots.front().self_size_bytes)),
                  format_bytes(static_cast<double>(report.snapshots.back().self_size_bytes)), report.snapshots.size(),
                  chart.find(">0 B</text>") == std::string::npos ? ". The axis does not begin at zero." : "");
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 356\" width=\"900\" "
      "height=\"356\">\n<style>{}</style>\n"
      "<rect width=\"900\" height=\"356\" fill=\"#fff\"/>\n<text class=\"title\" x=\"16\" y=\"24\">{}</text>\n"
      "<g transform=\"translate(0 36)\">\n{}</g>\n</svg>\n",
      "text{font:12px sans-serif}.title{font-size:15px;fill:#172b4d}.grid{stroke:#ddd}.tick{fill:#555}"
      ".end{text-anchor:end}.centre{text-anchor:middle}.line{fill:none;stroke:#c9372c;stroke-width:2}"
      ".dot{fill:#c9372c}.fit{fill:none;stroke:#172b4d;stroke-dasharray:5 4}.band{fill:#172b4d;opacity:.1}",
      title, chart);
}

std::string hexadecimal(std::string_view text) {
  return fmt::format("{:016x}", static_cast<std::uint64_t>(XXH3_64bits(text.data(), text.size())));
}

}  // namespace

const FolderMark& jira_kit_mark() {
  static const FolderMark mark{"kit.json",
                               "{\n \"kind\": \"heapdiff jira-kit\",\n",
                               {"kit.json", "issue.json", "comment.json", "report.html", "chart.svg", "post.sh"}};
  return mark;
}

std::vector<FolderFile> jira_kit(const RcaReport& whole) {
  const RcaReport report = without_private_paths(whole);
  const bool leak = !report.suspects.empty() && report.verdict != Verdict::no_leak;
  const std::string signature = report.suspects.empty() ? std::string() : report.suspects.front().signature;
  // The same evidence has the same id, so that it is not posted twice.
  const std::string id =
      hexadecimal(write_adf(compose_ticket(report), false) + write_adf(comment_document(report, {}), false));
  const std::string page_name = fmt::format("heapdiff-{}.html", id);

  Json labels = Json::array({"heapdiff"});
  if (!signature.empty()) {
    labels.push_back("heapdiff-" + signature);
  }
  const Json fields = {{"summary", issue_summary(report)},
                       {"labels", std::move(labels)},
                       {"environment", adf_of(environment_document(report))},
                       {"description", adf_of(compose_ticket(report, page_name))}};
  Json attachments = Json::array();
  attachments.push_back({{"file", "report.html"}, {"name", page_name}, {"type", "text/html"}});
  std::vector<FolderFile> files;
  if (report.snapshots.size() > 1 && !report.comparison) {
    attachments.push_back(
        {{"file", "chart.svg"}, {"name", fmt::format("heapdiff-{}.svg", id)}, {"type", "image/svg+xml"}});
    files.push_back({"chart.svg", chart_file(report)});
  }
  const Json kit = {{"kind", "heapdiff jira-kit"}, {"version", 1}, {"id", id},
                    {"signature", signature},      {"post", leak}, {"attachments", std::move(attachments)}};
  files.push_back({"kit.json", kit_json(kit)});
  files.push_back({"issue.json", kit_json({{"fields", fields}})});
  files.push_back({"comment.json", kit_json({{"body", adf_of(comment_document(report, id))}})});
  files.push_back({"report.html", render(report, Format::html, {})});
  files.push_back({"post.sh", std::string(post_script()), true});
  return files;
}

}  // namespace heapdiff
