#include "heapdiff/reports/log_commands.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace {

bool starts_with_ignoring_case(std::string_view text, std::string_view start) {
  return text.size() >= start.size() && ascii::equal_ignoring_case(text.substr(0, start.size()), start);
}

/// Whether the two hashes at the start of `text` begin a command: "##[", "##vso[", "##teamcity[".
bool begins_hash_command(std::string_view text) {
  static constexpr std::string_view kCommands[] = {"##[", "##vso[", "##teamcity["};
  return std::any_of(std::begin(kCommands), std::end(kCommands),
                     [&](std::string_view command) { return starts_with_ignoring_case(text, command); });
}

/// Whether a line that is `text` would be taken for a command or a heading. GitHub trims blanks before it looks.
bool begins_line_command(std::string_view text) {
  const std::string_view trimmed = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
  static constexpr std::string_view kTrimmed[] = {"::", "section_start:", "section_end:"};
  static constexpr std::string_view kAtStart[] = {"--- ", "+++ ", "~~~ ", "^^^ "};
  return std::any_of(std::begin(kTrimmed), std::end(kTrimmed),
                     [&](std::string_view command) { return starts_with_ignoring_case(trimmed, command); }) ||
         std::any_of(std::begin(kAtStart), std::end(kAtStart),
                     [&](std::string_view command) { return text.starts_with(command); });
}

/// Where the next hash or, but for JSON, end of a line stands at or behind `from`; the size where no such mark follows.
std::size_t next_mark(std::string_view text, std::size_t from, LogSyntax syntax) {
  const auto* const end = text.data() + text.size();
  const auto* const found =
      syntax == LogSyntax::json
          ? std::find(text.data() + from, end, '#')
          : std::find_if(text.data() + from, end, [](char c) { return c == '#' || c == '\n' || c == '\r'; });
  return static_cast<std::size_t>(found - text.data());
}

}  // namespace

std::string without_log_commands(std::string_view text, LogSyntax syntax) {
  const std::string_view hash = syntax == LogSyntax::text ? "\\#" : syntax == LogSyntax::json ? "\\u0023" : "&#35;";
  std::string out;
  out.reserve(text.size());
  bool line_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (line_start && syntax != LogSyntax::json && begins_line_command(text.substr(i, 200))) {
      const std::size_t word = std::min(text.find_first_not_of(" \t", i), text.size());
      out.append(text, i, word - i);
      i = word;
      if (syntax == LogSyntax::markup) {
        out += fmt::format("&#{};", static_cast<int>(text[i]));
        line_start = false;
        continue;
      }
      out += '\\';
    }
    line_start = text[i] == '\n' || text[i] == '\r';
    if (text[i] == '#' && begins_hash_command(text.substr(i, 12))) {
      out += '#';
      out += hash;
      ++i;
      continue;
    }
    out += text[i];
    // Nothing else begins a command: what stands before the next mark is taken as it is.
    const std::size_t mark = next_mark(text, i + 1, syntax);
    if (!line_start) {
      out.append(text, i + 1, mark - i - 1);
      i = mark - 1;
    }
  }
  return out;
}

std::string html_without_log_commands(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t script = text.find("<script");
    const std::size_t open = std::min({script, text.find("<style"), text.size()});
    out += without_log_commands(text.substr(0, open), LogSyntax::markup);
    text.remove_prefix(open);
    // Styles are heapdiff's own, and hold no names.
    const bool is_script = open == script;
    const std::size_t close = std::min(text.find(is_script ? "</script>" : "</style>"), text.size());
    out +=
        is_script ? without_log_commands(text.substr(0, close), LogSyntax::json) : std::string(text.substr(0, close));
    text.remove_prefix(close);
    const std::size_t end = std::min(text.find('>'), text.size());
    out += text.substr(0, std::min(end + 1, text.size()));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace heapdiff
