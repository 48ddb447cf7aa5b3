#pragma once
// The width of text on a terminal.

#include <cstddef>
#include <string>
#include <string_view>

namespace heapdiff::model {

/// Columns that `text` takes. `text` is valid UTF-8 without control characters; East Asian wide characters and emoji
/// take two columns, combining marks none.
[[nodiscard]] std::size_t columns_of(std::string_view text);

/// `text` cut to at most `columns`, with an ellipsis in place of what was cut.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);

/// `text` cut in the middle, for paths: their ends matter most.
[[nodiscard]] std::string cut_middle(std::string_view text, std::size_t columns);

/// Bytes of the longest prefix of `text` that takes at most `columns`; at least one character.
[[nodiscard]] std::size_t bytes_within(std::string_view text, std::size_t columns);

[[nodiscard]] std::string pad_left(std::string_view text, std::size_t columns);
[[nodiscard]] std::string pad_right(std::string_view text, std::size_t columns);

}  // namespace heapdiff::model
