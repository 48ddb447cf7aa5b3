#pragma once
#include "heapdiff/reports/rca_report.h"

#include <string>

namespace heapdiff::formats {

/// The report as JSON that conforms to `report.schema.json`, indented, with a final newline.
[[nodiscard]] std::string render_json(const RcaReport& report);

}  // namespace heapdiff::formats
