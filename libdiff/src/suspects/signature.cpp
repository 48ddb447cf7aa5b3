#include "suspects/signature.h"

#include "v8/events.h"
#include "v8/node_predicates.h"
#include "v8/roots.h"
#include "v8/strings.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

namespace heapdiff::suspects {

namespace {

/// One spelling for classes that versions of Node name differently.
std::string_view class_name(std::string_view name) {
  return name == v8::kAbortSignalClass ? v8::kEventTargetClass : name;
}

/// A label without the form of its version: "<symbol signal>" of Node 16 and 18 is "#signal" from Node 20 on.
std::string_view label_name(std::string_view name) {
  if (name.starts_with(v8::kSymbolPrefix) && name.ends_with('>')) {
    return name.substr(v8::kSymbolPrefix.size(), name.size() - v8::kSymbolPrefix.size() - 1);
  }
  return name.size() > 1 && name[0] == '#' ? name.substr(1) : name;
}

}  // namespace

std::string stable_path(std::string_view path) {
  static constexpr std::string_view kSeparator = " < ";
  std::string out;
  bool is_class = false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(kSeparator, at), path.size());
    const std::string_view word = path.substr(at, end - at);
    out += out.empty() ? "" : kSeparator;
    out += is_class ? class_name(word) : label_name(word);
    if (is_class && v8::ends_program_path(word)) {
      break;
    }
    is_class = !is_class;
    at = end + kSeparator.size();
  }
  return out;
}

std::string leak_signature(LeakKind kind, std::string_view constructor, std::string_view path) {
  const std::string text = fmt::format("{}|{}|{}", to_string(kind), v8::stable_class(constructor), stable_path(path));
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

std::string place_signature(std::string_view path) {
  const std::string text = stable_path(path);
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace heapdiff::suspects
