#pragma once
// The report as one HTML page, which needs no network and is complete without scripts.

#include "heapdiff/reports/rca_report.h"

#include <string>

namespace heapdiff::html {

[[nodiscard]] std::string render_html(const RcaReport& report);

}  // namespace heapdiff::html
