#pragma once
// Writers of a Document, each with its own escaper, and the writer of a report as CSV.

#include "heapdiff/reports/rca_report.h"
#include "model/document.h"

#include <string>

namespace heapdiff::formats {

[[nodiscard]] std::string write_markdown(const model::Document& document);
/// At most 30,000 characters. A longer document is cut between blocks, and the rest is named as an attachment.
[[nodiscard]] std::string write_jira(const model::Document& document);
/// The document node, at most 30,000 characters when serialised, and cut as in write_jira(). `as_body`: the result is
/// {"body": document}, the body of POST /rest/api/3/issue/{key}/comment.
[[nodiscard]] std::string write_adf(const model::Document& document, bool as_body);
[[nodiscard]] std::string write_csv(const RcaReport& report);

/// The largest Jira text: below the limit of 32,767 characters, with room for what a server adds.
inline constexpr std::size_t kJiraCharacters = 30000;

/// Index of the first block that does not fit, given the characters of each block; the number of blocks when all fit.
/// The cut is never right after a heading.
[[nodiscard]] std::size_t cut_at(const model::Document& document, const std::vector<std::size_t>& lengths);

/// "Cut here ...": the sentence that names the headings after block `from`.
[[nodiscard]] std::string cut_notice(const model::Document& document, std::size_t from);

}  // namespace heapdiff::formats
