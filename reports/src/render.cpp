#include "heapdiff/reports/render.h"

#include "json.h"

namespace heapdiff {

std::optional<Format> parse_format(std::string_view name) {
  if (name == "text") return Format::text;
  if (name == "markdown" || name == "md") return Format::markdown;
  if (name == "json") return Format::json;
  return std::nullopt;
}

std::string render(const RcaReport& report, Format format, const RenderOptions& options) {
  (void)options;
  (void)format;
  return render_json(report);
}

}  // namespace heapdiff
