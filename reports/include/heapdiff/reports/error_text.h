#pragma once
// Errors as they are shown.

#include "heapdiff/snapshot/error.h"

#include <string>

namespace heapdiff {

/// what() with secrets masked. The file's name and the rest are masked each by itself: a path that ends in "password"
/// does not make a secret of the reason behind it.
[[nodiscard]] std::string mask_error(const Error& error);

}  // namespace heapdiff
