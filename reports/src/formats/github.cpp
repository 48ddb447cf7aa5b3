#include "compose/report_words.h"
#include "formats/ci_writers.h"
#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <map>

namespace heapdiff::formats {

namespace {

constexpr std::size_t kMaxOfAKind = 10;

/// The message after "::". A line end would end the command.
std::string data(const std::string& text) {
  std::string out;
  for (const char c : without_log_commands(visible_text(text))) {
    out += c == '%' ? "%25" : c == '\r' ? "%0D" : c == '\n' ? "%0A" : std::string(1, c);
  }
  return out;
}

/// The value of a property. A comma or colon would end it too.
std::string property(const std::string& text) {
  std::string out;
  for (const char c : data(text)) {
    out += c == ':' ? "%3A" : c == ',' ? "%2C" : std::string(1, c);
  }
  return out;
}

class Commands {
 public:
  void add(const std::string& kind, const std::string& properties, const std::string& message) {
    if (shown_[kind]++ < kMaxOfAKind) {
      out_ += fmt::format("::{} {}::{}\n", kind, properties, data(message));
    }
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::map<std::string, std::size_t> shown_;
  std::string out_;
};

}  // namespace

std::string write_github(const RcaReport& report) {
  Commands commands;
  for (const ReportGate& gate : report.gates) {
    const std::string kind = gate.status == GateStatus::failed ? "error"
                             : gate.status == GateStatus::held ? "notice"
                                                               : "warning";
    commands.add(kind, "title=" + property(fmt::format("heapdiff {}: {}", gate.expression, schema_name(gate.status))),
                 gate.next_capture.empty() ? gate.reason : gate.reason + " " + gate.next_capture);
  }
  if (report.gates.empty() && report.comparison) {
    commands.add("notice", "title=" + property("heapdiff: compared"), report.headline);
  } else if (report.gates.empty()) {
    commands.add(report.verdict == Verdict::no_leak ? "notice" : "warning",
                 "title=" + property(std::string("heapdiff: ") + schema_name(report.verdict)), report.headline);
  }
  for (const std::string& caution : report.cautions) {
    commands.add("warning", "title=heapdiff", caution);
  }
  for (const ReportSuspect& s : report.suspects) {
    std::string precision;
    std::string place = "title=" + property(fmt::format("{}: {}", compose::suspect_name(s), s.kind));
    if (!s.sites.empty()) {
      const ReportSite& site = s.sites.front();
      place = fmt::format("file={},line={}{},{}", property(repository_path(report, site)), site.line,
                          site.column ? fmt::format(",col={}", *site.column) : "", place);
      precision = compose::precision_words(site);
      precision = precision.empty() ? precision : fmt::format(" This line is {}.", precision);
    }
    commands.add(s.proven ? "error" : "warning", place,
                 fmt::format("{}. {}{} {}", s.title, compose::size_sentence(s), precision, s.fix));
  }
  return commands.take();
}

}  // namespace heapdiff::formats
