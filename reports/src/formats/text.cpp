// The report for a terminal. The first screen is the answer: how bad, how fast, which line.

#include "formats/text.h"

#include "compose/report_words.h"
#include "formats/code_lines.h"
#include "formats/text_parts.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace heapdiff::formats {

using namespace compose;

namespace {

const char* verdict_color(const RcaReport& report) {
  return report.verdict == Verdict::leak ? "1;31" : report.verdict == Verdict::no_leak ? "1;32" : "1;33";
}

void write_gates(TextWriter& out, const RcaReport& report) {
  if (!report.gates.empty()) {
    out.heading("GATES");
  }
  for (const ReportGate& g : report.gates) {
    const char* color = g.status == GateStatus::failed ? ink::kBad
                        : g.status == GateStatus::held ? ink::kGood
                                                       : ink::kAttention;
    out.wrap("  ", fmt::format("{}: {}", g.expression, schema_name(g.status)), color);
    out.wrap("    ", g.next_capture.empty() ? g.reason : g.reason + " " + g.next_capture);
  }
  if (!report.known_leaks.empty()) {
    out.heading("KNOWN LEAKS");
  }
  for (const ReportKnownLeak& k : report.known_leaks) {
    out.wrap("  - ", fmt::format("{}: {}", schema_name(k.state), k.text));
  }
}

void write_rates(TextWriter& out, const RcaReport& report) {
  out.heading(is_one_file(report.ages) ? "GROWTH OF OBJECTS STILL ALIVE" : "LEAK RATE");
  std::vector<double> sizes;
  for (const ReportSnapshot& s : report.snapshots) {
    sizes.push_back(static_cast<double>(s.self_size_bytes));
  }
  const bool one_file = is_one_file(report.ages);
  std::string heap = format_growth_rate(report.heap_rate, report.heap_per_step);
  if (!sizes.empty()) {
    heap += fmt::format("  {}  {} → {}", sparkline(sizes), format_bytes(sizes.front()), format_bytes(sizes.back()));
  }
  if (!one_file) {
    out.wrap(text_label("heap"), heap, report.verdict == Verdict::leak ? ink::kBad : "");
  }
  if (report.heap_per_operation) {
    out.wrap(text_label("per op"), format_rate(report.heap_per_operation, "/op"));
  }
  if (report.off_heap_rate && off_heap_matters(report)) {
    out.wrap(text_label("off-heap"), format_rate(report.off_heap_rate) + ", part of the heap's");
  }
  for (std::size_t i = 0; i < report.suspects.size() && i < 3; ++i) {
    out.wrap(text_label(fmt::format("{} {}", one_file ? "place" : "suspect", i + 1)),
             format_growth_rate(report.suspects[i].rate, report.suspects[i].per_step));
  }
  for (const std::string& note : report.rate_notes) {
    out.wrap(text_label("note"), note, is_contradiction(note) ? ink::kAttention : "");
  }
  out.wrap(text_label("method"), report.rate_method, ink::kDim, ink::kDim);
}

/// The fix as code. The rest of the kit belongs into files, so that only its names are printed.
void write_kit(TextWriter& out, const RepairKit& kit) {
  out.heading("FIX PATTERN");
  out.wrap("  ", kit.pattern);
  for (const auto& [title, text, color] :
       {std::tuple{"before", &kit.before, ink::kBad}, {"after", &kit.after, ink::kGood}}) {
    if (text->empty()) {
      continue;
    }
    out.line(out.style(color, fmt::format("  {}", title)));
    // The program's own statement stays as it is.
    const std::string folded =
        text == &kit.before ? *text : fold_comments(*text, out.width() - std::min<std::size_t>(out.width() - 1, 4));
    std::string_view rest = folded;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::size_t first = std::min(rest.find_first_not_of(' '), end);
      out.wrap(std::string(4 + first, ' '), rest.substr(first, end - first));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  out.heading("RUNBOOK");
  for (std::size_t i = 0; i < kit.runbook.size(); ++i) {
    std::string line = kit.runbook[i];
    std::erase(line, '`');  // a terminal does not show code in another way
    out.wrap(fmt::format("  {}. ", i + 1), line);
  }
  out.wrap("  ",
           fmt::format("With -o markdown=FILE also: the regression test {}, the metric {} with Prometheus rules, a "
                       "Datadog monitor and a dashboard. -o postmortem=FILE arranges it for the review.",
                       kit.test_file, kit.metric),
           ink::kDim);
}

void write_list(TextWriter& out, std::string_view title, const std::vector<std::string>& items) {
  if (items.empty()) {
    return;
  }
  out.heading(title);
  for (const std::string& item : items) {
    out.wrap("  - ", item);
  }
}

}  // namespace

std::string render_text(const RcaReport& report, const RenderOptions& options) {
  TextWriter out(options);
  out.line(out.style(verdict_color(report), verdict_words(report)));
  out.wrap("", headline_words(report), "1");
  out.wrap("", report.reason);
  for (const std::string& caution : report.cautions) {
    out.wrap("! ", caution, ink::kAttention);
  }
  write_gates(out, report);
  if (report.comparison) {
    write_text_comparison(out, report);
  } else if (shows_growth(report)) {
    write_rates(out, report);
  }
  for (std::size_t i = 0; i < report.suspects.size(); ++i) {
    write_text_suspect(out, report.suspects[i], i + 1);
  }
  write_list(out, "RULED OUT", report.ruled_out);
  write_text_rows(out, "CONSTRUCTORS THAT GREW", report.constructors, true);
  write_text_rows(out, "CLOSURES THAT GREW", report.closures, true);
  write_text_rows(out, "LISTENERS THAT GREW", report.listeners, false);
  if (!report.comparison) {
    write_text_owners(out, report);
    write_text_chart(out, report);
  }
  write_list(out, "WHAT THE EVIDENCE CANNOT SHOW", report.limits_of_evidence);
  write_list(out, "NEXT CAPTURES TO TAKE", report.next_steps);
  if (!report.suspects.empty() && report.suspects.front().kit) {
    write_kit(out, *report.suspects.front().kit);
  }
  write_list(out, "SELF-CHECK", report.self_check);
  write_list(out, "WARNINGS", report.warnings);
  write_text_inputs(out, report);
  return out.take();
}

}  // namespace heapdiff::formats
