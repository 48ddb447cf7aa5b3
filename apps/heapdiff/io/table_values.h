#pragma once
// Values as cells of tables hold them.

#include <cstdint>

namespace heapdiff {

/// Cells hold signed numbers; sizes and counts of a heap fit.
[[nodiscard]] constexpr std::int64_t number(std::uint64_t value) noexcept { return static_cast<std::int64_t>(value); }

/// `part` of `whole`, 0 to 1; 0 where `whole` is 0.
[[nodiscard]] constexpr double share(std::uint64_t part, std::uint64_t whole) noexcept {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace heapdiff
