#pragma once
// The report as one HTML page: no network, whole without scripts.

#include "heapdiff/reports/rca_report.h"

#include <string>

namespace heapdiff {

[[nodiscard]] std::string render_html(const RcaReport& report);

}  // namespace heapdiff
