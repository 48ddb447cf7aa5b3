#pragma once
#include "heapdiff/reports/render.h"

#include <string>

namespace heapdiff::formats {

[[nodiscard]] std::string render_text(const RcaReport& report, const RenderOptions& options);

}  // namespace heapdiff::formats
