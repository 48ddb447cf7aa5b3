#pragma once
// Reads many numbers of an integer array at a time, on processors with AVX-512.
//
// The idea. In 64 bytes of "3,1042,7\n,2,..." a comparison finds the digits. A shift of that mask finds the byte behind
// each number. The positions of these ends are packed together, and then eight numbers are converted at once: a byte
// shuffle moves the eight digits before each end into a lane of their own, bytes before the number become zero, and
// three multiplications turn the digits into values. This takes about two instructions per number in place of twenty,
// and has no branch that depends on the text.
//
// Only text in V8's usual form is read: digits, a comma behind each number, perhaps a line feed before the comma.
// Everything else (other white space, a sign, a leading zero, more than fifteen digits) is left to `strict_number`,
// which knows the grammar and the place of a mistake.

#include <cstddef>
#include <cstdint>

namespace heapdiff::parse {

/// The number of values that `out` must have room for.
inline constexpr std::size_t kScanValues = 1040;

/// Reads numbers from `p`, the beginning of one, and moves `p` to the beginning of the next. Reads no byte from `end`
/// on, and no number that ends within 64 bytes of it. Returns how many numbers were read; 0 means that `strict_number`
/// has to read the next one.
using ScanNumbers = std::size_t (*)(const char*& p, const char* end, std::uint64_t* out);

/// The implementation for this processor; null when there is none.
[[nodiscard]] ScanNumbers number_scanner() noexcept;

}  // namespace heapdiff::parse
