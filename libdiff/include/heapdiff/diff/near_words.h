#pragma once
// What a person may have meant.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// Insertions, deletions and replacements of single bytes that turn `a` into `b`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of `words` that is a slip of the fingers away: at most a third of the shorter one's letters. Empty
/// without one.
[[nodiscard]] std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace heapdiff
