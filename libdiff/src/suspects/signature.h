#pragma once
// A leak's signature for suppressions, baselines and `verify`. It is equal in all runs and processes and with all
// versions of the runtime.

#include "heapdiff/diff/leak_kind.h"

#include <string>
#include <string_view>

namespace heapdiff::suspects {

/// The part of an accumulation's path, "label < class < label < class ...", that all versions of Node share. The path
/// is cut where the runtime's own names begin, and classes and labels that versions spell differently get one spelling.
[[nodiscard]] std::string stable_path(std::string_view path);

/// Hash of kind, class of the growing objects and path: sixteen hexadecimal digits.
[[nodiscard]] std::string leak_signature(LeakKind kind, std::string_view constructor, std::string_view path);

/// Hash of the path alone. Holders at one place have one, whatever the class of the objects that they gained.
[[nodiscard]] std::string place_signature(std::string_view path);

}  // namespace heapdiff::suspects
