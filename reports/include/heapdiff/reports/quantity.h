#pragma once
// Numbers as people read them. 1 MB = 1,000,000 bytes.

#include "heapdiff/reports/rca_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heapdiff {

[[nodiscard]] std::string format_bytes(double bytes);        ///< "3.4 MB", "12 kB", "640 B"
[[nodiscard]] std::string format_count(std::int64_t count);  ///< "1,425"
[[nodiscard]] std::string format_change(double bytes);       ///< "+3.4 MB", "-5 kB", "0 B"
/// "110.1 MB/h (95 % 108.3 to 111.9)"; "30 kB/h"; "not known" without a rate. `per` says per what.
[[nodiscard]] std::string format_rate(const std::optional<RateValue>& rate, std::string_view per = "/h");

}  // namespace heapdiff
