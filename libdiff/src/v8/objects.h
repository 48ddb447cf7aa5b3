#pragma once
// Edges and classes of plain objects and prototypes. Node 14 to 24, Chromium 156.

#include <algorithm>
#include <array>
#include <string_view>

namespace heapdiff::v8 {

inline constexpr std::string_view kObjectClass = "Object";

inline constexpr std::string_view kPrototypeOfInstance = "__proto__";    ///< property edge: object to its prototype
inline constexpr std::string_view kPrototypeOfFunction = "prototype";    ///< property edge: function to the prototype
inline constexpr std::string_view kConstructorProperty = "constructor";  ///< property edge: prototype to its function
inline constexpr std::string_view kHiddenClassEdge = "map";              ///< internal edge: object to its hidden class

/// Whether a class name stands for a plain object: "Object", or what DevTools makes of frequent shapes and of object
/// literals with a position, "{id, name}" and "(object ...)".
[[nodiscard]] constexpr bool is_plain_object_class(std::string_view name) noexcept {
  return name == kObjectClass || name.starts_with("{") || name.starts_with("(object");
}

/// Whether DevTools made the class name up, because the object has no class: "(string)", "{id, name}".
[[nodiscard]] constexpr bool is_made_up_class(std::string_view name) noexcept {
  return name.starts_with('(') || name.starts_with('{');
}

/// Classes of JavaScript and Node of which a program has many without naming them.
[[nodiscard]] constexpr bool is_runtime_class(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 14> kClasses = {
      "Promise", "PromiseReaction", "Generator", "AsyncGenerator", "AsyncFunction", "Function",          "WeakRef",
      "WeakMap", "WeakSet",         "Timeout",   "Immediate",      "AsyncResource", "AsyncContextFrame", "Domain"};
  return std::find(kClasses.begin(), kClasses.end(), name) != kClasses.end();
}

}  // namespace heapdiff::v8
