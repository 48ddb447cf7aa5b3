#include "heapdiff/reports/escape.h"

#include "heapdiff/snapshot/visible_text.h"

#include <algorithm>

namespace heapdiff {

std::string escape_markdown(std::string_view text) {
  static constexpr std::string_view kActive = "\\`*_{}[]()#+-!|~@:";
  std::string out;
  for (const char c : visible_text(text)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      if (kActive.find(c) != std::string_view::npos && c != '(' && c != ')' && c != '-' && c != ':' && c != '+' &&
          c != '{' && c != '}') {
        out += '\\';
      }
      out += c;
    }
  }
  return out;
}

std::string markdown_code(std::string_view text) {
  const std::string safe = visible_text(text);
  std::size_t longest = 0;
  std::size_t run = 0;
  std::string body;
  for (const char c : safe) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    body += c == '|' ? std::string("\\|") : std::string(1, c);
  }
  const std::string fence(longest + 1, '`');
  const bool pad = body.empty() || body.front() == '`' || body.back() == '`';
  return fence + (pad ? " " : "") + body + (pad ? " " : "") + fence;
}

}  // namespace heapdiff
