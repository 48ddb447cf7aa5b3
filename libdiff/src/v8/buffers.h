#pragma once
// Buffers and other memory outside the JavaScript heap.

#include "v8/collections.h"

#include <string_view>

namespace heapdiff::v8 {

inline constexpr std::string_view kArrayBufferClass = "ArrayBuffer";

/// Objects whose bytes lie outside the JavaScript heap: "system / JSArrayBufferData", Node 14 to 24, and
/// "system / ExternalStringData", V8 13 on.
[[nodiscard]] constexpr bool is_off_heap_class(std::string_view name) noexcept {
  return name.find("ArrayBufferData") != std::string_view::npos ||
         name.find("ExternalStringData") != std::string_view::npos || name == kArrayBufferClass;
}

[[nodiscard]] constexpr bool is_array_buffer_class(std::string_view name) noexcept {
  return name == kArrayBufferClass || name == "SharedArrayBuffer";
}

/// Buffer, which Node makes as FastBuffer, and the typed arrays.
[[nodiscard]] constexpr bool is_buffer_view_class(std::string_view name) noexcept {
  return name == "Buffer" || name == "FastBuffer" || (name.ends_with(kArrayClass) && name != kArrayClass);
}

}  // namespace heapdiff::v8
