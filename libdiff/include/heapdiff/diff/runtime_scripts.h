#pragma once
// Which scripts belong to the JavaScript runtime, and which ones to a package.

#include <string>
#include <string_view>

namespace heapdiff {

/// Whether a script is a part of Node or Chromium: "node:events", "internal/util.js" and "events.js" of older Node,
/// "extensions::SafeBuiltins". Such a script is no site of a leak when there is a function of the program.
[[nodiscard]] bool is_runtime_script(std::string_view script) noexcept;

/// Name of the innermost package that a path lies in: "@scope/name" of ".../node_modules/@scope/name/lib/a.js"; empty
/// outside of `node_modules`. The stores of pnpm and Yarn have this layout too, below folders of their own.
[[nodiscard]] std::string package_of(std::string_view path);

}  // namespace heapdiff
