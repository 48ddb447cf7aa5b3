#pragma once
// The layout of generated JavaScript for a given width.

#include <cstddef>
#include <string>
#include <string_view>

namespace heapdiff::formats {

/// `code` with comments that end within `width` columns. A comment after a statement moves above it when the two do not
/// fit on one line, and a comment that is too long is wrapped. Statements are not changed, and neither are comments
/// that are code (more than one blank after the slashes).
[[nodiscard]] std::string fold_comments(std::string_view code, std::size_t width);

}  // namespace heapdiff::formats
