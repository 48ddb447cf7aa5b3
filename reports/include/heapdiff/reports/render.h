#pragma once
// An RcaReport in one of its forms.

#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heapdiff {

enum class Format { text, markdown, json };
[[nodiscard]] std::optional<Format> parse_format(std::string_view name);
/// Names of all formats of a report, the default first.
[[nodiscard]] std::vector<std::string> report_formats();

struct RenderOptions {
  unsigned width = 80;  ///< columns of text; other formats ignore it
  bool color = false;   ///< ANSI colours, text only
};
[[nodiscard]] std::string render(const RcaReport& report, Format format, const RenderOptions& options);

}  // namespace heapdiff
