#pragma once
// Which scripts belong to the JavaScript runtime itself, and which to a package.

#include <string>
#include <string_view>

namespace heapdiff {

/// Whether a script is Node's or Chromium's own: "node:events", "internal/util.js" and "events.js" of older Node,
/// "extensions::SafeBuiltins". The runtime is never the answer when a program's function is at hand.
[[nodiscard]] bool is_runtime_script(std::string_view script) noexcept;

/// Name of the innermost package that a path lies in: "@scope/name" of ".../node_modules/@scope/name/lib/a.js"; empty
/// outside `node_modules`. pnpm's and Yarn's stores keep this layout below their own folders.
[[nodiscard]] std::string package_of(std::string_view path);

}  // namespace heapdiff
