#pragma once
// How Node keeps modules. Node 14 to 24.

#include <string_view>

namespace heapdiff::v8 {

/// A CommonJS module.
inline constexpr std::string_view kModuleClass = "Module";
/// Property of a module with the modules that it loaded first.
inline constexpr std::string_view kModuleChildren = "children";
/// Property of a module with the path of its file.
inline constexpr std::string_view kModuleFile = "filename";

/// Property of a module with what it exports.
inline constexpr std::string_view kModuleExports = "exports";

/// CommonJS and ES modules.
[[nodiscard]] constexpr bool is_module_class(std::string_view name) noexcept {
  return name == kModuleClass || name == "SourceTextModule";
}

/// Properties that hold modules by path: of Module, and `require.cache`.
[[nodiscard]] constexpr bool is_module_cache_property(std::string_view name) noexcept {
  return name == "_cache" || name == "_pathCache" || name == "cache";
}

/// A variable that Node passes to its own modules, and to no module of a program. Node 14 on.
[[nodiscard]] constexpr bool is_builtin_module_variable(std::string_view name) noexcept {
  return name == "primordials" || name == "internalBinding";
}

/// Node's own modules, which it loads when a program first asks for them. Node 18 on; NativeModule before.
inline constexpr std::string_view kBuiltinModuleClass = "BuiltinModule";

}  // namespace heapdiff::v8
