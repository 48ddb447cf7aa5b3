#pragma once
// How DevTools and V8 name the kinds of strings.

#include <array>
#include <string_view>

namespace heapdiff::v8 {

inline constexpr std::string_view kStringClass = "(string)";
inline constexpr std::string_view kConcatenatedStringClass = "(concatenated string)";
inline constexpr std::string_view kSlicedStringClass = "(sliced string)";

[[nodiscard]] constexpr bool is_string_class(std::string_view name) noexcept {
  return name == kStringClass || name == kConcatenatedStringClass || name == kSlicedStringClass;
}

// Internal edges of a concatenated string, Node 14 to 24.
inline constexpr std::string_view kFirstHalfEdge = "first";
inline constexpr std::string_view kSecondHalfEdge = "second";

/// Internal edge of a slice to the string that it is a part of, Node 14 to 26.
inline constexpr std::string_view kSliceParentEdge = "parent";

/// Symbols as property names: "<symbol kEvents>"; Node 14 prints "<symbol>" without the description.
inline constexpr std::string_view kSymbolPrefix = "<symbol ";
/// Symbols by which Node, from 12 on, hangs its own objects under the global one.
inline constexpr std::string_view kRuntimeSymbolPrefix = "<symbol node:";

}  // namespace heapdiff::v8
