#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff {

namespace {

struct Unit {
  double bytes;
  int digits;
  const char* name;
};

/// The unit in which `size` has one to three digits before the point, also after rounding.
Unit unit_of(double size) {
  if (size >= 999.95e6) {
    return {1e9, 2, "GB"};
  }
  if (size >= 999.5e3) {
    return {1e6, 1, "MB"};
  }
  return size >= 999.5 ? Unit{1e3, 0, "kB"} : Unit{1, 0, "B"};
}

}  // namespace

std::string format_bytes(double bytes) {
  const Unit unit = unit_of(std::abs(bytes));
  const std::string text = fmt::format("{:.{}f} {}", bytes / unit.bytes, unit.digits, unit.name);
  return text == "-0 B" ? "0 B" : text;
}

std::string format_count(std::int64_t count) {
  const std::string digits = std::to_string(count);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t left = digits.size() - i;
    if (left % 3 == 0 && i > 0 && digits[i - 1] != '-') {
      text += ',';
    }
    text += digits[i];
  }
  return text;
}

std::string format_change(double bytes) { return (bytes > 0 ? "+" : "") + format_bytes(bytes); }

std::string format_rate(const std::optional<RateValue>& rate, std::string_view per) {
  if (!rate) {
    return "not known";
  }
  const bool interval = rate->low && rate->high;
  const double largest = interval ? std::max({std::abs(rate->estimate), std::abs(*rate->low), std::abs(*rate->high)})
                                  : std::abs(rate->estimate);
  // One unit for all three numbers; a small estimate in a wide interval keeps a digit that says something.
  const Unit unit = unit_of(largest);
  const std::string text = fmt::format("{:.{}f} {}{}", rate->estimate / unit.bytes, unit.digits, unit.name, per);
  return interval ? fmt::format("{} ({:.0f} % {:.{}f} to {:.{}f})", text, 100 * rate->confidence_level,
                                *rate->low / unit.bytes, unit.digits, *rate->high / unit.bytes, unit.digits)
                  : text + " (two snapshots: no interval)";
}

}  // namespace heapdiff
