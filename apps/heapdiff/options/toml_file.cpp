#include "options/toml_file.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxTomlBytes = 256U << 10U;
constexpr std::size_t kMaxTomlDepth = 32;

/// The first line that nests too deep, in brackets or in dotted keys; 0 if no line does. Dots and brackets in texts
/// are counted too: no setting has so many.
std::size_t line_nested_too_deep(std::string_view text) {
  std::size_t line = 1;
  std::size_t depth = 0;
  std::size_t dots = 0;
  for (const char c : text) {
    if (c == '\n') {
      ++line;
      dots = 0;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      depth -= depth > 0 ? 1 : 0;
    } else if (c == '.') {
      ++dots;
    }
    if (depth > kMaxTomlDepth || dots > kMaxTomlDepth) {
      return line;
    }
  }
  return 0;
}

}  // namespace

toml::table read_toml(const std::string& path, const char* expected) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxTomlBytes + 1, '\0');
  if (!in || !in.read(text.data(), static_cast<std::streamsize>(text.size())).eof()) {
    if (!in.good() && !in.eof()) {
      throw Error(ErrorKind::input, path, std::nullopt, fmt::format("expected {}, it cannot be opened", expected));
    }
    throw Error(ErrorKind::usage,
                fmt::format("{}: expected {} of at most {} KiB", visible_text(path), expected, kMaxTomlBytes >> 10U));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return parse_toml(text, path, expected);
}

toml::table parse_toml(const std::string& text, const std::string& path, const char* expected) {
  if (const std::size_t line = line_nested_too_deep(text)) {
    throw Error(ErrorKind::usage, fmt::format("{}: line {}: expected {} nested at most {} levels deep",
                                              visible_text(path), line, expected, kMaxTomlDepth));
  }
  try {
    return toml::parse(text, path);
  } catch (const toml::parse_error& e) {
    throw Error(ErrorKind::input, path, std::nullopt,
                fmt::format("line {}: {}", e.source().begin.line, visible_text(e.description())));
  }
}

}  // namespace heapdiff
