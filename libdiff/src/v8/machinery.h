#pragma once
// Objects that V8 makes to run a program: compiled code, type feedback, hidden classes. They grow while a program warms
// up, whether it leaks or not.

#include "heapdiff/snapshot/snapshot_graph.h"

#include <string_view>

namespace heapdiff::v8 {

/// V8's own objects are named "system / Map"; up to Node 14 many of them are named "system" alone.
inline constexpr std::string_view kSystemPrefix = "system /";
[[nodiscard]] constexpr bool is_system_class(std::string_view name) noexcept { return name.starts_with(kSystemPrefix); }

/// Whether a node is compiled code, feedback, a hidden class or one of V8's tables of these.
[[nodiscard]] bool is_engine_overhead(const SnapshotGraph& graph, NodeIndex n);

/// DevTools' names for the classes of compiled code and of hidden classes.
inline constexpr std::string_view kCodeClass = "(compiled code)";
inline constexpr std::string_view kObjectShapeClass = "(object shape)";  // from Node 20 on

/// Whether a node belongs to one of these two classes.
[[nodiscard]] bool is_code_or_shape(const SnapshotGraph& graph, NodeIndex n);

/// Whether a hidden node of this name only stands between an object and a reference of a program's: a variable's cell,
/// a WeakRef's cell, what waits for a promise.
[[nodiscard]] constexpr bool is_cell(std::string_view name) noexcept {
  return name == "system / Cell" || name == "system / WeakCell" || name == "system / PromiseReaction";
}

}  // namespace heapdiff::v8
