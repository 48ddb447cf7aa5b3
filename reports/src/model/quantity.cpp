#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff {

std::string format_change(double bytes) { return (bytes > 0 ? "+" : "") + format_bytes(bytes); }

std::string format_bytes_beside(double bytes, double largest) {
  const ByteUnit unit = byte_unit(std::abs(largest));
  constexpr double kLeast = 0.0995;  // of a unit: less would be written as 0.0
  const double share = std::abs(bytes) / unit.bytes;
  if (bytes != 0 && share < kLeast) {
    return format_bytes(bytes);
  }
  return fmt::format("{:.{}f} {}", bytes / unit.bytes, std::max(unit.digits, share < 1 && bytes != 0 ? 1 : 0),
                     unit.name);
}

std::string format_growth_rate(const std::optional<RateValue>& per_hour, const std::optional<RateValue>& per_step) {
  return per_hour || !per_step ? format_rate(per_hour) : format_rate(per_step, " per snapshot");
}

std::string format_rate(const std::optional<RateValue>& rate, std::string_view per) {
  if (!rate) {
    return "not known";
  }
  const bool interval = rate->low && rate->high;
  const double largest = interval ? std::max({std::abs(rate->estimate), std::abs(*rate->low), std::abs(*rate->high)})
                                  : std::abs(rate->estimate);
  // All three numbers have the unit of the largest. A small estimate in a wide interval gets as many digits as it
  // needs.
  ByteUnit unit = byte_unit(largest);
  if (interval && (*rate->high - *rate->low) / 2 < unit.bytes) {
    unit.digits = std::max(unit.digits, 1);  // "2.5 kB/op (2.4 to 2.7)": known to less than one unit
  }
  const std::string text = fmt::format("{:.{}f} {}{}", rate->estimate / unit.bytes, unit.digits, unit.name, per);
  return interval ? fmt::format("{} ({:.0f} % {:.{}f} to {:.{}f})", text, 100 * rate->confidence_level,
                                *rate->low / unit.bytes, unit.digits, *rate->high / unit.bytes, unit.digits)
                  : text + " (two snapshots: no 95 % interval)";
}

}  // namespace heapdiff
