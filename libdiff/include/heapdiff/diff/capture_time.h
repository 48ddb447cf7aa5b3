#pragma once
// When a snapshot was taken, from its file's name or from what the caller says.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff {

/// A time that a file's name carries.
struct NameTime {
  std::int64_t ns = 0;   ///< nanoseconds since 1970, or since an origin that is not known
  bool absolute = true;  ///< false: only differences between such times mean something
};

/// The time in a file's name. None when the name says nothing, or names no real time. Known are:
/// - Node's `Heap.YYYYMMDD.HHMMSS.PID.TID.SEQ` and DevTools' `Heap-YYYYMMDDTHHMMSS`;
/// - a date and a time anywhere in the name, ISO 8601 or with other separators: `heap-2026-03-31T00-01-10-120Z`,
///   `2019-12-07T22:08:11.315053`, `heap-2024-08-16 16_24_26_551`, `20240816-162426`, with an offset such as `+02:00`;
/// - seconds, milliseconds, microseconds or nanoseconds since 1970, as a run of 10, 13, 16 or 19 digits;
/// - node-heapdump's `heapdump-SECONDS.MICROSECONDS`, which counts from no known time.
/// A time without a zone is local to the writing process; it is read in this process's zone.
[[nodiscard]] std::optional<NameTime> time_from_name(std::string_view path);

/// Node's sequence number of a name, which orders the snapshots of one second; none for other names.
[[nodiscard]] std::optional<std::uint64_t> sequence_from_name(std::string_view path);

/// RFC 3339 with a zone ("2026-03-02T01:00:00Z", "...+01:00"), seconds or milliseconds since 1970 ("1772413200"), or a
/// local "2026-03-02 01:00:00". None when it is none of these, or names a date, a time or an offset that does not
/// exist.
[[nodiscard]] std::optional<std::int64_t> parse_time(std::string_view text);

/// "10m", "30s", "2h", "1.5d" in nanoseconds; none when malformed or not positive.
[[nodiscard]] std::optional<std::int64_t> parse_duration(std::string_view text);

/// RFC 3339 in UTC, to the second; milliseconds only where there are some.
[[nodiscard]] std::string format_time(std::int64_t ns);

/// Whether the C library knows the zone: "UTC", a name of the time zone database that is installed ("Europe/Berlin"),
/// or a POSIX form with an offset ("CET-1CEST"). An unknown zone would silently mean UTC.
[[nodiscard]] bool is_known_zone(std::string_view zone);

}  // namespace heapdiff
