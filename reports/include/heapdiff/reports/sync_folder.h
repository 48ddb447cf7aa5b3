#pragma once
// What makes names last.

#include <string>

namespace heapdiff {

/// A file or folder has its new name after a power failure only once the folder around it was written. Returns 0 or the
/// error's number; file systems that cannot do it are no error.
[[nodiscard]] int sync_folder(const std::string& folder);

}  // namespace heapdiff
