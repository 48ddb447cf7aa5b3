#pragma once
// Finds a line of a text in an older version of the text that was formatted otherwise or had other names.

#include <cstdint>
#include <optional>
#include <string_view>

namespace heapdiff::commits {

/// The line of `older` (1-based) that has the text of line `line` of `newer`. White space, line breaks, kinds of
/// quotes, semicolons and trailing commas may differ. None when the text is new, which means that it occurs more often
/// in `newer` than in `older`, and when it is too short. O(length of both).
[[nodiscard]] std::optional<std::uint32_t> same_line_before(std::string_view older, std::string_view newer,
                                                            std::uint32_t line);

/// The same when identifiers of the line may have been renamed: each old name to one new name, where the newer file has
/// the old name less often and the new name more often. Called names, keywords and texts in quotes have to be equal.
/// This is weaker than same_line_before(): a line that was replaced by one of the same form looks like a renamed one.
[[nodiscard]] std::optional<std::uint32_t> renamed_line_before(std::string_view older, std::string_view newer,
                                                               std::uint32_t line);

}  // namespace heapdiff::commits
