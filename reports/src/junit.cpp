#include "ci_writers.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace {

/// Text and attribute values: visible_text() leaves no control character, which XML 1.0 could not carry at all.
std::string escape_xml(const std::string& text) {
  std::string out;
  for (const char c : visible_text(text)) {
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
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string details_of(const RcaReport& report) {
  std::string text = report.headline;
  for (const ReportSuspect& s : report.suspects) {
    text += "\n" + s.title;
    if (!s.sites.empty()) {
      text += fmt::format(" at {}:{}", s.sites.front().file, s.sites.front().line);
    }
    text += " (signature " + s.signature + ")";
  }
  return text;
}

/// Lines keep their ends; visible_text() would take them.
std::string escape_lines(const std::string& text) {
  std::string out;
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    out += escape_xml(text.substr(start, end - start)) + (end < text.size() ? "\n" : "");
    start = end + 1;
  }
  return out;
}

}  // namespace

std::string write_junit(const RcaReport& report) {
  std::vector<ReportGate> cases = report.gates;
  if (cases.empty()) {
    ReportGate verdict;
    verdict.expression = "leak";
    verdict.status = report.verdict == "leak" ? "failed" : report.verdict == "no-leak" ? "held" : "not-enough-evidence";
    verdict.reason = report.reason;
    cases.push_back(std::move(verdict));
  }
  const auto count = [&](const char* status) {
    return std::count_if(cases.begin(), cases.end(), [&](const ReportGate& g) { return g.status == status; });
  };
  const std::string stamp =
      report.snapshots.empty() ? std::string() : report.snapshots.back().captured_at.value_or(std::string());
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += "<testsuites>\n";
  out += fmt::format(
      "  <testsuite package=\"heapdiff\" id=\"0\" name=\"gates\" tests=\"{}\" failures=\"{}\" errors=\"{}\" "
      "time=\"0\" "
      "timestamp=\"{}\" hostname=\"localhost\">\n",
      cases.size(), count("failed"), count("not-enough-evidence"),
      stamp.size() >= 19 ? stamp.substr(0, 19) : "1970-01-01T00:00:00");
  out += "    <properties/>\n";
  for (const ReportGate& g : cases) {
    out += fmt::format("    <testcase classname=\"heapdiff.gates\" name=\"{}\" time=\"0\"", escape_xml(g.expression));
    if (g.status == "held") {
      out += "/>\n";
      continue;
    }
    const char* element = g.status == "failed" ? "failure" : "error";
    out += fmt::format(">\n      <{} message=\"{}\" type=\"{}\">{}</{}>\n    </testcase>\n", element,
                       escape_xml(g.next_capture.empty() ? g.reason : g.reason + " " + g.next_capture), g.status,
                       escape_lines(details_of(report)), element);
  }
  out += "    <system-out/>\n    <system-err/>\n  </testsuite>\n</testsuites>\n";
  return out;
}

}  // namespace heapdiff
