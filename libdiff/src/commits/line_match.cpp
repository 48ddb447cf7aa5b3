#include "line_match.h"

#include <algorithm>
#include <string>
#include <vector>

namespace heapdiff::commits {
namespace {

constexpr std::size_t kTellingLength = 12;  // below it a line is `}` or `return;`

/// Text without what formatters change, and where each character stood.
struct Bare {
  std::string text;
  std::vector<std::uint32_t> line;
};

Bare bare(std::string_view text) {
  Bare out;
  std::uint32_t line = 1;
  for (const char c : text) {
    if (c == '\n') {
      ++line;
    }
    const bool dropped = c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '(' || c == ')';
    if (dropped) {
      continue;
    }
    if ((c == '}' || c == ']') && !out.text.empty() && out.text.back() == ',') {
      out.text.pop_back();
      out.line.pop_back();
    }
    out.text.push_back(c == '"' ? '\'' : c);
    out.line.push_back(line);
  }
  return out;
}

std::vector<std::size_t> occurrences(const std::string& text, std::string_view piece) {
  std::vector<std::size_t> found;
  for (std::size_t at = text.find(piece); at != std::string::npos; at = text.find(piece, at + piece.size())) {
    found.push_back(at);
  }
  return found;
}

}  // namespace

std::optional<std::uint32_t> same_line_before(std::string_view older, std::string_view newer, std::uint32_t line) {
  const Bare now = bare(newer);
  const auto first = std::lower_bound(now.line.begin(), now.line.end(), line);
  const auto last = std::upper_bound(now.line.begin(), now.line.end(), line);
  if (static_cast<std::size_t>(last - first) < kTellingLength) {
    return std::nullopt;
  }
  const auto at = static_cast<std::size_t>(first - now.line.begin());
  std::string_view piece = std::string_view(now.text).substr(at, static_cast<std::size_t>(last - first));
  while (!piece.empty() && piece.back() == ',') {
    piece.remove_suffix(1);
  }
  const std::vector<std::size_t> here = occurrences(now.text, piece);
  const Bare before = bare(older);
  const std::vector<std::size_t> there = occurrences(before.text, piece);
  if (there.empty() || there.size() < here.size()) {
    return std::nullopt;
  }
  const auto mine = std::find(here.begin(), here.end(), at);
  if (mine == here.end()) {
    return std::nullopt;
  }
  return before.line[there[static_cast<std::size_t>(mine - here.begin())]];
}

}  // namespace heapdiff::commits
