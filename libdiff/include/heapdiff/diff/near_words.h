#pragma once
// The word that a user may have meant.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

/// Number of insertions, deletions and replacements of single bytes that turn `a` into `b`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest of `words` whose distance is at most a third of the length of the shorter one. Empty when there is
/// none.
[[nodiscard]] std::string nearest_word(std::string_view word, const std::vector<std::string>& words);

}  // namespace heapdiff
