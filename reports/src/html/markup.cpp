#include "html/markup.h"

#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/document.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::html {

std::string text(std::string_view raw, std::size_t max_columns) {
  std::string out;
  for (const char c : visible_text(raw, max_columns)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string prose(std::string_view raw) {
  const std::string safe = text(raw);
  const bool paired = std::count(safe.begin(), safe.end(), '`') % 2 == 0;
  std::string out;
  bool inside = false;
  for (const char c : safe) {
    if (c != '`' || !paired) {
      out += c;
      continue;
    }
    out += inside ? "</code>" : "<code>";
    inside = !inside;
  }
  return out;
}

std::string named(std::string_view raw) { return model::names_one_thing(raw) ? prose(raw) : text(raw); }

std::string growth_rate(const std::optional<RateValue>& per_hour, const std::optional<RateValue>& per_step) {
  std::string out = text(format_growth_rate(per_hour, per_step));
  for (std::size_t at = out.find(" %"); at != std::string::npos; at = out.find(" %", at)) {
    out.replace(at, 2, "&nbsp;%");
  }
  return out;
}

std::string data_block(const std::string& ascii_json) {
  std::string out;
  out.reserve(ascii_json.size());
  for (const char c : ascii_json) {
    if (c == '<' || c == '>' || c == '&') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string signed_bytes(std::int64_t bytes) {
  const std::string size = format_bytes(static_cast<double>(bytes < 0 ? -bytes : bytes));
  return (bytes > 0 ? "+" : bytes < 0 ? "−" : "") + size;
}

std::string signed_count(std::int64_t count) {
  return (count > 0 ? "+" : count < 0 ? "−" : "") + format_count(count < 0 ? -count : count);
}

std::string list(const std::vector<std::string>& items) {
  constexpr std::size_t kItems = 50;
  std::string out = "<ul class=\"list\">\n";
  for (std::size_t i = 0; i < std::min(items.size(), kItems); ++i) {
    out += fmt::format("<li>{}</li>\n", text(items[i], 600));
  }
  if (items.size() > kItems) {
    out += fmt::format("<li>and {} more</li>\n", items.size() - kItems);
  }
  return out + "</ul>\n";
}

std::string steps(const std::vector<std::string>& items) {
  std::string out = "<ol class=\"list\">\n";
  for (const std::string& item : items) {
    out += fmt::format("<li>{}</li>\n", prose(item));
  }
  return out + "</ol>\n";
}

std::string time_of(const ReportSnapshot& snapshot) {
  if (!snapshot.captured_at) {
    return "time not known";
  }
  std::string shown = *snapshot.captured_at;
  if (shown.size() >= 20 && shown[10] == 'T' && shown.back() == 'Z') {
    shown[10] = ' ';
    shown.pop_back();
  }
  return fmt::format("<time datetime=\"{}\">{}</time>", text(*snapshot.captured_at), text(shown));
}

std::string bar(double share) {
  return fmt::format(
      "<svg class=\"bar\" viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect "
      "width=\"{:.1f}\" "
      "height=\"6\"/></svg>",
      100 * std::clamp(share, 0.0, 1.0));
}

}  // namespace heapdiff::html
