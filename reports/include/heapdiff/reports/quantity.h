#pragma once
// Changes and rates in words. Sizes and counts are in heapdiff/diff/quantity.h.

#include "heapdiff/diff/quantity.h"
#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <string>
#include <string_view>

namespace heapdiff {

[[nodiscard]] std::string format_change(double bytes);  ///< "+3.4 MB", "-5 kB", "0 B"
/// A size in the unit of the largest one that stands beside it: "0.3 MB" beside 2.1 MB. In its own unit where it is so
/// small that nothing would be left.
[[nodiscard]] std::string format_bytes_beside(double bytes, double largest);
/// "110.1 MB/h (95 % 108.3 to 111.9)"; "30 kB/h"; "not known" without a rate. `per` is the unit after the size.
/// The rate per hour; where there is none, the growth per snapshot.
[[nodiscard]] std::string format_growth_rate(const std::optional<RateValue>& per_hour,
                                             const std::optional<RateValue>& per_step);
[[nodiscard]] std::string format_rate(const std::optional<RateValue>& rate, std::string_view per = "/h");

}  // namespace heapdiff
