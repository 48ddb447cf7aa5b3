#pragma once
// One escaper per format: heap names are hostile. Each also makes its text visible_text(), whatever it was given.

#include <string>
#include <string_view>

namespace heapdiff {

/// Text inside a GFM paragraph, heading, list item or table cell: nothing in it is markup, nothing ends the line. Also
/// dead: bare URLs and addresses, @mentions, #123, GH-123, :emoji:, $math$. Where GitHub offers no escape, a zero-width
/// space splits what would come alive. `starts_line`: the text may stand where a list or heading could begin.
[[nodiscard]] std::string escape_markdown(std::string_view text, bool starts_line = true);

/// `text` as a GFM code span that its own backticks cannot end.
[[nodiscard]] std::string markdown_code(std::string_view text);
/// The same inside a table, where a bar ends the cell even in code.
[[nodiscard]] std::string markdown_code_cell(std::string_view text);

/// Text inside Jira wiki markup: a paragraph, list item or table cell. Also dead: bare URLs, issue keys, emoticons.
[[nodiscard]] std::string escape_jira(std::string_view text);
/// `text` as Jira monospace.
[[nodiscard]] std::string jira_code(std::string_view text);
/// A line inside {code}: what would end the block gets a blank after its brace; nothing else can be live there.
[[nodiscard]] std::string escape_jira_block(std::string_view line);

/// A text cell of RFC 4180 CSV, quoted; what a spreadsheet would take for a formula starts with an apostrophe.
[[nodiscard]] std::string escape_csv(std::string_view text);

}  // namespace heapdiff
