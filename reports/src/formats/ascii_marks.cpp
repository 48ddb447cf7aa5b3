#include "formats/ascii_marks.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace heapdiff::formats {

namespace {

constexpr std::pair<std::string_view, char> kMarks[] = {
    {"→", '>'}, {"…", '~'}, {"◀", '<'}, {"×", 'x'}, {"▁", '_'}, {"▂", '.'}, {"▃", ':'}, {"▄", '-'},
    {"▅", '='}, {"▆", '+'}, {"▇", '*'}, {"█", '#'}, {"▏", '|'}, {"▎", '|'}, {"▍", '|'}, {"▌", '|'},
    {"▋", '|'}, {"▊", '|'}, {"▉", '#'}, {"░", '.'}, {"–", '-'}, {"’", '\''}};

std::size_t bytes_of_character(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::uint32_t code_point_of(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character.front());
  std::uint32_t value = character.size() == 2 ? lead & 0x1FU : character.size() == 3 ? lead & 0x0FU : lead & 0x07U;
  for (const char c : character.substr(1)) {
    value = (value << 6U) | (static_cast<unsigned char>(c) & 0x3FU);
  }
  return value;
}

}  // namespace

std::string in_ascii(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, bytes_of_character(text.front()));
    text.remove_prefix(character.size());
    if (character.size() == 1) {
      out += character;
      continue;
    }
    const auto* mark = std::begin(kMarks);
    while (mark != std::end(kMarks) && mark->first != character) {
      ++mark;
    }
    out +=
        mark != std::end(kMarks) ? std::string(1, mark->second) : fmt::format("\\u{{{:x}}}", code_point_of(character));
  }
  return out;
}

}  // namespace heapdiff::formats
