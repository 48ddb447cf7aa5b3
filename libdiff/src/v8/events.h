#pragma once
// How Node, browsers and well-known packages keep event listeners.

#include <array>
#include <string_view>

namespace heapdiff::v8 {

/// EventEmitter, Node 14 to 24: a property edge to an object with one property for each event. Its value is a closure,
/// or an Array of closures.
inline constexpr std::string_view kEventsProperty = "_events";

/// EventTarget and AbortSignal, Node 15 on: "<symbol kEvents>" leads to a Map of linked lists of Listener objects.
inline constexpr std::string_view kEventTargetSymbol = "kEvents";

[[nodiscard]] constexpr bool is_event_target_edge(std::string_view name) noexcept {
  return name.find(kEventTargetSymbol) != std::string_view::npos;
}

/// Emitters of packages that keep their listeners below a symbol of this text.
inline constexpr std::string_view kEventsSymbolText = "Symbol(events)";

/// Node 14 to 24: a function that removes its listener after one call has the listener as this property. A Listener
/// of an EventTarget has it too.
inline constexpr std::string_view kListenerProperty = "listener";

/// Properties by which the records of emitters refer to the function: "listener" and "callback" in Node's Listener,
/// the others in packages.
inline constexpr std::string_view kCallbackProperty = "callback";
inline constexpr std::array<std::string_view, 4> kListenerProperties = {kListenerProperty, kCallbackProperty, "handler",
                                                                        "fn"};

/// Property of such records in packages: whether the listener is removed after one call.
inline constexpr std::string_view kOnceProperty = "once";

/// "Listener" of Node's EventTarget; "EventListener" and "V8EventListener" of Chromium.
[[nodiscard]] constexpr bool is_listener_class(std::string_view name) noexcept {
  return name == "Listener" || name == "V8EventListener" || name == "EventListener";
}

/// Whether an edge leads from an emitter or event target to its listeners.
[[nodiscard]] constexpr bool is_listeners_edge(std::string_view name) noexcept {
  return name == kEventsProperty || name.find(kEventsSymbolText) != std::string_view::npos ||
         name.find(kEventTargetSymbol) != std::string_view::npos;
}

/// Node 18 and 20 show an AbortSignal under the name of its base class.
inline constexpr std::string_view kAbortSignalClass = "AbortSignal";
inline constexpr std::string_view kEventTargetClass = "EventTarget";

}  // namespace heapdiff::v8
