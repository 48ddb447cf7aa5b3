// Times in names and from the caller. The zone is set so that local times have one meaning.

#include "heapdiff/diff/capture_time.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <optional>
#include <string>

using heapdiff::format_time;
using heapdiff::is_known_zone;
using heapdiff::parse_duration;
using heapdiff::parse_time;
using heapdiff::sequence_from_name;
using heapdiff::time_from_name;

namespace {

/// Runs as if the machine were in `zone`.
class Zone {
 public:
  explicit Zone(const char* zone) {
    if (const char* was = std::getenv("TZ")) {
      was_ = was;
    }
    setenv("TZ", zone, 1);
    tzset();
  }
  ~Zone() {
    was_ ? setenv("TZ", was_->c_str(), 1) : unsetenv("TZ");
    tzset();
  }
  Zone(const Zone&) = delete;
  Zone& operator=(const Zone&) = delete;

 private:
  std::optional<std::string> was_;
};

std::string named(const std::string& name) {
  const auto time = time_from_name(name);
  return time ? format_time(time->ns) : "none";
}

std::string parsed(const std::string& text) {
  const auto time = parse_time(text);
  return time ? format_time(*time) : "none";
}

}  // namespace

TEST_CASE("names that people's tools write carry their times") {
  const Zone utc("UTC");
  CHECK(named("a/b/Heap.20260302.010030.1.0.002.heapsnapshot.zst") == "2026-03-02T01:00:30Z");
  CHECK(named("Heap-20260302T010100.heapsnapshot") == "2026-03-02T01:01:00Z");
  CHECK(named("heap-2026-03-31T00-01-10-120Z.heapsnapshot") == "2026-03-31T00:01:10.120Z");
  CHECK(named("2019-12-07T22:08:11.315053.heapsnapshot") == "2019-12-07T22:08:11.315Z");
  CHECK(named("1585612870123.heapsnapshot") == "2020-03-31T00:01:10.123Z");
  CHECK(named("heap-1585612870.heapsnapshot.gz") == "2020-03-31T00:01:10Z");
  CHECK(named("heap-2024-08-16 16_24_26_551.heapsnapshot") == "2024-08-16T16:24:26.551Z");
  CHECK(named("pod-7f9c-20240816-162426.heapsnapshot") == "2024-08-16T16:24:26Z");
  CHECK(named("snap_20240816162426.heapsnapshot") == "2024-08-16T16:24:26Z");
  CHECK(named("x-2024-08-16T16:24:26+02:00.heapsnapshot") == "2024-08-16T14:24:26Z");
  // The process id behind a time is no fraction and no offset.
  CHECK(named("Heap.20260302.010030.123.456.002.heapsnapshot") == "2026-03-02T01:00:30Z");
  CHECK(named("heap-20240816-162426-1234.heapsnapshot") == "2024-08-16T16:24:26Z");
}

TEST_CASE("what is no time in a name is none") {
  const Zone utc("UTC");
  for (const char* name :
       {"snapshot-8.heapsnapshot", "before.heapsnapshot", "heap-20241399-000000.heapsnapshot",
        "heap-20240230-010203.heapsnapshot", "build-20240816.heapsnapshot", "0123456789012345678901234.heapsnapshot",
        "9999999999999.heapsnapshot", "heap-20240816-256161.heapsnapshot", "", ".", "Heap..heapsnapshot"}) {
    CAPTURE(name);
    CHECK(named(name) == "none");
  }
}

TEST_CASE("node-heapdump counts from no known time: differences alone mean something") {
  const auto first = time_from_name("heapdump-194314979.440694.heapsnapshot");
  const auto second = time_from_name("heapdump-194315039.5.heapsnapshot");
  REQUIRE(first);
  REQUIRE(second);
  CHECK(!first->absolute);
  CHECK(second->ns - first->ns == 60'000'000'000 - 440'694'000 + 5'000);
  CHECK(time_from_name("Heap-20260302T010100.heapsnapshot")->absolute);
}

TEST_CASE("a local time in a name is read in the zone that is set") {
  const Zone east("CET-1");
  CHECK(named("Heap-20260302T010100.heapsnapshot") == "2026-03-02T00:01:00Z");
  CHECK(named("heap-2026-03-02T01-01-00-000Z.heapsnapshot") == "2026-03-02T01:01:00Z");
}

