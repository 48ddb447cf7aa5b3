#pragma once
// An RcaReport in one of its forms.

#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <string>
#include <string_view>

namespace heapdiff {

enum class Format { text, markdown, json, html };
[[nodiscard]] std::optional<Format> parse_format(std::string_view name);

struct RenderOptions {
  unsigned width = 80;  ///< columns of text; other formats ignore it
  bool color = false;   ///< ANSI colours, text only
};
[[nodiscard]] std::string render(const RcaReport& report, Format format, const RenderOptions& options);

}  // namespace heapdiff
