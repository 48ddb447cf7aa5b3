#pragma once
// Numbers of a packed list: seven bits to a byte, low bits first, so that small ones take one byte.

#include <cstdint>

namespace heapdiff::varint {

inline constexpr unsigned kMaxBytes = 10;

/// Moves the low bits to the top, so that even steps and multiples of eight give small numbers; lossless.
[[nodiscard]] inline std::uint64_t rotate(std::uint64_t value, unsigned bits) {
  return value >> bits | value << (64 - bits);
}
[[nodiscard]] inline std::uint64_t rotate_back(std::uint64_t value, unsigned bits) {
  return value << bits | value >> (64 - bits);
}

/// Writes up to kMaxBytes and returns what is behind them.
inline std::uint8_t* put(std::uint8_t* at, std::uint64_t value) {
  while (value >= 0x80) {
    *at++ = static_cast<std::uint8_t>(value | 0x80U);
    value >>= 7U;
  }
  *at++ = static_cast<std::uint8_t>(value);
  return at;
}

/// Reads what `put` wrote and moves `at` behind it.
[[nodiscard]] inline std::uint64_t get(const std::uint8_t*& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint8_t byte = *at++;
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) {
      return value;
    }
  }
}

}  // namespace heapdiff::varint
