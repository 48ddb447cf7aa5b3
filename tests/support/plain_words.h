#pragma once
// The list of words that no report has, from the style page in reports/README.md.

#include <algorithm>
#include <cctype>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff::test {

/// The indented lines below "### Words that no report has", in lower case. A `*` at the end stands for any ending.
inline const std::vector<std::string>& forbidden_words() {
  static const std::vector<std::string> kWords = [] {
    std::vector<std::string> words;
    std::ifstream page(HEAPDIFF_SOURCE_DIR "/reports/README.md");
    bool inside = false;
    for (std::string line; std::getline(page, line);) {
      if (line.starts_with("#")) {
        inside = line == "### Words that no report has";
      } else if (inside && line.starts_with("    ")) {
        words.push_back(line.substr(4));
      }
    }
    if (words.size() < 10) {
      throw std::runtime_error("reports/README.md has lost its list of words");
    }
    return words;
  }();
  return kWords;
}

/// The first forbidden words in a text, with what is around them; empty when there are none. Line breaks and repeated
/// blanks count as one blank: a report breaks its lines anywhere.
inline std::string forbidden_in(std::string_view text) {
  std::string flat;
  for (const char c : text) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!blank || (!flat.empty() && flat.back() != ' ')) {
      flat += blank ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  const auto is_word = [&](std::size_t at) {
    return at < flat.size() && (std::isalnum(static_cast<unsigned char>(flat[at])) != 0 || flat[at] == '_');
  };
  for (const std::string& entry : forbidden_words()) {
    const bool any_ending = entry.ends_with('*');
    const std::string words = entry.substr(0, entry.size() - (any_ending ? 1 : 0));
    for (std::size_t at = flat.find(words); at != std::string::npos; at = flat.find(words, at + 1)) {
      const bool starts = at == 0 || !is_word(at - 1);
      if (starts && (any_ending || !is_word(at + words.size()))) {
        const std::size_t from = at < 60 ? 0 : at - 60;
        return "\"" + words + "\" in: " + flat.substr(from, words.size() + 120);
      }
    }
  }
  return {};
}

}  // namespace heapdiff::test
