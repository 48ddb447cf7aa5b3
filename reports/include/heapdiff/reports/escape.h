#pragma once
// One escaper per format: heap names are hostile.

#include <string>
#include <string_view>

namespace heapdiff {

/// Text inside a GFM paragraph, list item or table cell: nothing in it is markup, nothing ends the line.
[[nodiscard]] std::string escape_markdown(std::string_view text);

/// `text` as a GFM code span that its own backticks cannot end, safe inside a table.
[[nodiscard]] std::string markdown_code(std::string_view text);

}  // namespace heapdiff
