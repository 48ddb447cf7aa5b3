#pragma once
// Questions about ASCII characters, and numbers in text, once for all rooms. Not part of the API.
//
// Unlike <cctype> these depend on no locale and accept every char: bytes of UTF-8 above 0x7F are none of what is asked.

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace heapdiff::ascii {

/// `c` is a character or, as a reader of bytes gives it, -1 at the end.
[[nodiscard]] constexpr bool is_digit(int c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_lower(int c) noexcept { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_upper(int c) noexcept { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool is_letter(int c) noexcept { return is_lower(c) || is_upper(c); }
[[nodiscard]] constexpr bool is_alphanumeric(int c) noexcept { return is_letter(c) || is_digit(c); }
/// White space of JSON.
[[nodiscard]] constexpr bool is_space(int c) noexcept { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
/// A byte of a character beyond ASCII in UTF-8.
[[nodiscard]] constexpr bool is_beyond(char c) noexcept { return (static_cast<unsigned char>(c) & 0x80U) != 0; }

[[nodiscard]] constexpr char to_lower(char c) noexcept { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }
[[nodiscard]] constexpr bool same_ignoring_case(char a, char b) noexcept { return to_lower(a) == to_lower(b); }
[[nodiscard]] inline bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_ignoring_case);
}
[[nodiscard]] inline bool contains_ignoring_case(std::string_view text, std::string_view part) noexcept {
  return part.empty() ||
         std::search(text.begin(), text.end(), part.begin(), part.end(), same_ignoring_case) != text.end();
}

/// The number that `text` is, all of it: by std::from_chars, so without leading blanks or plus. Else nothing.
template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) noexcept {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

}  // namespace heapdiff::ascii
