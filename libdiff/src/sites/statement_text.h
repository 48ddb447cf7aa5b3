#pragma once
// The text of the statement at a position, and its parts.

#include "heapdiff/diff/site.h"
#include "sites/code_model.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace heapdiff::sites {

/// The statement whose storing operation is the first that fits `hint` at or after a 1-based position. `text` is what
/// `code` was made of. A body of a function in it that is longer than a screen is left out. None when there is no such
/// operation near, or when the statement is too long all the same. O(tokens of the statement).
[[nodiscard]] std::optional<SiteStatement> statement_at(const CodeModel& code, std::string_view text,
                                                        std::uint32_t line, std::uint32_t column,
                                                        const StoreHint& hint);

}  // namespace heapdiff::sites
