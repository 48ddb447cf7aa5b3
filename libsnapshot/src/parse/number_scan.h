#pragma once
// Many numbers at a time: the fast half of reading the integer arrays, for processors that can.
//
// The idea. In 64 bytes of "3,1042,7\n,2,..." a comparison finds the digits, and one shift of that mask the byte behind
// each number. The positions of these ends are packed together; then eight numbers are converted at once: a byte
// shuffle puts the eight digits before each end into a lane of their own, what lies before the number's start becomes
// zero, and three multiplications turn digits into values. About two instructions per number in place of twenty, and no
// branch that depends on the text.
//
// Only text as V8 writes it is read: digits, a comma behind each number, perhaps a line feed before the comma.
// Everything else (other white space, a sign, a leading zero, more than fifteen digits) is left to the careful reader,
// which knows what is allowed and where the mistake is.

#include <cstddef>
#include <cstdint>

namespace heapdiff::parse {

/// Room that `out` has to have.
inline constexpr std::size_t kScanValues = 1040;

/// Reads numbers from `p`, which is where one begins, and moves `p` to where the next one begins. Reads no byte from
/// `end` on, and no number that ends within 64 bytes of it. Returns how many were read; 0 when the careful reader has
/// to go on.
using ScanNumbers = std::size_t (*)(const char*& p, const char* end, std::uint64_t* out);

/// The implementation for this processor; null when there is none.
[[nodiscard]] ScanNumbers number_scanner() noexcept;

}  // namespace heapdiff::parse
