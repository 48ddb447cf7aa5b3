#include "heapdiff/diff/quantity.h"

#include <fmt/format.h>

#include <cmath>

namespace heapdiff {

ByteUnit byte_unit(double size) {
  if (size >= 999.95e6) {
    return {1e9, 2, "GB"};
  }
  if (size >= 999.5e3) {
    return {1e6, 1, "MB"};
  }
  if (size >= 9'950) {
    return {1e3, 0, "kB"};
  }
  return size >= 999.5 ? ByteUnit{1e3, 1, "kB"} : ByteUnit{1, 0, "B"};
}

std::string format_bytes(double bytes) {
  const ByteUnit unit = byte_unit(std::abs(bytes));
  const std::string text = fmt::format("{:.{}f} {}", bytes / unit.bytes, unit.digits, unit.name);
  return text == "-0 B" ? "0 B" : text;
}

std::string group_digits(std::uint64_t size) {
  const std::string digits = std::to_string(size);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    text += i > 0 && (digits.size() - i) % 3 == 0 ? "," : "";
    text += digits[i];
  }
  return text;
}

std::string format_duration(double milliseconds) {
  struct Unit {
    double milliseconds;
    const char* name;
  };
  static constexpr Unit kUnits[] = {{86.4e6, "days"}, {3.6e6, "h"}, {60e3, "min"}, {1e3, "s"}};
  // The largest unit that gives at least 2 or a whole number: 24 h, 90 s, 1 h.
  for (const Unit& unit : kUnits) {
    const double many = milliseconds / unit.milliseconds;
    if (many >= 2 || (many == 1 && unit.milliseconds < 86.4e6)) {
      return fmt::format("{:.3g} {}", many, unit.name);
    }
  }
  return fmt::format("{:.0f} ms", milliseconds);
}

}  // namespace heapdiff
