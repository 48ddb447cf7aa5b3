#include "owners/code_owners.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace heapdiff::owners {

namespace {

constexpr std::size_t kMaxRules = 10'000;
constexpr std::size_t kMaxPattern = 512;
constexpr std::string_view kBlanks = " \t\r";

std::string_view next_word(std::string_view& line) {
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) {
    line = {};
    return {};
  }
  std::size_t end = first;
  while (end < line.size() && (kBlanks.find(line[end]) == std::string_view::npos || line[end - 1] == '\\')) {
    ++end;
  }
  const std::string_view word = line.substr(first, end - first);
  line.remove_prefix(end);
  return word;
}

}  // namespace

bool glob_fits(std::string_view pattern, std::string_view path) {
  // Which positions of the path each prefix of the pattern can reach.
  std::vector<std::uint8_t> reached(path.size() + 1, 0);
  reached[0] = 1;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    std::vector<std::uint8_t> next(path.size() + 1, 0);
    const bool deep = pattern.substr(i, 2) == "**";
    const bool deep_folder = deep && pattern.substr(i, 3) == "**/";
    if (pattern[i] == '*') {
      bool open = false;
      for (std::size_t at = 0; at <= path.size(); ++at) {
        open = open || reached[at] != 0;
        next[at] = open && (!deep_folder || reached[at] != 0 || (at > 0 && path[at - 1] == '/')) ? 1 : 0;
        if (!deep && at < path.size() && path[at] == '/') {
          open = false;
        }
      }
      i += deep_folder ? 2 : deep ? 1 : 0;
    } else {
      for (std::size_t at = 0; at < path.size(); ++at) {
        const bool fits = pattern[i] == '?' ? path[at] != '/' : pattern[i] == path[at];
        next[at + 1] = reached[at] != 0 && fits ? 1 : 0;
      }
    }
    reached = std::move(next);
  }
  return reached[path.size()] != 0;
}

CodeOwners::CodeOwners(std::string_view text) {
  while (!text.empty() && rules_.size() < kMaxRules) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, std::min(line.find(" #"), line.size()));
    const std::string_view word = next_word(line);
    if (word.empty() || word.size() > kMaxPattern || word[0] == '#' || word[0] == '!' || word[0] == '[' ||
        word[0] == '^') {
      continue;
    }
    Rule rule;
    for (std::size_t i = 0; i < word.size(); ++i) {
      if (word[i] != '\\' || i + 1 == word.size()) {
        rule.pattern += word[i];
      }
    }
    rule.folder = rule.pattern.back() == '/';
    while (!rule.pattern.empty() && rule.pattern.back() == '/') {
      rule.pattern.pop_back();
    }
    rule.anchored = rule.pattern.find('/') != std::string::npos;
    if (!rule.pattern.empty() && rule.pattern[0] == '/') {
      rule.pattern.erase(0, 1);
    }
    rule.owner = std::string(next_word(line));
    rules_.push_back(std::move(rule));
  }
}

std::string CodeOwners::owner_of(std::string_view file) const {
  const auto fits = [&](const Rule& rule) {
    if (rule.pattern.empty()) {
      return rule.folder;  // "/": everything
    }
    // A pattern fits a file, or a folder that the file lies in.
    for (std::size_t end = file.find('/');; end = file.find('/', end + 1)) {
      const bool whole = end == std::string_view::npos;
      const std::string_view part = file.substr(0, end);
      const std::string_view name = part.substr(part.rfind('/') + 1);
      // "docs/*" is about the files in docs and not about those deeper.
      const bool may_hold = whole ? !rule.folder : !rule.pattern.ends_with("/*");
      if (may_hold && (rule.anchored ? glob_fits(rule.pattern, part) : glob_fits(rule.pattern, name))) {
        return true;
      }
      if (whole) {
        return false;
      }
    }
  };
  const auto at = std::find_if(rules_.rbegin(), rules_.rend(), fits);
  return at == rules_.rend() ? std::string() : at->owner;
}

}  // namespace heapdiff::owners
