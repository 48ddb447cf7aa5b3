#pragma once
// Sizes and rates as people type them.

#include <optional>
#include <string_view>

namespace heapdiff {

/// Takes "5MB" off the front of `text`: bytes. Units B, kB, MB, GB, TB, KiB, MiB, GiB, TiB; a bare 0 needs none. None,
/// with `text` as it was, for anything else and for what is negative.
[[nodiscard]] std::optional<double> take_bytes(std::string_view& text);
/// The number alone.
[[nodiscard]] std::optional<double> take_number(std::string_view& text);

/// "/h", "/hr", "/hour", "/min", "/minute", "/s", "/second", "/d" or "/day", the whole of `text`: how many of them are
/// in an hour.
[[nodiscard]] std::optional<double> per_hour(std::string_view text);

/// "4GB".
[[nodiscard]] std::optional<double> parse_bytes(std::string_view text);
/// "110MB/h" in bytes per hour.
[[nodiscard]] std::optional<double> parse_bytes_per_hour(std::string_view text);

}  // namespace heapdiff
