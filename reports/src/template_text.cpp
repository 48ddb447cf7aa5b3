#include "template_text.h"

#include <algorithm>

namespace heapdiff {

namespace {

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

}  // namespace

std::string fill(std::string_view text, std::initializer_list<std::pair<std::string_view, std::string_view>> values) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find("{{");
    const std::size_t close = open == std::string_view::npos ? open : text.find("}}", open);
    out += text.substr(0, close == std::string_view::npos ? close : open);
    if (close == std::string_view::npos) {
      break;
    }
    const std::string_view name = text.substr(open + 2, close - open - 2);
    const auto* const at = std::find_if(values.begin(), values.end(), [&](const auto& v) { return v.first == name; });
    out += at == values.end() ? text.substr(open, close + 2 - open) : at->second;
    text.remove_prefix(close + 2);
  }
  return out;
}

std::string safe_name(std::string_view name) {
  constexpr std::size_t kLongest = 80;
  constexpr std::string_view kMarks = ".:*/ -";
  std::string out;
  for (const char c : name.substr(0, kLongest)) {
    out += is_word(c) || kMarks.find(c) != std::string_view::npos ? c : '_';
  }
  return out;
}

std::string identifier_or(std::string_view name, std::string_view otherwise) {
  const bool good =
      !name.empty() && !(name.front() >= '0' && name.front() <= '9') && std::all_of(name.begin(), name.end(), is_word);
  return std::string(good ? name : otherwise);
}

}  // namespace heapdiff
