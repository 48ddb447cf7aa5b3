#include "heapdiff/diff/leak_kind.h"

#include <array>

namespace heapdiff {

std::string_view to_string(LeakKind kind) noexcept {
  static constexpr std::array<std::string_view, 17> kNames = {
      "array-growth",   "async-context", "buffer",     "class-instance", "closure",       "detached-dom",
      "event-listener", "generator",     "map-growth", "module-cache",   "object-growth", "pool",
      "promise",        "set-growth",    "string",     "timer",          "unknown"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace heapdiff
