#pragma once
// The roots of the heap, and the objects of the runtime that all of a program hangs from.

#include "v8/modules.h"
#include "v8/timers.h"

#include <string_view>

namespace heapdiff::v8 {

/// DevTools' class of "(GC roots)" and the like.
inline constexpr std::string_view kRootClass = "(synthetic)";
/// DevTools' class of V8's own objects.
inline constexpr std::string_view kSystemClass = "(system)";

/// Objects of the runtime that belong to the whole program: two things that lie in one of them have nothing in common.
[[nodiscard]] constexpr bool is_shared_by_program(std::string_view class_name) noexcept {
  return class_name == kModuleClass || class_name == "process" || class_name.starts_with("global") ||
         class_name.starts_with("Window");
}

/// Classes above which a path belongs to the runtime. Which of the runtime's functions, lists or roots comes first on a
/// shortest path differs from run to run and from version to version.
[[nodiscard]] constexpr bool ends_program_path(std::string_view class_name) noexcept {
  return class_name == kTimersListClass  // reached through any of setTimeout, clearImmediate ...
         || class_name == "process"      // the variable `process` or `_process` of some function's scope
         || class_name == kModuleClass   // mainModule, a parent's children, the module cache
         || class_name == kSystemClass;  // roots without a name: those of an ES module's generator
}

}  // namespace heapdiff::v8
