#include "parse/json_text.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "parse/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

namespace heapdiff::parse {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

enum ByteClass : unsigned char { kPlain, kQuote, kBackslash, kControl, kMultibyte };

constexpr std::array<unsigned char, 256> make_classes() {
  std::array<unsigned char, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = i < 0x20 ? kControl : i >= 0x80 ? kMultibyte : kPlain;
  }
  table['"'] = kQuote;
  table['\\'] = kBackslash;
  return table;
}
constexpr std::array<unsigned char, 256> kClasses = make_classes();

using ascii::is_digit;
using ascii::is_space;

/// Whether one of eight bytes ends a run of plain text: a quote, a backslash, a control character or a byte above 0x7F.
/// For bytes below 0x80 each difference has its highest bit set for exactly these characters.
bool has_special(std::uint64_t bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHigh = 0x8080808080808080;
  const std::uint64_t quote = bytes ^ (kOnes * '"');
  const std::uint64_t backslash = bytes ^ (kOnes * '\\');
  return ((bytes | (quote - kOnes) | (backslash - kOnes) | (bytes - kOnes * 0x20)) & kHigh) != 0;
}

/// The number of bytes at the front of `text` that need no decoding.
std::size_t plain_length(std::string_view text) {
  std::size_t n = 0;
  for (std::uint64_t bytes = 0; n + sizeof bytes <= text.size(); n += sizeof bytes) {
    std::memcpy(&bytes, text.data() + n, sizeof bytes);
    if (has_special(bytes)) {
      break;
    }
  }
  while (n < text.size() && kClasses[static_cast<unsigned char>(text[n])] == kPlain) {
    ++n;
  }
  return n;
}

}  // namespace

std::string describe_byte(int byte) {
  if (byte == io::TextWindow::kEnd) {
    return "end of file";
  }
  if (byte > 0x20 && byte < 0x7F) {
    return fmt::format("'{}'", static_cast<char>(byte));
  }
  return byte == ' ' ? "a space" : fmt::format("byte 0x{:02x}", byte);
}

void append_utf8(std::string& out, std::uint32_t c) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0U | (c >> 6U));
    put(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    put(0xE0U | (c >> 12U));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  } else {
    put(0xF0U | (c >> 18U));
    put(0x80U | ((c >> 12U) & 0x3FU));
    put(0x80U | ((c >> 6U) & 0x3FU));
    put(0x80U | (c & 0x3FU));
  }
}

void JsonText::fail(std::uint64_t offset, const std::string& message, std::string advice) const {
  throw Error(ErrorKind::input, window_.name(), offset, message, std::move(advice));
}

void JsonText::fail_here(std::string_view expected) {
  const int c = window_.peek();
  fail(window_.offset(), fmt::format("expected {}, got {}", expected, describe_byte(c)),
       c == io::TextWindow::kEnd ? std::string(kTruncatedAdvice) : std::string());
}

int JsonText::next() {
  int c = window_.peek();
  while (is_space(c)) {
    window_.advance();
    c = window_.peek();
  }
  return c;
}

void JsonText::expect(char c, std::string_view where) {
  if (next() != c) {
    fail_here(fmt::format("'{}' {}", c, where));
  }
  window_.advance();
}

bool JsonText::accept(char c) {
  if (next() != c) {
    return false;
  }
  window_.advance();
  return true;
}

void JsonText::read_string(std::string* out, std::string_view where) {
  if (next() != '"') {
    fail_here(fmt::format("a string in {}", where));
  }
  window_.advance();
  while (true) {
    const std::string_view chunk = window_.chunk();
    if (chunk.empty()) {
      fail_here(fmt::format("'\"' to end a string in {}", where));
    }
    const std::size_t n = plain_length(chunk);
    if (out != nullptr) {
      out->append(chunk.data(), n);
    }
    window_.advance(n);
    if (n == chunk.size()) {
      continue;
    }
    switch (kClasses[static_cast<unsigned char>(chunk[n])]) {
      case kQuote:
        window_.advance();
        return;
      case kBackslash:
        read_escape(out, where);
        break;
      case kMultibyte:
        read_multibyte(out, where);
        break;
      default:
        fail_here(fmt::format("an escaped control character in a string of {}", where));
    }
  }
}

std::string JsonText::string(std::string_view where) {
  std::string text;
  read_string(&text, where);
  return text;
}

