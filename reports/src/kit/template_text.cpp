#include "kit/template_text.h"

#include "heapdiff/snapshot/detail/ascii.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace heapdiff::kit {

namespace {

constexpr std::size_t kMaxIdentifier = 160;

// Words that a module cannot declare, and names that would shadow those that the templates use.
constexpr std::string_view kReserved[] = {
    "arguments", "assert",     "async",     "await",  "break",    "case",    "catch", "class",      "const",
    "continue",  "debugger",   "default",   "delete", "do",       "else",    "enum",  "eval",       "export",
    "extends",   "false",      "finally",   "for",    "function", "gc",      "if",    "implements", "import",
    "in",        "instanceof", "interface", "let",    "new",      "null",    "of",    "package",    "private",
    "protected", "public",     "return",    "static", "super",    "switch",  "this",  "throw",      "true",
    "try",       "typeof",     "undefined", "var",    "void",     "while",   "with",  "yield",      "globalThis",
    "process",   "require",    "module",    "Buffer", "Map",      "Set",     "id",    "key",        "value",
    "item",      "use",        "work",      "owner",  "timers",   "stop",    "gone",  "own",        "chunk",
    "size",      "pieces",     "out",       "rows",   "pool",     "storage", "MOST",  "close",      "loaded",
    "large",     "forId",      "makeLast"};

using ascii::is_lower;
using ascii::is_upper;

bool is_word(char c) { return ascii::is_alphanumeric(c) || c == '_'; }

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

namespace {

std::string only(std::string_view text, std::string_view marks) {
  std::string out;
  for (const char c : text) {
    out += is_word(c) || marks.find(c) != std::string_view::npos ? c : '_';
  }
  return out;
}

}  // namespace

std::string safe_name(std::string_view name) {
  constexpr std::size_t kMaxName = 160;
  return only(name.substr(0, kMaxName), ".:*/ -$[]()#+,=~");
}

std::string safe_place(std::string_view place) { return only(place, ".:*/ -$[]()#+,=~@"); }

std::string identifier_or(std::string_view name, std::string_view otherwise) {
  const bool good = !name.empty() && !(name.front() >= '0' && name.front() <= '9') && name.size() <= kMaxIdentifier &&
                    std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '$'; }) &&
                    std::find(std::begin(kReserved), std::end(kReserved), name) == std::end(kReserved);
  return std::string(good ? name : otherwise);
}

std::string variable_or(std::string_view class_name, std::string_view otherwise) {
  std::string name(class_name);
  // HTMLElement -> htmlElement, URL -> url: capitals up to the one that starts the next word.
  for (std::size_t i = 0; i < name.size() && is_upper(name[i]); ++i) {
    const bool starts_word = i > 0 && i + 1 < name.size() && is_lower(name[i + 1]);
    if (starts_word) {
      break;
    }
    name[i] = static_cast<char>(name[i] + 32);
  }
  return identifier_or(name, otherwise);
}

std::string js_string(std::string_view text) {
  std::string out = "'";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view rest = text.substr(i);
    if (c == '\'' || c == '\\') {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else if (rest.starts_with("\u2028") || rest.starts_with("\u2029")) {
      out += rest.starts_with("\u2028") ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string js_event(std::string_view event) {
  if (event.find('*') == std::string_view::npos) {
    return js_string(event);
  }
  // js_string() makes all of it safe but what a template literal adds: backticks and dollars.
  const std::string quoted = js_string(event);
  std::string out = "`";
  for (const char c : std::string_view(quoted).substr(1, quoted.size() - 2)) {
    out += c == '*' ? std::string("${id}") : c == '$' || c == '`' ? std::string("\\") + c : std::string(1, c);
  }
  return out + "`";
}

}  // namespace heapdiff::kit
