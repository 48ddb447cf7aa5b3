#pragma once
#include <string>
#include <string_view>

namespace heapdiff {

/// The repair of one kind of leak as code. Templates with {{collection}}, {{event}}, {{class}}, {{emitter}}.
struct Idiom {
  const char* kind;
  const char* pattern;
  const char* before;
  const char* after;
};
[[nodiscard]] const Idiom& idiom_for(std::string_view kind);

}  // namespace heapdiff
