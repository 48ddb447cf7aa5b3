#pragma once
// A leak's name for suppressions, baselines and `verify`: equal across runs, processes and versions of the runtime.

#include <string>
#include <string_view>

namespace heapdiff {

/// An accumulation's path, "label < class < label < class ...", from the holder up, as every version of the runtime
/// tells it: it ends where the program's own names end, and the runtime's are spelled one way.
[[nodiscard]] std::string stable_path(std::string_view path);

/// Sixteen hexadecimal digits of kind, class of the growing objects, and path.
[[nodiscard]] std::string leak_signature(std::string_view kind, std::string_view constructor, std::string_view path);

}  // namespace heapdiff
