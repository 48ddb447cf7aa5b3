#pragma once
// Finds one line of a text again in another version of it, whatever a formatter or a renaming did to it.

#include <cstdint>
#include <optional>
#include <string_view>

namespace heapdiff::commits {

/// The line of `older` (1-based) where the text of line `line` of `newer` stands, when both differ only by white space,
/// line breaks, kinds of quotes, semicolons and trailing commas. Empty when the text is new: it occurs more often in
/// `newer` than in `older`, or is too short to tell. O(length of both).
[[nodiscard]] std::optional<std::uint32_t> same_line_before(std::string_view older, std::string_view newer,
                                                            std::uint32_t line);

/// The same where, besides, identifiers of the line may have been renamed: one new name for each old one, of which the
/// file now has less and of the new one more. Names that are called, keywords and texts in quotes have to be equal.
/// Weaker than same_line_before: a line that was replaced by one of the same form reads like a renamed one.
[[nodiscard]] std::optional<std::uint32_t> renamed_line_before(std::string_view older, std::string_view newer,
                                                               std::uint32_t line);

}  // namespace heapdiff::commits
