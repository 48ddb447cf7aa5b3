#pragma once
// A Document in a format; each writer with its own escaper. A report as tables.

#include "heapdiff/reports/rca_report.h"
#include "model/document.h"

#include <string>

namespace heapdiff {

[[nodiscard]] std::string write_markdown(const Document& document);
/// At most 30,000 characters: cut between blocks, and what is missing is named as an attachment.
[[nodiscard]] std::string write_jira(const Document& document);
/// The document node; serialised at most 30,000 characters, cut as in write_jira. `as_body`: {"body": document}, which
/// POST /rest/api/3/issue/{key}/comment takes as it is.
[[nodiscard]] std::string write_adf(const Document& document, bool as_body);
[[nodiscard]] std::string write_csv(const RcaReport& report);

/// The most characters of a Jira text: below its limit of 32,767, with room for what a server adds.
inline constexpr std::size_t kJiraCharacters = 30000;

/// The first block that no longer fits, given the characters that each takes; never just after a heading. All fit:
/// their number.
[[nodiscard]] std::size_t cut_at(const Document& document, const std::vector<std::size_t>& lengths);

/// "Cut here ...": names the headings of what follows block `from`.
[[nodiscard]] std::string cut_notice(const Document& document, std::size_t from);

}  // namespace heapdiff
