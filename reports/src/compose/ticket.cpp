// A ticket for Jira. The answer comes first and the tables last, because a text that exceeds Jira's limit is cut at the
// end.

#include "compose/compose.h"
#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

namespace heapdiff::compose {

using namespace model;

namespace {

constexpr std::size_t kMaxSuspects = 8;

void further_suspects(Document& out, const RcaReport& report) {
  if (report.suspects.size() < 2) {
    return;
  }
  out.heading(2, {plain("Further suspects")});
  std::vector<Spans> lines;
  for (std::size_t i = 1; i < report.suspects.size() && i <= kMaxSuspects; ++i) {
    const ReportSuspect& s = report.suspects[i];
    Spans line{strong(s.title)};
    if (!s.sites.empty()) {
      line.push_back(plain(", at "));
      line.push_back(code(fmt::format("{}:{}", s.sites.front().file, s.sites.front().line)));
    }
    line.push_back(plain(fmt::format(": {}, {}", format_bytes(static_cast<double>(s.growth_bytes)),
                                     format_growth_rate(s.rate, s.per_step))));
    lines.push_back(std::move(line));
  }
  if (report.suspects.size() > kMaxSuspects + 1) {
    lines.push_back({plain(fmt::format("and {} more, in the full report", report.suspects.size() - kMaxSuspects - 1))});
  }
  out.bullets(std::move(lines));
}

/// The first items of a list, and how many more there are: a ticket is read on one screen.
void short_list(Document& out, const std::vector<std::string>& items) {
  constexpr std::size_t kMaxItems = 12;
  std::vector<Spans> lines;
  for (std::size_t i = 0; i < items.size() && i < kMaxItems; ++i) {
    lines.push_back({plain(items[i])});
  }
  if (items.size() > kMaxItems) {
    lines.push_back({plain(fmt::format("and {} more, in the full report", items.size() - kMaxItems))});
  }
  out.bullets(std::move(lines));
}

}  // namespace

Document compose_ticket(const RcaReport& report) {
  Document out;
  out.heading(1, {plain(title_words(report))});
  compose_verdict(out, report);
  compose_gates(out, report, 2);
  const ReportSuspect* first = report.suspects.empty() ? nullptr : &report.suspects.front();
  if (first != nullptr) {
    out.heading(2, {plain("Root cause")});
    compose_line(out, *first);
    out.paragraph({strong("Why: "), plain(first->why)});
    compose_evidence(out, *first);
  }
  out.heading(2, {plain("Leak rate")});
  compose_rates(out, report);
  if (!report.ruled_out.empty()) {
    out.heading(2, {plain("Ruled out")});
    short_list(out, report.ruled_out);
  }
  further_suspects(out, report);
  if (!report.limits_of_evidence.empty() || !report.next_steps.empty()) {
    out.heading(2, {plain("What the evidence cannot show, and what to capture next")});
    short_list(out, report.limits_of_evidence);
    short_list(out, report.next_steps);
  }
  if (first != nullptr && first->kit) {
    compose_fix_pattern(out, *first->kit, 2);
    compose_runbook(out, *first->kit, 2);
    compose_test(out, *first->kit, 2);
    compose_monitoring(out, *first->kit, 2);
  }
  if (first != nullptr) {
    compose_path(out, *first, 2);
    compose_other_lines(out, *first, 2);
  }
  if (!report.warnings.empty()) {
    out.heading(2, {plain("Warnings")});
    short_list(out, report.warnings);
  }
  out.heading(2, {plain("Heap at each snapshot")});
  compose_heap(out, report);
  compose_tables(out, report, 2);
  if (!report.self_check.empty()) {
    out.heading(2, {plain("Self-check")});
    short_list(out, report.self_check);
  }
  out.heading(2, {plain("Inputs")});
  compose_inputs(out, report);
  if (first != nullptr && first->kit) {
    out.heading(2, {plain("Datadog dashboard")});
    compose_dashboard(out, *first->kit);
  }
  return out;
}

}  // namespace heapdiff::compose
