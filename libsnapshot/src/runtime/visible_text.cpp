#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <cstdint>

namespace heapdiff {
namespace {

constexpr std::uint32_t kReplacement = 0xFFFD;

struct Decoded {
  std::uint32_t code_point;
  std::size_t length;
};

Decoded decode_one(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1};
  }
  std::size_t length = 0;
  std::uint32_t value = 0;
  std::uint32_t least = 0;
  if ((lead & 0xE0U) == 0xC0U) {
    length = 2, value = lead & 0x1FU, least = 0x80;
  } else if ((lead & 0xF0U) == 0xE0U) {
    length = 3, value = lead & 0x0FU, least = 0x800;
  } else if ((lead & 0xF8U) == 0xF0U) {
    length = 4, value = lead & 0x07U, least = 0x10000;
  } else {
    return {kReplacement, 1};
  }
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || (byte(i) & 0xC0U) != 0x80U) {
      return {kReplacement, i};
    }
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return {value < least || value > 0x10FFFF || surrogate ? kReplacement : value, length};
}

std::size_t plain_prefix(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] >= ' ' && text[length] <= '~') {
    ++length;
  }
  return length;
}

bool is_live_control(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE007F);
}

}  // namespace

std::string visible_text(std::string_view text) { return visible_text(text, std::string_view::npos); }

std::string visible_text(std::string_view text, std::size_t max_columns) {
  std::string out;
  out.reserve(text.size() < max_columns ? text.size() : max_columns);
  std::size_t columns = 0;
  while (!text.empty()) {
    // Most of a report is printable ASCII, which needs no decoding.
    const std::size_t plain = plain_prefix(text.substr(0, max_columns - columns));
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    columns += plain;
    if (text.empty()) {
      break;
    }
    if (columns++ >= max_columns) {
      out += "\u2026";
      break;
    }
    const auto [code_point, length] = decode_one(text);
    if (is_live_control(code_point)) {
      out += fmt::format("\\u{{{:x}}}", code_point);
    } else if (code_point == kReplacement) {
      out += "\uFFFD";
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace heapdiff
