// A ticket for Jira, read on one screen: impact, line, why, evidence, fix, and how to check it. The rest is in files.

#include "compose/compose.h"
#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "model/private_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace heapdiff::compose {

using namespace model;

namespace {

constexpr std::size_t kMaxTicketComparisonRows = 4;  // of a comparison
constexpr std::size_t kMaxTicketCautions = 2;
constexpr std::size_t kMaxTicketRows = 5;
constexpr std::size_t kMaxFurther = 8;      // suspects after the first
constexpr std::size_t kMaxExplained = 3;    // with the first: those that say why
constexpr std::size_t kMaxTicketItems = 4;  // of a list

void impact(Document& out, const RcaReport& report) {
  const Tone tone = report.verdict == Verdict::leak      ? Tone::bad
                    : report.verdict == Verdict::no_leak ? Tone::good
                                                         : Tone::attention;
  std::string heap;
  if (!report.comparison) {
    heap = " Heap: " + heap_words(report);
    if (shows_growth(report) && !report.suspects.empty() && report.suspects.front().rate) {
      const ReportSuspect& first = report.suspects.front();
      const std::string of =
          report.suspects.size() == 1 ? "It grows by" : fmt::format("{} 1 grows by", suspect_word(first));
      heap = fmt::format(" {} {}, confidence {}.", of, format_rate(first.rate), schema_name(first.confidence)) + heap;
    }
  }
  if (report.heap_per_operation) {
    heap += ", " + format_rate(report.heap_per_operation, "/op");
  }
  if (report.hours_to_limit) {
    heap += fmt::format("; its limit is reached {:.1f} hours after the last snapshot", *report.hours_to_limit);
  }
  const std::string reason = report.verdict == Verdict::leak ? std::string() : " " + report.reason;
  out.panel(tone, {strong(report.headline), plain(reason + (heap.empty() ? heap : heap + "."))});
}

std::string origin_words(const RcaReport& report) {
  return fmt::format("{}, analysed with heapdiff {}", program_words(report), report.tool_version);
}

/// At most `most` items; the last one says how many more there are.
std::vector<Spans> first_items(const std::vector<std::string>& texts, std::size_t most) {
  std::vector<std::string> shown(texts.begin(),
                                 texts.begin() + static_cast<std::ptrdiff_t>(std::min(texts.size(), most)));
  if (texts.size() > most) {
    shown.back() += fmt::format(" (And {} more, in the full report.)", texts.size() - most);
  }
  return lines_of(shown);
}

void what_to_do(Document& out, const RcaReport& report, const ReportSuspect& s, const std::string& attached) {
  std::vector<Spans> items;
  Spans fix{strong(report.verdict == Verdict::leak || report.comparison ? "Fix: " : "Fix, if it is a leak: ")};
  const Spans words = fix_spans(s);
  fix.insert(fix.end(), words.begin(), words.end());
  if (!s.fix_frees_text.empty()) {
    const Spans frees = named_spans(s.fix_frees_text);
    fix.push_back(plain(" "));
    fix.insert(fix.end(), frees.begin(), frees.end());
  }
  items.push_back(std::move(fix));
  if (!s.commit_text.empty()) {
    items.push_back({strong("Commit: "), plain(s.commit_text)});
  }
  if (report.verdict == Verdict::leak) {
    const std::size_t count = report.snapshots.size();
    const bool uncertain = is_uncertain(report);
    const std::string first =
        uncertain ? fmt::format("a {} snapshot before the fix, to be sure; then ", ordinal(count + 1)) : "";
    items.push_back({strong("Verification: "),
                     plain(fmt::format("{}take {} snapshots of the fixed program under the same load; ", first,
                                       count + (uncertain ? 1 : 0))),
                     code(std::string(kVerifyCommand)), plain(" compares the two folders.")});
  }
  items.push_back({strong("Signature: "), code(s.signature), plain(", the same in each ticket on this leak")});
  items.push_back({strong("From: "), plain(origin_words(report))});
  if (attached.empty()) {
    items.push_back({strong("More: "), plain("heapdiff on these snapshots with "), code("-o html=FILE"),
                     plain(" writes a page with all evidence, the regression test, metrics and alerts.")});
  } else {
    items.push_back({strong("More: "), plain("the attached "), code(attached),
                     plain(" has all evidence, the regression test, metrics and alerts.")});
  }
  out.bullets(std::move(items));
}

void gates(Document& out, const RcaReport& report) {
  std::vector<std::string> texts;
  for (const ReportGate& g : report.gates) {
    texts.push_back(fmt::format("Gate {}: {}. {}", g.expression, schema_name(g.status), g.reason));
  }
  std::vector<std::string> known;
  for (const ReportKnownLeak& k : report.known_leaks) {
    known.push_back(fmt::format("Known leaks: {}: {}", schema_name(k.state), k.text));
  }
  std::vector<Spans> items = first_items(texts, kMaxTicketItems);
  const std::vector<Spans> more = first_items(known, kMaxTicketItems);
  items.insert(items.end(), more.begin(), more.end());
  if (!items.empty()) {
    out.bullets(std::move(items));
  }
}

void further_suspects(Document& out, const RcaReport& report) {
  std::vector<Spans> lines;
  for (std::size_t i = 1; i < report.suspects.size() && i <= kMaxFurther; ++i) {
    const ReportSuspect& s = report.suspects[i];
    Spans line{strong(fmt::format("{} {}: ", suspect_word(s), i + 1)), plain(s.title)};
    if (!s.sites.empty()) {
      const Spans place = place_spans(s.sites.front());
      line.push_back(plain(s.sites.front().precision == SitePrecision::statement ? ", at " : ", "));
      line.insert(line.end(), place.begin(), place.end());
    }
    line.push_back(plain(": " + size_words(s) + "."));
    if (i < kMaxExplained) {
      line.push_back(plain(" " + s.why + " "));
      line.push_back(strong(report.verdict == Verdict::leak || report.comparison ? "Fix: " : "Fix, if it is a leak: "));
      const Spans fix = fix_spans(s);
      line.insert(line.end(), fix.begin(), fix.end());
      line.push_back(plain(" Signature: "));
      line.push_back(code(s.signature));
    }
    lines.push_back(std::move(line));
  }
  if (report.suspects.size() > kMaxFurther + 1) {
    lines.push_back({plain(fmt::format("And {} more, in the full report.", report.suspects.size() - kMaxFurther - 1))});
  }
  if (!lines.empty()) {
    out.paragraph({strong(shows_growth(report) ? "Further suspects:" : "Further accumulations:")});
    out.bullets(std::move(lines));
  }
}

}  // namespace

