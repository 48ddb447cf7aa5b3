#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <cmath>

namespace heapdiff {

std::string format_bytes(double bytes) {
  const double size = std::abs(bytes);
  if (size >= 999.95e6) {
    return fmt::format("{:.2f} GB", bytes / 1e9);
  }
  if (size >= 999.5e3) {
    return fmt::format("{:.1f} MB", bytes / 1e6);
  }
  return size >= 999.5 ? fmt::format("{:.0f} kB", bytes / 1e3) : fmt::format("{:.0f} B", bytes);
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

std::string format_rate(const std::optional<RateValue>& rate) {
  if (!rate) {
    return "not known";
  }
  const std::string text = fmt::format("{:.1f} MB/h", rate->estimate / 1e6);
  return rate->low ? fmt::format("{} (95 % {:.1f} to {:.1f})", text, *rate->low / 1e6, *rate->high / 1e6)
                   : text + " (two snapshots: no interval)";
}

}  // namespace heapdiff
