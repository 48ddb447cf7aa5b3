#pragma once
// Makes text from a heap or a file name safe for terminals, logs and error messages.

#include <string>
#include <string_view>

namespace heapdiff {

/// `text` as valid UTF-8 without a live control character: C0, DEL, C1, bidi and zero-width marks and line and
/// paragraph separators become `\u{HEX}`; bytes that are not UTF-8 become U+FFFD. Nothing else changes.
[[nodiscard]] std::string visible_text(std::string_view text);

/// The same, cut to at most `max_columns` code points, and an ellipsis where something was cut.
[[nodiscard]] std::string visible_text(std::string_view text, std::size_t max_columns);

}  // namespace heapdiff
