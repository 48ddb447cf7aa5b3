#pragma once
// CI systems act on lines of a job's output. A name from a heap must not become a command of theirs.

#include <string>
#include <string_view>

namespace heapdiff {

/// How a character is written in a document without changing its meaning.
enum class LogSyntax {
  text,    ///< a backslash before it: plain text, Markdown, CSV, Jira
  json,    ///< \u0023: a parser gets the same text
  markup,  ///< &#35;: XML
};

/// `text` without commands that a CI system would run: GitHub Actions ("::error", "##[error]"), Azure Pipelines
/// ("##vso[", "##["), TeamCity ("##teamcity["), and the headings of Buildkite ("--- ") and sections of GitLab
/// ("section_start:") that text at the start of a line would open. Marks are broken by a character that a reader sees.
/// O(text).
[[nodiscard]] std::string without_log_commands(std::string_view text, LogSyntax syntax = LogSyntax::text);

/// The same for a page: JSON's syntax in its scripts, whose data are JSON, and that of markup elsewhere.
[[nodiscard]] std::string html_without_log_commands(std::string_view text);

}  // namespace heapdiff
