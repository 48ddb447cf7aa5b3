// The gates with their outcomes, and the known leaks.

#include "heapdiff/reports/schema_names.h"
#include "html/markup.h"
#include "html/sections.h"

#include <fmt/format.h>

namespace heapdiff::html {

std::string gates(const RcaReport& report) {
  std::string out;
  if (!report.gates.empty()) {
    out +=
        "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Gates\"><table>\n<caption>Gates, judged on "
        "the "
        "interval of the measured value</caption>\n<thead><tr><th scope=\"col\">Gate</th><th scope=\"col\">Outcome</th>"
        "<th scope=\"col\">Why</th></tr></thead>\n<tbody>\n";
    for (const ReportGate& gate : report.gates) {
      out += fmt::format("<tr><th scope=\"row\"><code>{}</code></th><td><strong>{}</strong></td><td>{}</td></tr>\n",
                         text(gate.expression, 120), schema_name(gate.status),
                         text(gate.next_capture.empty() ? gate.reason : gate.reason + " " + gate.next_capture));
    }
    out += "</tbody></table></div>\n";
  }
  if (!report.known_leaks.empty()) {
    std::vector<std::string> items;
    for (const ReportKnownLeak& known : report.known_leaks) {
      items.push_back(fmt::format("{}: {}", schema_name(known.state), known.text));
    }
    out += (report.gates.empty() ? std::string() : "<h3>Known leaks</h3>\n") + list(items);
  }
  return out.empty() ? out : "<div class=\"card\">\n" + out + "</div>\n";
}

}  // namespace heapdiff::html
