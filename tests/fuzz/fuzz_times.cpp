// Times in names of files, in options and in durations.

#include "fuzz/check.h"
#include "heapdiff/diff/capture_time.h"

#include <cstdint>
#include <string>
#include <string_view>

using namespace heapdiff;
using heapdiff::test::require;

namespace {

/// What is printed is read back, to the millisecond.
void check_round_trip(std::int64_t ns) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  const std::string text = format_time(ns);
  const auto again = parse_time(text);
  require(again.has_value(), "a time that is printed can be read: " + text);
  const std::int64_t apart = *again > ns ? *again - ns : ns - *again;
  require(apart < kMillisecond, text + " is the time that was printed");
}

/// Years of four digits.
bool is_printable(std::int64_t ns) {
  constexpr std::int64_t kYear1000 = -30'610'224'000;
  return ns / 1'000'000'000 > kYear1000;  // the last one that fits is of 2262
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto time = parse_time(text); time && is_printable(*time)) {
    check_round_trip(*time);
  }
  if (const auto time = time_from_name(text); time && time->absolute && is_printable(time->ns)) {
    check_round_trip(time->ns);
  }
  if (const auto duration = parse_duration(text)) {
    require(*duration > 0, "a duration is positive");
  }
  static_cast<void>(sequence_from_name(text));
  return 0;
}
