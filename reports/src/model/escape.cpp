#include "heapdiff/reports/escape.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>

namespace heapdiff {

namespace {

using ascii::is_digit;
using ascii::is_upper;

bool is_alnum(char c) { return ascii::is_alphanumeric(c) || ascii::is_beyond(c); }

char at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : '\0'; }

/// visible_text() without blanks at the ends or in runs: at the start of a line they would mean a code block.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : visible_text(text)) {
    if (c != ' ' || (!out.empty() && out.back() != ' ')) {
      out += c;
    }
  }
  while (!out.empty() && out.back() == ' ') {
    out.pop_back();
  }
  return out;
}

bool starts_ignoring_case(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char a, char b) { return a == ascii::to_lower(b); });
}

/// Whether `text` begins with :name:. Only two numbers are names of pictures; other numbers are times and lines.
bool is_emoji(std::string_view text) {
  std::size_t end = 1;
  bool word = false;
  while (end < text.size() && (is_alnum(text[end]) || text[end] == '_' || text[end] == '+' || text[end] == '-')) {
    word = word || !is_digit(text[end]);
    ++end;
  }
  const std::string_view name = text.substr(1, end - 1);
  return end > 1 && at(text, end) == ':' && (word || name == "100" || name == "1234");
}

constexpr std::string_view kSplit = "&#8203;";

/// What has to follow the character at `i` so that GitHub does not turn it into a link or picture: a split, or nothing.
std::string_view markdown_split(std::string_view text, std::size_t i) {
  const std::string_view rest = text.substr(i);
  switch (text[i]) {
    case '@':
      return kSplit;
    case '#':
      return is_alnum(at(text, i + 1)) ? kSplit : "";
    case ':':
      return rest.starts_with("://") || is_emoji(rest) ||
                     (i >= 6 && starts_ignoring_case(text.substr(i - 6), "mailto:"))
                 ? kSplit
                 : "";
    case '-':
      return i >= 2 && starts_ignoring_case(text.substr(i - 2), "gh-") && is_digit(at(text, i + 1)) ? kSplit : "";
    case 'w':
    case 'W':
      return i >= 2 && starts_ignoring_case(text.substr(i - 2), "www.") ? kSplit : "";
    default:
      return "";
  }
}

std::string code_span(std::string_view text, bool cell) {
  const std::string safe = visible_text(text);
  std::size_t longest = 0;
  std::size_t run = 0;
  std::string body;
  for (const char c : safe) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    body += c == '|' && cell ? std::string("\\|") : std::string(1, c);
  }
  const std::string fence(longest + 1, '`');
  const bool pad =
      body.empty() || body.front() == '`' || body.back() == '`' || (body.front() == ' ' && body.back() == ' ');
  return fence + (pad ? " " : "") + body + (pad ? " " : "") + fence;
}

std::string entity(char c) { return "&#" + std::to_string(static_cast<int>(c)) + ";"; }

/// Whether `text` has an issue key such as ABC-123 with its hyphen at `hyphen`.
bool is_jira_issue_key(std::string_view text, std::size_t hyphen) {
  std::size_t start = hyphen;
  bool letter = false;
  while (start > 0 && (is_upper(text[start - 1]) || is_digit(text[start - 1]) || text[start - 1] == '_')) {
    letter = is_upper(text[--start]) || letter;
  }
  return letter && is_digit(at(text, hyphen + 1));
}

/// (y), (/), (*r), (flagoff): Jira shows these as pictures.
bool is_jira_picture(std::string_view text) {
  constexpr std::size_t kMaxLength = 10;
  const std::size_t end = text.substr(0, kMaxLength).find(')');
  return end != std::string_view::npos && end > 1 && text.substr(1, end - 1).find(' ') == std::string_view::npos;
}

/// Marks that are markup only at the edge of a word: -deleted-, +inserted+.
bool is_inside_word(std::string_view text, std::size_t i) {
  return i > 0 && is_alnum(text[i - 1]) && is_alnum(at(text, i + 1));
}

/// A character that every regular expression counts as part of a word.
bool is_word(char c) { return ascii::is_alphanumeric(c); }

