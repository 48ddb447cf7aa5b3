#pragma once
// Closures, their scopes, and the scripts that they come from. All edges are internal ones.

#include "v8/objects.h"

#include <array>
#include <string_view>

namespace heapdiff::v8 {

/// Class of a function in DevTools, and its constructor.
inline constexpr std::string_view kClosureClass = "(closure)";
inline constexpr std::string_view kFunctionClass = "Function";

/// A function's scope. Node: "system / Context"; Chromium 156: "system / Context / scope @id".
inline constexpr std::string_view kContextPrefix = "system / Context";
[[nodiscard]] constexpr bool is_context_class(std::string_view name) noexcept {
  return name.starts_with(kContextPrefix);
}

// Edges of a closure: Node 14 to 24, Chromium 156.
inline constexpr std::string_view kSharedEdge = "shared";  ///< to its SharedFunctionInfo: one for each function literal
inline constexpr std::string_view kContextEdge = "context";               ///< to its scope
inline constexpr std::string_view kBoundFunctionEdge = "bound_function";  ///< of a bound function, to its target
inline constexpr std::string_view kFeedbackCellEdge = "feedback_cell";

/// From a scope, and from a SharedFunctionInfo, to what the scope declares: one for each function literal.
inline constexpr std::string_view kScopeInfoEdge = "scope_info";

/// From a scope to the one around it.
inline constexpr std::string_view kOuterContextEdge = "previous";

/// From a SharedFunctionInfo to its Script: Node 22 on and Chromium, and up to Node 20.
inline constexpr std::array<std::string_view, 2> kScriptEdges = {"script", "script_or_debug_info"};

/// A realm: Node 14 to 24, Chromium 156. The edge to its global object had another name until 2025.
inline constexpr std::string_view kNativeContextName = "system / NativeContext";
/// Chromium appends the origin of the page: "system / NativeContext / https://example.org".
[[nodiscard]] inline bool is_native_context_name(std::string_view name) noexcept {
  return name.starts_with(kNativeContextName) &&
         (name.size() == kNativeContextName.size() || name.substr(kNativeContextName.size()).starts_with(" / "));
}
inline constexpr std::array<std::string_view, 2> kGlobalObjectEdges = {"global_object", "extension"};

// Edges of a Script.
inline constexpr std::string_view kScriptNameEdge = "name";
inline constexpr std::string_view kScriptSourceEdge = "source";

/// Edges of objects and closures that lead to what V8 made, not to what a program stored.
[[nodiscard]] constexpr bool is_code_edge(std::string_view name) noexcept {
  return name == kHiddenClassEdge || name == kSharedEdge || name == "code" || name == kFeedbackCellEdge ||
         name == kScopeInfoEdge;
}

}  // namespace heapdiff::v8