Document compose_ticket(const RcaReport& whole, const std::string& attached) {
  // Whoever reads a ticket need not know the folders of the machines that captured and analysed.
  const RcaReport report = without_private_paths(whole);
  Document out;
  impact(out, report);
  if (!report.cautions.empty()) {
    out.bullets(first_items(report.cautions, kMaxTicketCautions));
  }
  if (report.comparison) {
    compose_comparison(out, report, kMaxTicketComparisonRows, 2, false);
  }
  if (report.suspects.empty()) {
    // The first one may be the reason of the verdict.
    std::vector<std::string> ruled_out = report.ruled_out;
    std::erase_if(ruled_out, [&](const std::string& text) {
      return text.size() > 1 && report.reason.starts_with(std::string_view(text).substr(0, text.size() - 1));
    });
    if (!ruled_out.empty()) {
      out.paragraph({strong("Ruled out:")});
      out.bullets(first_items(ruled_out, kMaxTicketItems));
    }
  } else {
    const ReportSuspect& first = report.suspects.front();
    compose_line(out, first, 1);
    out.paragraph({strong("Why: "), plain(first.why)});
    if (shows_growth(report)) {
      compose_growth(out, report, first, kMaxTicketRows);
    } else {
      out.paragraph({strong("Evidence: "), plain(first.evidence)});
    }
    compose_path_around_holder(out, first);
    what_to_do(out, report, first, attached);
  }
  gates(out, report);
  further_suspects(out, report);
  if (!report.next_steps.empty()) {
    out.paragraph({strong("To capture next:")});
    out.bullets(first_items(report.next_steps, kMaxTicketItems));
  }
  if (report.suspects.empty()) {
    out.paragraph({plain(origin_words(report) + ".")});
  }
  return out;
}

}  // namespace heapdiff::compose