/// The escaped form of the character at `i`. Jira takes a backslash before some marks; for others an entity is needed.
/// A backslash is plain text unless a mark or another backslash follows, because it would escape the mark or break the
/// line. A plus ends an insertion only where no word follows, so that only those are escaped ("+3 kB" is not).
std::string jira_character(std::string_view text, std::size_t i) {
  constexpr std::string_view kMarks = "{}[]*_!?@#";
  const char c = text[i];
  const char next = at(text, i + 1);
  const bool inside_word = is_inside_word(text, i);
  const bool mark = kMarks.find(c) != std::string_view::npos ||
                    (c == '-' && (!inside_word || is_jira_issue_key(text, i))) ||
                    (c == '(' && is_jira_picture(text.substr(i))) ||
                    ((c == '(' || c == ')') && i > 0 && (text[i - 1] == ':' || text[i - 1] == ';'));
  if (mark) {
    return std::string("\\") + c;
  }
  const bool bare_backslash = c == '\\' && !is_alnum(next);
  const bool colon = c == ':' && (text.substr(i).starts_with("://") || next == 'D' || next == 'P' || next == 'p' ||
                                  (i >= 6 && starts_ignoring_case(text.substr(i - 6), "mailto:")));
  // www.x; "h1. x" and "bq. x" at the start of a line
  const bool point = c == '.' && ((i >= 3 && starts_ignoring_case(text.substr(i - 3), "www.")) ||
                                  (i == 2 && (text[0] == 'h' || text[0] == 'b')));
  return std::string_view("|^~").find(c) != std::string_view::npos || (c == '+' && !is_word(next)) || bare_backslash ||
                 colon || point
             ? entity(c)
             : std::string(1, c);
}

}  // namespace

std::string escape_markdown(std::string_view text, bool starts_line) {
  static constexpr std::string_view kEscaped = "\\`*_{}[]#|~!^@";
  std::string out;
  const std::string line = one_line(text);
  bool number_so_far = starts_line;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool list_mark =
        i == 0 && starts_line ? c == '-' || c == '+' || c == '=' || c == ':' : number_so_far && (c == '.' || c == ')');
    number_so_far = number_so_far && is_digit(c);
    if (c == '<' || c == '>' || c == '&') {
      out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : "&amp;";
    } else if (c == '$') {
      out += "&#36;";  // GitHub takes \$ for the start of mathematics, too
    } else {
      if (kEscaped.find(c) != std::string_view::npos || list_mark) {
        out += '\\';
      }
      out += c;
    }
    out += markdown_split(line, i);
  }
  return out;
}

std::string markdown_code(std::string_view text) { return code_span(text, false); }
std::string markdown_code_cell(std::string_view text) { return code_span(text, true); }

std::string escape_jira(std::string_view text) {
  const std::string line = one_line(text);
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    out += jira_character(line, i);
  }
  return out;
}

std::string jira_code(std::string_view text) {
  const std::string body = escape_jira(text);
  return body.empty() ? body : "{{" + body + "}}";
}

std::string escape_jira_block(std::string_view line) {
  std::string out;
  const std::string text = visible_text(line);
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const std::string_view rest = std::string_view(text).substr(i);
    if (starts_ignoring_case(rest, "{code") || starts_ignoring_case(rest, "{noformat")) {
      out += ' ';
    }
  }
  return out;
}

std::string escape_csv(std::string_view text) {
  std::string out = "\"";
  const std::string safe = visible_text(text);
  const std::size_t first = safe.find_first_not_of(" '\"");
  const std::string_view rest = first == std::string::npos ? std::string_view() : std::string_view(safe).substr(first);
  // In some locales the full-width forms start a formula too.
  for (const std::string_view sign :
       {"=", "+", "-", "@", "|", "%", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20", "\\u{9}", "\\u{d}"}) {
    if (rest.starts_with(sign)) {
      out += '\'';
      break;
    }
  }
  for (const char c : safe) {
    out += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  return out + '"';
}

}  // namespace heapdiff
