#pragma once
// Names of JavaScript's collections and of the stores that they keep their elements in. Node 14 to 24.

#include "v8/objects.h"

#include <string_view>

namespace heapdiff::v8 {

inline constexpr std::string_view kArrayClass = "Array";
inline constexpr std::string_view kMapClass = "Map";
inline constexpr std::string_view kSetClass = "Set";
inline constexpr std::string_view kWeakMapClass = "WeakMap";
inline constexpr std::string_view kWeakSetClass = "WeakSet";
inline constexpr std::string_view kFinalizationRegistryClass = "FinalizationRegistry";

inline constexpr std::string_view kTableEdge = "table";        ///< internal edge of a Map, Set, WeakMap or WeakSet
inline constexpr std::string_view kElementsEdge = "elements";  ///< internal edge of an Array

/// Part of the name of the internal edges by which a WeakMap's key and table refer to the value:
/// "5 / part of key (K @3) -> value (V @5) pair in WeakMap (table @7)".
inline constexpr std::string_view kEphemeronEdgePart = " / part of key ";

/// What every program has: it does not say whose object it is.
[[nodiscard]] constexpr bool is_collection_class(std::string_view name) noexcept {
  return name == kObjectClass || name == kArrayClass || name == kMapClass || name == kSetClass;
}

/// A collection whose elements have no names of their own.
[[nodiscard]] constexpr bool is_keyed_collection_class(std::string_view name) noexcept {
  return name == kMapClass || name == kSetClass || name == kArrayClass || name == kWeakMapClass ||
         name == kWeakSetClass;
}

}  // namespace heapdiff::v8