TEST_CASE("Node's sequence number orders what one second brought") {
  CHECK(sequence_from_name("Heap.20260302.010030.1.0.002.heapsnapshot") == std::optional<std::uint64_t>(2));
  CHECK(!sequence_from_name("Heap-20260302T010100.heapsnapshot"));
  CHECK(!sequence_from_name("Heap.20260302.010030.1.0.99999999999999999999.heapsnapshot"));
}

TEST_CASE("times from the caller: offsets and dates have to exist") {
  const Zone utc("UTC");
  CHECK(parsed("2026-03-02T01:00:00Z") == "2026-03-02T01:00:00Z");
  CHECK(parsed("2026-03-02T01:00:00+01:00") == "2026-03-02T00:00:00Z");
  CHECK(parsed("2026-03-02T01:00:00-0330") == "2026-03-02T04:30:00Z");
  CHECK(parsed("2026-03-02 01:00") == "2026-03-02T01:00:00Z");
  CHECK(parsed("2026-03-02T01:00:00.25Z") == "2026-03-02T01:00:00.250Z");
  CHECK(parsed("1772413200") == "2026-03-02T01:00:00Z");
  CHECK(parsed("1772413200000") == "2026-03-02T01:00:00Z");
  CHECK(parsed("0") == "1970-01-01T00:00:00Z");
  for (const char* text :
       {"2026-03-02T01:00:00+99:99", "2026-03-02T01:00:00+24:00", "2026-03-02T01:00:00+01:60", "2026-02-30T01:00:00Z",
        "2026-13-02T01:00:00Z", "9999-01-01T00:00:00Z", "2026-03-02T25:00:00Z", "2026-03-02", "yesterday", "", "-5",
        "2026-03-02T01:00:00ZZ", "2026-03-02T01:00:00.Z", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK(parsed(text) == "none");
  }
}

TEST_CASE("every time that is printed can be read, from 1970 until nanoseconds no longer fit") {
  const Zone utc("UTC");
  CHECK(parsed("8772413200") == "2247-12-27T13:26:40Z");
  for (const char* text :
       {"1970-01-01T00:00:00Z", "2200-01-01T00:00:00Z", "2247-12-27T13:26:40Z", "2261-12-31T23:59:59.999Z"}) {
    CHECK(parsed(text) == text);
  }
  CHECK(parsed("2261-12-31T22:59:59-01:00") == "2261-12-31T23:59:59Z");
  for (const char* text : {"1970-01-01T00:00:00+00:01", "2261-12-31T23:59:59-00:01", "2261-12-31T23:59:60Z",
                           "2262-01-01T00:00:00Z", "9214646400"}) {
    CAPTURE(text);
    CHECK(parsed(text) == "none");
  }
  // Git and other programs may have times that nobody can give here.
  CHECK(format_time(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(format_time(-1'000'000'000) == "1969-12-31T23:59:59Z");
  CHECK(format_time(std::numeric_limits<std::int64_t>::min()) == "1677-09-21T00:12:43.145Z");
  CHECK(format_time(std::numeric_limits<std::int64_t>::max()) == "2262-04-11T23:47:16.854Z");
}

TEST_CASE("durations") {
  CHECK(parse_duration("10m") == std::optional<std::int64_t>(600'000'000'000));
  CHECK(parse_duration("1.5h") == std::optional<std::int64_t>(5'400'000'000'000));
  CHECK(parse_duration("250ms") == std::optional<std::int64_t>(250'000'000));
  for (const char* text : {"", "10", "m", "-1m", "1.m", ".5m", "1e3s", "0s", "1 m", "nanm", "1w"}) {
    CAPTURE(text);
    CHECK(!parse_duration(text));
  }
}

TEST_CASE("zones are known or refused") {
  for (const char* zone : {"UTC", "GMT", "CET-1CEST", "UTC0", "<+03>-3", "EST5EDT,M3.2.0,M11.1.0"}) {
    CAPTURE(zone);
    CHECK(is_known_zone(zone));
  }
  for (const char* zone : {"", "Nowhere/Land", "../../etc/passwd", "/etc/passwd", "Mars", "CET-99", "A-1", "<+>-3"}) {
    CAPTURE(zone);
    CHECK(!is_known_zone(zone));
  }
}
