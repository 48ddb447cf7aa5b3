#include "heapdiff/reports/render.h"

#include "html.h"
#include "json.h"
#include "text.h"

namespace heapdiff {

std::optional<Format> parse_format(std::string_view name) {
  if (name == "text")
    return Format::text;
  if (name == "markdown" || name == "md")
    return Format::markdown;
  if (name == "json")
    return Format::json;
  if (name == "html")
    return Format::html;
  return std::nullopt;
}

std::string render(const RcaReport& report, Format format, const RenderOptions& options) {
  switch (format) {
    case Format::markdown:
      return render_markdown(report);
    case Format::json:
      return render_json(report);
    case Format::html:
      return render_html(report);
    case Format::text:
      break;
  }
  return render_text(report, options);
}

}  // namespace heapdiff
