#pragma once
// Strict JSON, read from a window value by value. It does not know what a heap is, and it is never recursive.

#include "heapdiff/snapshot/diagnostics.h"
#include "io/text_window.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::parse {

/// Advice for a file that ends too early.
inline constexpr std::string_view kTruncatedAdvice =
    "The file is truncated. Take the snapshot again, with room for it on the disk.";

/// A byte as error messages show it: `'x'`, `byte 0x7f` or `end of file`. Never more than one character.
[[nodiscard]] std::string describe_byte(int byte);

class JsonText {
 public:
  JsonText(io::TextWindow& window, Diagnostics& diagnostics) : window_(window), diagnostics_(diagnostics) {}

  [[nodiscard]] io::TextWindow& window() noexcept { return window_; }

  /// Skips white space and returns the next byte without consuming it, or io::TextWindow::kEnd.
  int next();
  /// Consumes `c` after white space; `where` completes "expected 'c' ...".
  void expect(char c, std::string_view where);
  /// Consumes `c` if it is next.
  bool accept(char c);

  /// A string, decoded to valid UTF-8. `where` names the place in messages. Appends to `out` when it is not null.
  /// Lone surrogates and bytes that are not UTF-8 become U+FFFD and are counted.
  void read_string(std::string* out, std::string_view where);
  [[nodiscard]] std::string string(std::string_view where);

  /// A non-negative integer below 2^64.
  [[nodiscard]] std::uint64_t unsigned_number(std::string_view where);

  /// `["a", "b"]`. Throws Error{limit} above `max_items`.
  [[nodiscard]] std::vector<std::string> string_array(std::string_view where, std::size_t max_items);

  /// Reads over any one value. Throws Error{limit} when it nests deeper than `max_depth`.
  void skip_value(std::uint32_t max_depth, std::string_view where);

  [[noreturn]] void fail(std::uint64_t offset, const std::string& message, std::string advice = {}) const;
  /// Fails at the next byte: `expected ..., got ...`.
  [[noreturn]] void fail_here(std::string_view expected);

 private:
  void read_escape(std::string* out, std::string_view where);
  void read_multibyte(std::string* out, std::string_view where);
  std::uint32_t read_hex4(std::string_view where);
  void skip_number(std::string_view where);
  void skip_literal(std::string_view literal);

  io::TextWindow& window_;
  Diagnostics& diagnostics_;
};

/// Appends a code point as UTF-8.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace heapdiff::parse
