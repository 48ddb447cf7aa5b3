#pragma once
// Classes of characters in JSON: std::isdigit depends on the locale.

namespace heapdiff {

/// Takes bytes and what TextWindow::peek returns.
[[nodiscard]] constexpr bool is_digit(int c) noexcept { return c >= '0' && c <= '9'; }

}  // namespace heapdiff
