#pragma once
// The kinds of leak that the detectors tell apart.

#include <cstdint>
#include <string_view>

namespace heapdiff {

enum class LeakKind : std::uint8_t {
  array_growth,
  async_context,
  buffer,
  class_instance,
  closure,
  detached_dom,
  event_listener,
  generator,
  map_growth,
  module_cache,
  object_growth,
  pool,
  promise,
  set_growth,
  string,
  timer,
  unknown,
};

/// As the report's schema spells it: "event-listener".
[[nodiscard]] std::string_view to_string(LeakKind kind) noexcept;

}  // namespace heapdiff