std::uint32_t JsonText::read_hex4(std::string_view where) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const int c = window_.peek();
    const int lower = c | 0x20;
    if (!is_digit(c) && !(lower >= 'a' && lower <= 'f')) {
      fail_here(fmt::format("four hexadecimal digits after \\u in a string of {}", where));
    }
    value = value * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : lower - 'a' + 10);
    window_.advance();
  }
  return value;
}

void JsonText::read_escape(std::string* out, std::string_view where) {
  static constexpr std::string_view kFrom = "\"\\/bfnrt";
  static constexpr std::string_view kTo = "\"\\/\b\f\n\r\t";
  window_.advance();
  const int c = window_.peek();
  if (c != 'u') {
    const auto found = c == io::TextWindow::kEnd ? std::string_view::npos : kFrom.find(static_cast<char>(c));
    if (found == std::string_view::npos) {
      fail_here(fmt::format("an escape in a string of {}", where));
    }
    window_.advance();
    if (out != nullptr) {
      *out += kTo[found];
    }
    return;
  }
  window_.advance();
  std::uint32_t unit = read_hex4(where);
  // A high surrogate needs a low one behind it. With anything else behind it, it is a lone surrogate.
  while (unit >= 0xD800 && unit <= 0xDBFF) {
    if (window_.peek() != '\\') {
      break;
    }
    window_.advance();
    if (window_.peek() != 'u') {
      // Another escape follows: finish the lone surrogate, then that escape.
      diagnostics_.warn("surrogate", "a lone surrogate in a string was replaced by U+FFFD");
      if (out != nullptr) {
        out->append(kReplacement);
      }
      const int e = window_.peek();
      const auto found = e == io::TextWindow::kEnd ? std::string_view::npos : kFrom.find(static_cast<char>(e));
      if (found == std::string_view::npos) {
        fail_here(fmt::format("an escape in a string of {}", where));
      }
      window_.advance();
      if (out != nullptr) {
        *out += kTo[found];
      }
      return;
    }
    window_.advance();
    const std::uint32_t second = read_hex4(where);
    if (second >= 0xDC00 && second <= 0xDFFF) {
      if (out != nullptr) {
        append_utf8(*out, 0x10000 + ((unit - 0xD800) << 10U) + (second - 0xDC00));
      }
      return;
    }
    diagnostics_.warn("surrogate", "a lone surrogate in a string was replaced by U+FFFD");
    if (out != nullptr) {
      out->append(kReplacement);
    }
    unit = second;
  }
  if (unit >= 0xD800 && unit <= 0xDFFF) {
    diagnostics_.warn("surrogate", "a lone surrogate in a string was replaced by U+FFFD");
    if (out != nullptr) {
      out->append(kReplacement);
    }
  } else if (out != nullptr) {
    append_utf8(*out, unit);
  }
}

