#include "heapdiff/reports/render.h"

#include "compose/compose.h"
#include "compose/report_words.h"
#include "formats/ascii_marks.h"
#include "formats/brief.h"
#include "formats/ci_writers.h"
#include "formats/json.h"
#include "formats/text.h"
#include "formats/writers.h"
#include "heapdiff/reports/log_commands.h"
#include "html/html.h"
#include "model/private_paths.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace heapdiff {

using namespace compose;
using namespace formats;

namespace {

constexpr std::array kFormats = {
    std::pair{std::string_view("text"), Format::text},
    std::pair{std::string_view("markdown"), Format::markdown},
    std::pair{std::string_view("md"), Format::markdown},
    std::pair{std::string_view("jira"), Format::jira},
    std::pair{std::string_view("adf"), Format::adf},
    std::pair{std::string_view("adf-body"), Format::adf_body},
    std::pair{std::string_view("html"), Format::html},
    std::pair{std::string_view("json"), Format::json},
    std::pair{std::string_view("csv"), Format::csv},
    std::pair{std::string_view("postmortem"), Format::postmortem},
    std::pair{std::string_view("sarif"), Format::sarif},
    std::pair{std::string_view("junit"), Format::junit},
    std::pair{std::string_view("github"), Format::github},
    std::pair{std::string_view("github-summary"), Format::github_summary},
    std::pair{std::string_view("codequality"), Format::codequality},
};

}  // namespace

std::optional<Format> parse_format(std::string_view name) {
  const auto* const at = std::find_if(kFormats.begin(), kFormats.end(), [&](const auto& f) { return f.first == name; });
  return at == kFormats.end() ? std::nullopt : std::optional(at->second);
}

std::vector<std::string> report_formats() {
  std::vector<std::string> names;
  for (const auto& [name, format] : kFormats) {
    if (name != "md") {
      names.emplace_back(name);
    }
  }
  return names;
}

std::string verdict_line(const RcaReport& report) {
  return without_log_commands(std::string(verdict_words(report)) + "  " + headline_words(report));
}

namespace {

LogSyntax log_syntax(Format format) {
  switch (format) {
    case Format::json:
    case Format::adf:
    case Format::adf_body:
    case Format::sarif:
    case Format::codequality:
      return LogSyntax::json;
    case Format::junit:
      return LogSyntax::markup;
    default:
      return LogSyntax::text;
  }
}

/// The summary as Markdown, without what GitHub would refuse as a comment of a pull request, which may have 65,536
/// characters. What is cut, from the end, is said.
std::string write_summary(const RcaReport& report) {
  constexpr std::size_t kMaxBytes = 60'000;  // a caller may add a line of its own
  const model::Document whole = compose_summary(model::without_private_paths(report));
  std::string text = write_markdown(whole);
  std::size_t blocks = whole.blocks().size();
  std::size_t parts = SIZE_MAX;
  while (without_log_commands(text).size() > kMaxBytes && blocks > 1) {
    // The last block first loses its items or rows, half of them each time, and then goes as a whole.
    const model::Block& last = whole.blocks()[blocks - 1];
    parts = std::min(parts, std::max(last.items.size(), last.rows.size())) / 2;
    if (parts < 2) {
      --blocks;
      parts = SIZE_MAX;
    }
    text = write_markdown(whole.first(blocks, parts)) + "\nThe rest is left out: a comment has room for no more.\n";
  }
  return text;
}

std::string write_report(const RcaReport& report, Format format, const RenderOptions& options) {
  switch (format) {
    case Format::text: {
      std::string text = options.brief ? render_brief(report, options) : render_text(report, options);
      return options.ascii ? in_ascii(text) : text;
    }
    case Format::markdown:
      return write_markdown(compose_report(model::without_private_paths(report)));
    case Format::jira:
      return write_jira(compose_ticket(report));
    case Format::adf:
      return write_adf(compose_ticket(report), false);
    case Format::adf_body:
      return write_adf(compose_ticket(report), true);
    case Format::html:
      return html::render_html(report);
    case Format::json:
      return render_json(report);
    case Format::postmortem:
      return write_markdown(compose_postmortem(report));
    case Format::csv:
      return write_csv(report);
    case Format::sarif:
      return write_sarif(report);
    case Format::junit:
      return write_junit(report);
    case Format::github:
      return write_github(report);
    case Format::github_summary:
      return write_summary(report);
    case Format::codequality:
      return write_code_quality(report);
  }
  return {};
}

}  // namespace

std::string render(const RcaReport& report, Format format, const RenderOptions& options) {
  std::string text = write_report(report, format, options);
  // The format "github" consists of commands: its writer breaks those in names.
  return format == Format::github ? text
         : format == Format::html ? html_without_log_commands(text)
                                  : without_log_commands(text, log_syntax(format));
}

}  // namespace heapdiff
