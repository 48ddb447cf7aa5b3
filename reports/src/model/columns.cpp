#include "model/columns.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace heapdiff::model {

namespace {

struct Character {
  std::string_view bytes;
  std::size_t columns;
};

std::size_t width_of(std::uint32_t c) {
  const bool combining = (c >= 0x300 && c <= 0x36F) || (c >= 0x483 && c <= 0x489) || (c >= 0x591 && c <= 0x5BD) ||
                         (c >= 0x64B && c <= 0x65F) || (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) ||
                         (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFE20 && c <= 0xFE2F) ||
                         (c >= 0xE0100 && c <= 0xE01EF);
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0x303E) || (c >= 0x3041 && c <= 0xA4CF) ||
                    (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) ||
                    (c >= 0xFF00 && c <= 0xFF60) || (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) ||
                    (c >= 0x1F680 && c <= 0x1F6FF) || (c >= 0x1F900 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return combining ? 0 : wide ? 2 : 1;
}

std::vector<Character> characters_of(std::string_view text) {
  std::vector<Character> all;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
      ++length;
    }
    std::uint32_t c = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
      c = (c << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    all.push_back({text.substr(0, length), width_of(c)});
    text.remove_prefix(length);
  }
  return all;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const Character& c : characters_of(text)) {
    columns += c.columns;
  }
  return columns;
}

std::string cut_to(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) {
    return std::string(text);
  }
  std::string out;
  std::size_t used = 0;
  for (const Character& c : characters_of(text)) {
    used += c.columns;
    if (used >= columns) {
      break;
    }
    out += c.bytes;
  }
  return columns == 0 ? "" : out + "…";
}

std::string cut_middle(std::string_view text, std::size_t columns) {
  const std::size_t all = columns_of(text);
  if (all <= columns || columns < 8) {
    return cut_to(text, columns);
  }
  const std::size_t head = columns / 3;
  const std::size_t tail = columns - head;
  std::string end;
  std::size_t left = all;
  for (const Character& c : characters_of(text)) {
    if (left <= tail) {
      end += c.bytes;
    }
    left -= c.columns;
  }
  return cut_to(text, head) + end;
}

std::size_t bytes_within(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  std::size_t used = 0;
  for (const Character& c : characters_of(text)) {
    used += c.columns;
    if (used > columns && bytes > 0) {
      break;
    }
    bytes += c.bytes.size();
  }
  return bytes;
}

std::string pad_left(std::string_view text, std::size_t columns) {
  return std::string(columns - std::min(columns, columns_of(text)), ' ') + std::string(text);
}

std::string pad_right(std::string_view text, std::size_t columns) {
  return std::string(text) + std::string(columns - std::min(columns, columns_of(text)), ' ');
}

}  // namespace heapdiff::model
