#pragma once
// Functions of the JavaScript and Node APIs, as they are written in a program's text.

#include <string_view>

namespace heapdiff::v8 {

/// Methods of emitters, event targets and observables that register a listener.
[[nodiscard]] constexpr bool is_listener_method(std::string_view name) noexcept {
  return name == "on" || name == "addListener" || name == "once" || name == "prependListener" ||
         name == "prependOnceListener" || name == "addEventListener" || name == "subscribe";
}

[[nodiscard]] constexpr bool is_timer_function(std::string_view name) noexcept {
  return name == "setInterval" || name == "setTimeout" || name == "setImmediate";
}

[[nodiscard]] constexpr bool is_interval_function(std::string_view name) noexcept { return name == "setInterval"; }

/// Methods by which a promise gets a function that waits for it.
[[nodiscard]] constexpr bool is_promise_method(std::string_view name) noexcept {
  return name == "then" || name == "catch" || name == "finally";
}

/// Static methods of Promise that wait for several promises.
[[nodiscard]] constexpr bool is_promise_combinator(std::string_view name) noexcept {
  return name == "race" || name == "all" || name == "any" || name == "allSettled";
}

// Calls by which the runtime keeps objects for the program.

/// The user timing API, `performance.mark(` and `performance.measure(`: browsers, Node 16 on (8.5 on in perf_hooks).
/// `perf` is what packages call it that look for it first.
[[nodiscard]] constexpr bool is_performance_object(std::string_view name) noexcept {
  return name == "performance" || name == "perf";
}
[[nodiscard]] constexpr bool is_timeline_method(std::string_view name) noexcept {
  return name == "mark" || name == "measure";
}

/// `AbortSignal.any(`: Node 20.3 on, Chromium 116 on.
inline constexpr std::string_view kAbortSignalObject = "AbortSignal";
inline constexpr std::string_view kCombineSignalsMethod = "any";

/// `diagnostics_channel.channel(`, also without the module's name: Node 15.1 on. subscribe() and tracingChannel() make
/// channels, too, but each of them fits other things as well.
inline constexpr std::string_view kChannelFunction = "channel";
[[nodiscard]] constexpr bool is_channel_module(std::string_view name) noexcept {
  return name.find("iagnostics") != std::string_view::npos || name == "dc";
}

/// `new AsyncLocalStorage(`: Node 12.17 on.
inline constexpr std::string_view kAsyncStorageConstructor = "AsyncLocalStorage";

}  // namespace heapdiff::v8
