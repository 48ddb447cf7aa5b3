#pragma once
// Reads sizes and rates that a user typed.

#include <optional>
#include <string_view>

namespace heapdiff {

/// Removes a size such as "5MB" from the front of `text` and returns it in bytes. Units are B, kB, MB, GB, TB, KiB,
/// MiB, GiB and TiB; 0 needs none. None, with `text` unchanged, for anything else and for negative sizes.
[[nodiscard]] std::optional<double> take_bytes(std::string_view& text);
/// The same for a number without a unit.
[[nodiscard]] std::optional<double> take_number(std::string_view& text);

/// "/h", "/hr", "/hour", "/min", "/minute", "/s", "/second", "/d" or "/day", the whole of `text`: how many of them are
/// in an hour.
[[nodiscard]] std::optional<double> per_hour(std::string_view text);

/// "4GB".
[[nodiscard]] std::optional<double> parse_bytes(std::string_view text);
/// "110MB/h" in bytes per hour.
[[nodiscard]] std::optional<double> parse_bytes_per_hour(std::string_view text);

}  // namespace heapdiff
