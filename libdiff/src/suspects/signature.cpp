#include "suspects/signature.h"

#include "v8/node_predicates.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>

namespace heapdiff {

namespace {

/// Classes above which the path belongs to the runtime: which of its functions, lists or roots comes first is chance.
constexpr std::array<std::string_view, 4> kEnds = {
    "TimersList",  // Node's rings of timers, reached through any of setTimeout, clearImmediate ...
    "process",     // "process" or "_process", of some function's context
    "Module",      // CommonJS: of mainModule, of a parent's children, of the cache
    "(system)",    // roots without a name: an ES module's generator
};

struct Alias {
  std::string_view seen;
  std::string_view told;
};
/// Classes that versions name differently.
constexpr std::array<Alias, 1> kClasses = {{
    {"AbortSignal", "EventTarget"},  // Node 18 and 20 show the base class
}};

std::string_view class_name(std::string_view name) {
  const auto* const alias =
      std::find_if(kClasses.begin(), kClasses.end(), [&](const Alias& a) { return a.seen == name; });
  return alias == kClasses.end() ? name : alias->told;
}

/// A private field was a symbol before it was "#name".
std::string_view label_name(std::string_view name) {
  static constexpr std::string_view kSymbol = "<symbol ";
  if (name.starts_with(kSymbol) && name.ends_with('>')) {
    return name.substr(kSymbol.size(), name.size() - kSymbol.size() - 1);
  }
  return name.size() > 1 && name[0] == '#' ? name.substr(1) : name;
}

}  // namespace

std::string stable_path(std::string_view path) {
  static constexpr std::string_view kBetween = " < ";
  std::string out;
  bool is_class = false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find(kBetween, at), path.size());
    const std::string_view word = path.substr(at, end - at);
    out += out.empty() ? "" : kBetween;
    out += is_class ? class_name(word) : label_name(word);
    if (is_class && std::find(kEnds.begin(), kEnds.end(), word) != kEnds.end()) {
      break;
    }
    is_class = !is_class;
    at = end + kBetween.size();
  }
  return out;
}

std::string leak_signature(std::string_view kind, std::string_view constructor, std::string_view path) {
  const std::string text = fmt::format("{}|{}|{}", kind, stable_class(constructor), stable_path(path));
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

}  // namespace heapdiff
