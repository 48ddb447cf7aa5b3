#pragma once
// One escaper per format, because heap names are hostile. Each also applies visible_text().

#include <string>
#include <string_view>

namespace heapdiff {

/// Text inside a GFM paragraph, heading, list item or table cell. Nothing in the result is markup or ends the line;
/// bare URLs, addresses, @mentions, #123, GH-123, :emoji: and $math$ are escaped too. Where GitHub has no escape, a
/// zero-width space splits the sequence. `starts_line`: the text may be at the start of a line, where a list or heading
/// could begin.
[[nodiscard]] std::string escape_markdown(std::string_view text, bool starts_line = true);

/// `text` as a GFM code span that its own backticks cannot end.
[[nodiscard]] std::string markdown_code(std::string_view text);
/// The same inside a table, where a bar ends the cell also in code.
[[nodiscard]] std::string markdown_code_cell(std::string_view text);

/// Text inside a paragraph, list item or table cell of Jira wiki markup. Bare URLs, issue keys and emoticons are
/// escaped too.
[[nodiscard]] std::string escape_jira(std::string_view text);
/// `text` as Jira monospace.
[[nodiscard]] std::string jira_code(std::string_view text);
/// A line inside {code}. A sequence that would end the block gets a blank after its brace; nothing else is markup
/// there.
[[nodiscard]] std::string escape_jira_block(std::string_view line);

/// A quoted text cell of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe first.
[[nodiscard]] std::string escape_csv(std::string_view text);

}  // namespace heapdiff
