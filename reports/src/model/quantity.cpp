#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff {

std::string format_change(double bytes) { return (bytes > 0 ? "+" : "") + format_bytes(bytes); }

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
  const ByteUnit unit = byte_unit(largest);
  const std::string text = fmt::format("{:.{}f} {}{}", rate->estimate / unit.bytes, unit.digits, unit.name, per);
  return interval ? fmt::format("{} ({:.0f} % {:.{}f} to {:.{}f})", text, 100 * rate->confidence_level,
                                *rate->low / unit.bytes, unit.digits, *rate->high / unit.bytes, unit.digits)
                  : text + " (two snapshots: no interval)";
}

}  // namespace heapdiff
