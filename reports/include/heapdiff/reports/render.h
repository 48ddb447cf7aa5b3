#pragma once
// Writes an RcaReport in one of its formats.

#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// adf: the document for a field of Jira's REST API v3; adf_body: {"body": document}, ready to post as a comment.
/// github: workflow commands; github_summary: Markdown for $GITHUB_STEP_SUMMARY; codequality: GitLab's format.
enum class Format {
  text,
  markdown,
  jira,
  adf,
  adf_body,
  html,
  json,
  postmortem,
  csv,
  sarif,
  junit,
  github,
  github_summary,
  codequality
};
/// "text", "markdown" or "md", "jira", "adf", "adf-body", "html", "json", "postmortem", "csv", "sarif", "junit",
/// "github", "github-summary", "codequality".
[[nodiscard]] std::optional<Format> parse_format(std::string_view name);
/// Names of all formats of a report, the default first.
[[nodiscard]] std::vector<std::string> report_formats();

struct RenderOptions {
  unsigned width = 80;  ///< columns of text; other formats ignore it
  bool color = false;   ///< ANSI colours, text only
  bool brief = false;   ///< the short answer in place of the whole report, text only
  bool ascii = false;   ///< no character beyond ASCII, text only
};
/// The whole report, with names escaped for the format. Secrets have to be masked already: build_report() does that,
/// else call redact(). Same report, same bytes.
[[nodiscard]] std::string render(const RcaReport& report, Format format, const RenderOptions& options);

/// "LEAK  5,700 more listeners ...": the verdict and the headline in one line.
[[nodiscard]] std::string verdict_line(const RcaReport& report);

/// JUnit XML for a run that made no report: each gate is an error with `message`, in which secrets are masked
/// already.
[[nodiscard]] std::string junit_of_error(const std::vector<std::string>& gates, const std::string& message);

}  // namespace heapdiff
