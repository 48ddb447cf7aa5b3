#pragma once
// Chromium's DOM, as V8 and Blink name it in a snapshot.

#include <string_view>

namespace heapdiff::v8 {

inline constexpr std::string_view kDetachedPrefix = "Detached ";

/// A node that is in no document. Node marks some objects of its own as detached: "Detached Node / BindingData".
[[nodiscard]] constexpr bool is_detached_dom_class(std::string_view name) noexcept {
  return name.starts_with(kDetachedPrefix) && name.find(" / ") == std::string_view::npos;
}

/// Blink's vectors and hash tables.
[[nodiscard]] constexpr bool is_blink_store(std::string_view name) noexcept {
  return name.find("HeapVectorBacking<") != std::string_view::npos ||
         name.find("HeapHashTableBacking<") != std::string_view::npos ||
         name.find("BasicHeapVector<") != std::string_view::npos;
}

}  // namespace heapdiff::v8
