#pragma once
// Promises, generators, async functions and asynchronous context.

#include <string_view>

namespace heapdiff::v8 {

inline constexpr std::string_view kPromiseClass = "Promise";
inline constexpr std::string_view kPromiseReactionClass = "PromiseReaction";

/// Internal edges of a generator and of a suspended async function, Node 14 to 24: the function that made it, and its
/// frame.
inline constexpr std::string_view kGeneratorFunctionEdge = "function";
inline constexpr std::string_view kGeneratorFrameEdge = "parameters_and_registers";

/// A suspended async function is a "Generator"; an async generator is an "AsyncGenerator". A generator of a program is
/// named after its function and is not recognised by its class.
[[nodiscard]] constexpr bool is_generator_class(std::string_view name) noexcept {
  return name.find("Generator") != std::string_view::npos;
}

[[nodiscard]] constexpr bool is_async_function_class(std::string_view name) noexcept {
  return name.find("AsyncFunction") != std::string_view::npos;
}

/// "Promise" and the runtime's own classes around it: "PromiseReaction", "system / PromiseReaction".
[[nodiscard]] constexpr bool is_promise_class(std::string_view name) noexcept {
  return name.find(kPromiseClass) != std::string_view::npos;
}

/// Internal edge of a pending promise to the latest of its reactions, Node 14 to 26. Reactions are a list, latest
/// first.
inline constexpr std::string_view kReactionsEdge = "reactions_or_result";
/// One for each then(), await and Promise.race() that waits for a promise.
inline constexpr std::string_view kReactionName = "system / PromiseReaction";

/// Objects that carry what belongs to one request through asynchronous work: of Node 24 on, and of the module `domain`.
[[nodiscard]] constexpr bool is_context_carrier_class(std::string_view name) noexcept {
  return name == "AsyncContextFrame" || name == "Domain";
}

/// AsyncContextFrame is Node 24's; an AsyncLocalStorage holds its own stores in no version, but is on the path to them.
[[nodiscard]] constexpr bool is_async_context_class(std::string_view name) noexcept {
  return name == "AsyncContextFrame" || name == "AsyncLocalStorage";
}

/// Edges from an asynchronous resource to its store. Node 14 to 22: "<symbol kResourceStore>". Node 24:
/// "<symbol kAsyncContextFrame>" of a timer, "<symbol context_frame>" of an AsyncResource.
[[nodiscard]] constexpr bool is_async_store_edge(std::string_view name) noexcept {
  return name.find("kResourceStore") != std::string_view::npos ||
         name.find("context_frame") != std::string_view::npos ||
         name.find("kAsyncContextFrame") != std::string_view::npos;
}

}  // namespace heapdiff::v8
