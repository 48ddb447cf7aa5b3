#include "compose/report_words.h"
#include "formats/ci_writers.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace formats {

namespace {

/// Text or an attribute value. visible_text() replaces control characters, which XML 1.0 cannot represent.
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
      text += " " + compose::place_phrase(s.sites.front());
    }
    text += " (signature " + s.signature + ")";
  }
  return text;
}

/// Several lines: visible_text() would replace their ends.
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

namespace {

bool is_open(const ReportGate& gate) { return gate.status == GateStatus::not_enough && !gate.tolerated; }

/// The leak and its line, which a list of failed tests shows; empty where no leak was found.
std::string leak_of(const RcaReport& report) {
  if (report.suspects.empty()) {
    return {};
  }
  const ReportSuspect& s = report.suspects.front();
  std::string text = s.title;
  if (!s.sites.empty()) {
    text += " " + compose::place_phrase(s.sites.front());
  }
  const std::size_t more = report.suspects.size() - 1;
  return more == 0 ? text : fmt::format("{}, and {} more leak{}", text, more, more == 1 ? "" : "s");
}

std::string sentence_of(const ReportGate& gate) {
  return gate.next_capture.empty() ? gate.reason : gate.reason + " " + gate.next_capture;
}

std::string test_case(const RcaReport& report, const ReportGate& gate) {
  const std::string suite = report.part.empty() ? "heapdiff.gates" : "heapdiff.gates." + report.part;
  std::string out = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\"", escape_xml(suite),
                                escape_xml(gate.expression));
  if (gate.status != GateStatus::failed && !is_open(gate)) {
    return out + "/>\n";
  }
  const char* element = gate.status == GateStatus::failed ? "failure" : "error";
  const std::string leak = gate.status == GateStatus::failed ? leak_of(report) : std::string();
  return out + fmt::format(">\n      <{} message=\"{}\" type=\"{}\">{}</{}>\n    </testcase>\n", element,
                           escape_xml(leak.empty() ? sentence_of(gate) : leak), schema_name(gate.status),
                           escape_lines((leak.empty() ? "" : sentence_of(gate) + "\n") + details_of(report)), element);
}

/// The schema of Ant requires all of these elements in this order. Jenkins, GitLab and GitHub's actions need fewer.
std::string document(const std::string& suite, std::size_t tests, std::size_t failures, std::size_t errors,
                     const std::string& stamp, const std::string& cases, const std::string& out) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite package=\"heapdiff\" id=\"0\" name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"0\" "
      "timestamp=\"{}\" hostname=\"localhost\">\n    <properties/>\n{}    <system-out>{}</system-out>\n"
      "    <system-err/>\n  </testsuite>\n</testsuites>\n",
      escape_xml(suite), tests, failures, errors, stamp.size() >= 19 ? stamp.substr(0, 19) : "1970-01-01T00:00:00",
      cases, escape_lines(out));
}

}  // namespace

std::string write_junit(const RcaReport& report) {
  std::vector<ReportGate> gates = report.gates;
  if (gates.empty() && report.comparison) {
    gates.push_back({"compare", GateStatus::held, report.headline, {}, {}, {}, false});
  } else if (gates.empty()) {
    ReportGate leak;
    leak.expression = "leak";
    leak.status = report.verdict == Verdict::leak      ? GateStatus::failed
                  : report.verdict == Verdict::no_leak ? GateStatus::held
                                                       : GateStatus::not_enough;
    leak.reason = report.reason;
    gates.push_back(std::move(leak));
  }
  std::string cases;
  std::string told;
  for (const ReportGate& gate : gates) {
    cases += test_case(report, gate);
    told += fmt::format("{}: {}: {}\n", gate.expression, schema_name(gate.status), sentence_of(gate));
  }
  for (const std::string& caution : report.cautions) {
    told += caution + "\n";
  }
  const auto failures =
      std::count_if(gates.begin(), gates.end(), [](const ReportGate& g) { return g.status == GateStatus::failed; });
  const auto errors = std::count_if(gates.begin(), gates.end(), is_open);
  return document(report.part.empty() ? "heapdiff" : "heapdiff " + report.part, gates.size(),
                  static_cast<std::size_t>(failures), static_cast<std::size_t>(errors),
                  report.snapshots.empty() ? std::string() : report.snapshots.back().captured_at.value_or(""), cases,
                  told);
}

}  // namespace formats

std::string junit_of_error(const std::vector<std::string>& gates, const std::string& message) {
  std::string cases;
  const std::vector<std::string> names = gates.empty() ? std::vector<std::string>{"leak"} : gates;
  for (const std::string& name : names) {
    cases += fmt::format(
        "    <testcase classname=\"heapdiff.gates\" name=\"{}\" time=\"0\">\n      <error message=\"{}\" "
        "type=\"no-answer\"/>\n    </testcase>\n",
        formats::escape_xml(name), formats::escape_xml(message));
  }
  return formats::document("heapdiff", names.size(), 0, names.size(), {}, cases, {});
}

}  // namespace heapdiff
