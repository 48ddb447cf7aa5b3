#include "heapdiff/diff/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace heapdiff {

namespace {

using Unit = std::pair<std::string_view, double>;

constexpr std::array kSizes = {
    Unit{"TiB", 1099511627776.0},
    Unit{"GiB", 1073741824.0},
    Unit{"MiB", 1048576.0},
    Unit{"KiB", 1024.0},
    Unit{"TB", 1e12},
    Unit{"GB", 1e9},
    Unit{"MB", 1e6},
    Unit{"kB", 1e3},
    Unit{"KB", 1e3},
    Unit{"B", 1.0},
};
constexpr std::array kTimes = {
    Unit{"/h", 1.0},       Unit{"/hr", 1.0},        Unit{"/hour", 1.0},
    Unit{"/s", 3600.0},    Unit{"/second", 3600.0}, Unit{"/min", 60.0},
    Unit{"/minute", 60.0}, Unit{"/d", 1.0 / 24.0},  Unit{"/day", 1.0 / 24.0},
};

}  // namespace

std::optional<double> take_number(std::string_view& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value) || std::signbit(value)) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<double> take_bytes(std::string_view& text) {
  std::string_view rest = text;
  const auto value = take_number(rest);
  if (!value) {
    return std::nullopt;
  }
  for (const auto& [unit, bytes] : kSizes) {
    if (rest.starts_with(unit)) {
      rest.remove_prefix(unit.size());
      text = rest;
      return *value * bytes;
    }
  }
  if (*value == 0) {
    text = rest;
    return value;
  }
  return std::nullopt;
}

std::optional<double> per_hour(std::string_view text) {
  for (const auto& [unit, times] : kTimes) {
    if (text == unit) {
      return times;
    }
  }
  return std::nullopt;
}

std::optional<double> parse_bytes(std::string_view text) {
  const auto bytes = take_bytes(text);
  return text.empty() ? bytes : std::nullopt;
}

std::optional<double> parse_bytes_per_hour(std::string_view text) {
  const auto bytes = take_bytes(text);
  const auto times = per_hour(text);
  return bytes && times ? std::optional(*bytes * *times) : std::nullopt;
}

}  // namespace heapdiff
