#pragma once
// Numbers as people read them. 1 MB = 1,000,000 bytes.

#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>

namespace heapdiff {

struct ByteUnit {
  double bytes;
  int digits;  ///< after the point
  const char* name;
};

/// The unit in which `size` has one to three digits before the point, also after rounding.
[[nodiscard]] ByteUnit byte_unit(double size);

[[nodiscard]] std::string format_bytes(double bytes);            ///< "3.4 MB", "12 kB", "640 B"
[[nodiscard]] std::string format_duration(double milliseconds);  ///< "24 h", "90 s", "250 ms"

/// The digits of `size` in groups of three.
[[nodiscard]] std::string group_digits(std::uint64_t size);

/// "1,425", "-3".
template <std::integral T>
[[nodiscard]] std::string format_count(T count) {
  if constexpr (std::is_signed_v<T>) {
    const auto size = static_cast<std::uint64_t>(std::int64_t{count});
    return count < 0 ? "-" + group_digits(~size + 1) : group_digits(size);
  } else {
    return group_digits(count);
  }
}

}  // namespace heapdiff
