#pragma once
#include <string>

#include "heapdiff/reports/rca_report.h"

namespace heapdiff {

/// The report by `report.schema.json`, indented, with a final newline.
[[nodiscard]] std::string render_json(const RcaReport& report);

}  // namespace heapdiff
