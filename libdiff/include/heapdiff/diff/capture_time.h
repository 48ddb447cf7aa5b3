#pragma once
// When a snapshot was taken, from its file's name.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff {

/// Nanoseconds since 1970 from Node's `Heap.YYYYMMDD.HHMMSS.PID.TID.SEQ.heapsnapshot` or DevTools'
/// `Heap-YYYYMMDDTHHMMSS.heapsnapshot`, which are in the writing process's local time; read in this process's zone.
/// None when the name says nothing or names no real time.
[[nodiscard]] std::optional<std::int64_t> time_from_name(std::string_view path);

/// Node's sequence number of a name, which orders what one second brought; none for other names.
[[nodiscard]] std::optional<std::uint64_t> sequence_from_name(std::string_view path);

/// RFC 3339 with a zone ("2026-03-02T01:00:00Z", "...+01:00"), seconds since 1970 ("1772413200"), or a local
/// "2026-03-02 01:00:00". None when it is none of these.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

/// "10m", "30s", "2h", "1.5d" in nanoseconds; none when malformed or not positive.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);

/// RFC 3339 in UTC, to the second; milliseconds only where there are some.
[[nodiscard]] std::string format_time(std::int64_t ns);

}  // namespace heapdiff