void JsonText::read_multibyte(std::string* out, std::string_view where) {
  const std::uint64_t offset = window_.offset();
  const auto lead = static_cast<unsigned>(window_.peek());
  window_.advance();
  const unsigned length = lead >= 0xF0 && lead <= 0xF4  ? 4
                          : lead >= 0xE0 && lead < 0xF0 ? 3
                          : lead >= 0xC2 && lead < 0xE0 ? 2
                                                        : 0;
  std::array<char, 4> bytes{static_cast<char>(lead)};
  std::uint32_t value = length == 4 ? lead & 0x07U : length == 3 ? lead & 0x0FU : lead & 0x1FU;
  bool valid = length != 0;
  for (unsigned i = 1; valid && i < length; ++i) {
    const int c = window_.peek();
    if (c == io::TextWindow::kEnd) {
      fail_here(fmt::format("the rest of a UTF-8 sequence in a string of {}", where));
    }
    if ((static_cast<unsigned>(c) & 0xC0U) != 0x80U) {
      valid = false;
      break;
    }
    value = (value << 6U) | (static_cast<unsigned>(c) & 0x3FU);
    bytes[i] = static_cast<char>(c);
    window_.advance();
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  if (!valid || overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    diagnostics_.warn("utf8",
                      fmt::format("bytes that are not UTF-8 were replaced by U+FFFD, first at byte {}", offset));
    if (out != nullptr) {
      out->append(kReplacement);
    }
  } else if (out != nullptr) {
    out->append(bytes.data(), length);
  }
}

std::uint64_t JsonText::unsigned_number(std::string_view where) {
  const int first = next();
  const std::uint64_t offset = window_.offset();
  if (!is_digit(first)) {
    fail_here(fmt::format("a non-negative integer for {}", where));
  }
  std::uint64_t value = 0;
  unsigned digits = 0;
  for (int c = first; is_digit(c); c = window_.peek()) {
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (++digits > 20 || value > (UINT64_MAX - digit) / 10) {
      fail(offset, fmt::format("expected a number up to 18446744073709551615 for {}", where));
    }
    value = value * 10 + digit;
    window_.advance();
  }
  if (digits > 1 && first == '0') {
    fail(offset, fmt::format("expected a JSON number for {}, got a leading zero", where));
  }
  const int after = window_.peek();
  if (after == '.' || after == 'e' || after == 'E') {
    fail_here(fmt::format("a non-negative integer for {}", where));
  }
  if (after == io::TextWindow::kEnd) {
    fail_here(fmt::format("more of {}", where));
  }
  return value;
}

std::vector<std::string> JsonText::string_array(std::string_view where, std::size_t max_items) {
  std::vector<std::string> items;
  expect('[', fmt::format("to open {}", where));
  if (accept(']')) {
    return items;
  }
  while (true) {
    if (items.size() == max_items) {
      throw Error(ErrorKind::limit, window_.name(), window_.offset(),
                  fmt::format("expected at most {} names in {}", max_items, where));
    }
    items.push_back(string(where));
    if (accept(']')) {
      return items;
    }
    expect(',', fmt::format("or ']' in {}", where));
  }
}

void JsonText::skip_number(std::string_view where) {
  if (window_.peek() == '-') {
    window_.advance();
  }
  const auto digits = [&] {
    if (!is_digit(window_.peek())) {
      fail_here(fmt::format("a digit in {}", where));
    }
    while (is_digit(window_.peek())) {
      window_.advance();
    }
  };
  if (window_.peek() == '0') {
    window_.advance();
    if (is_digit(window_.peek())) {
      fail_here(fmt::format("a JSON number in {}", where));
    }
  } else {
    digits();
  }
  if (window_.peek() == '.') {
    window_.advance();
    digits();
  }
  if ((window_.peek() | 0x20) == 'e') {
    window_.advance();
    if (window_.peek() == '+' || window_.peek() == '-') {
      window_.advance();
    }
    digits();
  }
}

void JsonText::skip_literal(std::string_view literal) {
  for (const char c : literal) {
    if (window_.peek() != c) {
      fail_here(fmt::format("'{}'", literal));
    }
    window_.advance();
  }
}

void JsonText::skip_value(std::uint32_t max_depth, std::string_view where) {
  std::vector<char> open;  // '{' or '[' for each level
  while (true) {
    const int c = next();
    if (c == '{' || c == '[') {
      if (open.size() == max_depth) {
        throw Error(ErrorKind::limit, window_.name(), window_.offset(),
                    fmt::format("expected at most {} levels of nesting in {}", max_depth, where));
      }
      open.push_back(static_cast<char>(c));
      window_.advance();
      if (accept(c == '{' ? '}' : ']')) {
        open.pop_back();
      } else {
        if (c == '{') {
          read_string(nullptr, where);
          expect(':', fmt::format("in {}", where));
        }
        continue;
      }
    } else if (c == '"') {
      read_string(nullptr, where);
    } else if (c == '-' || is_digit(c)) {
      skip_number(where);
    } else if (c == 't') {
      skip_literal("true");
    } else if (c == 'f') {
      skip_literal("false");
    } else if (c == 'n') {
      skip_literal("null");
    } else {
      fail_here(fmt::format("a value in {}", where));
    }
    // A value has ended. Go on to its sibling, or close the arrays and objects that end with it.
    while (!open.empty()) {
      const bool object = open.back() == '{';
      if (accept(',')) {
        if (object) {
          read_string(nullptr, where);
          expect(':', fmt::format("in {}", where));
        }
        break;
      }
      expect(object ? '}' : ']', fmt::format("or ',' in {}", where));
      open.pop_back();
    }
    if (open.empty()) {
      return;
    }
  }
}

}  // namespace heapdiff::parse
