#pragma once
// Generated JavaScript, laid out for a width.

#include <cstddef>
#include <string>
#include <string_view>

namespace heapdiff {

/// `code` with no comment beyond `width` columns: one that stands behind a statement moves above it where the two do
/// not fit one line, and one that fills a line goes on in the next. Statements stay as they are; so do comments that
/// are code themselves (set off by more than one blank).
[[nodiscard]] std::string fold_comments(std::string_view code, std::size_t width);

}  // namespace heapdiff
