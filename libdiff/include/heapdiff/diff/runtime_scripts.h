#pragma once
// Which scripts belong to the JavaScript runtime, and which ones to a package.

#include <string>
#include <string_view>

namespace heapdiff {

/// Whether a script is a part of Node or Chromium: "node:events", "internal/util.js" and "events.js" of older Node,
/// "extensions::SafeBuiltins". Such a script is no site of a leak when there is a function of the program.
[[nodiscard]] bool is_runtime_script(std::string_view script) noexcept;

/// The name of a script as a path: "/my app/x.mjs" for "file:///my%20app/x.mjs?v=2", as Node.js names ES modules. Any
/// other name as it is, so that both kinds of modules read alike.
[[nodiscard]] std::string plain_script_name(std::string_view script);

/// Name of the innermost package that a path lies in: "@scope/name" of ".../node_modules/@scope/name/lib/a.js"; empty
/// outside of `node_modules`. The stores of pnpm and Yarn have this layout too, below folders of their own.
[[nodiscard]] std::string package_of(std::string_view path);

/// What a file is called in all builds: "cache.service" of src/cache/cache.service.ts and of
/// dist/cache/cache.service.js, "mem/index" of a package's file. The folder depends on the machine and on what the
/// build does.
[[nodiscard]] std::string script_stem(std::string_view script);

}  // namespace heapdiff
