#include "sites/ran_text.h"

#include <algorithm>
#include <string>

namespace heapdiff::sites {
namespace {

constexpr std::size_t kMaxCutBytes = 4;  ///< of the last character, which the limit of a snapshot's names may cut

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  text.remove_prefix(text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0);
  return text;
}

std::string plain_lines(std::string_view text) {
  std::string out(without_mark(text));
  std::erase(out, '\r');
  return out;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

/// Whether the characters of `part` that are no blanks come in `whole` in this order.
bool is_left_of(std::string_view part, std::string_view whole) {
  for (const char c : part) {
    if (c == ' ' || c == '\t') {
      continue;
    }
    const std::size_t at = whole.find(c);
    if (at == std::string_view::npos) {
      return false;
    }
    whole.remove_prefix(at + 1);
  }
  return true;
}

/// Most lines, and not all: where a statement begins, a semicolon may be put in the place of a type.
bool is_stripped_from(std::string_view stripped, std::string_view file) {
  std::size_t lines = 0;
  std::size_t kept = 0;
  while (!stripped.empty()) {
    const std::string_view line = take_line(stripped);
    const std::string_view original = take_line(file);
    if (line.find_first_not_of(" \t") != std::string_view::npos) {
      ++lines;
      kept += is_left_of(line, original) ? 1U : 0U;
    }
  }
  return kept * 10 >= lines * 9;
}

bool is_typescript(std::string_view name) {
  return name.ends_with(".ts") || name.ends_with(".mts") || name.ends_with(".cts");
}

bool is_javascript(std::string_view name) {
  return name.ends_with(".js") || name.ends_with(".mjs") || name.ends_with(".cjs") || name.ends_with(".jsx");
}

}  // namespace

bool is_ran_text(std::string_view name, std::string_view file, std::string_view prefix) {
  std::string begin = plain_lines(prefix);
  begin.resize(begin.size() - std::min(begin.size(), kMaxCutBytes));
  if (begin.find_first_of(" \n") == std::string::npos) {
    return true;
  }
  const std::string lines = plain_lines(file);
  if (is_typescript(name)) {
    return lines.starts_with(begin) || is_stripped_from(begin, lines);
  }
  if (!is_javascript(name)) {
    return lines.find(begin) != std::string::npos;
  }
  const std::size_t first_line_end = std::min(lines.find('\n'), lines.size());
  return lines.starts_with(begin) ||
         (lines.starts_with("#!") && std::string_view(lines).substr(first_line_end).starts_with(begin));
}

}  // namespace heapdiff::sites
