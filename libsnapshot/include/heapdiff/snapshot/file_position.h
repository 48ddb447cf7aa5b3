#pragma once
// Which lines and columns of a snapshot are positions in a file.

#include <cstdint>

namespace heapdiff {

/// Whether a line or column of a `Location` is known and inside the file. A script that is made with a negative offset,
/// as test runners do to hide what they wrap around a file, has functions before its first character. V8 writes
/// negative numbers for them, which are here the numbers without a sign that have the same 32 bits.
[[nodiscard]] constexpr bool is_inside_file(std::uint32_t number) noexcept { return number <= INT32_MAX; }

}  // namespace heapdiff
