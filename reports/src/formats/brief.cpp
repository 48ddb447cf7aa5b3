#include "formats/brief.h"

#include "compose/report_words.h"
#include "formats/text_parts.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace heapdiff::formats {

using namespace compose;

namespace {

constexpr std::size_t kMaxBriefRows = 4;  // of a comparison

constexpr std::size_t kMaxBriefSuspects = 3;
constexpr unsigned kMinWidthOfMarks = 42;  // the writer's smallest width and the mark

/// How soon a part is cut where the page is too long.
enum class Keep { always, late, early };

/// Lines that belong together.
struct BriefPart {
  Keep keep = Keep::always;
  std::size_t least = 1;  ///< lines that stay
  std::vector<std::string> lines;
};

class BriefPage {
 public:
  explicit BriefPage(const RenderOptions& options) : options_(options), marks_cuts_(options.width >= kMinWidthOfMarks) {
    options_.width -= marks_cuts_ ? 2 : 0;  // room for the mark
  }

  [[nodiscard]] const RenderOptions& options() const { return options_; }

  void add(Keep keep, std::size_t least, const std::function<void(TextWriter&)>& write) {
    TextWriter out(options_);
    out.cut_long_paths();
    write(out);
    const std::string text = out.take();
    BriefPart part{keep, least, {}};
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      part.lines.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (!part.lines.empty()) {
      parts_.push_back(std::move(part));
    }
  }

  /// Cuts lines until at most `most` are left, or until only what always stays is left.
  [[nodiscard]] std::string take(std::size_t most) {
    for (const Keep keep : {Keep::early, Keep::late, Keep::always}) {
      while (line_count() > most && cut_one(keep)) {
      }
    }
    std::string page;
    for (const BriefPart& part : parts_) {
      for (const std::string& line : part.lines) {
        page += line + "\n";
      }
    }
    return page;
  }

 private:
  [[nodiscard]] std::size_t line_count() const {
    std::size_t count = 0;
    for (const BriefPart& part : parts_) {
      count += part.lines.size();
    }
    return count;
  }

  /// Takes away the first part of this importance that need not stay, else the last line of the longest part: half a
  /// sentence helps less than a whole one does. Returns whether there was one.
  bool cut_one(Keep keep) {
    const auto spare = std::find_if(parts_.begin(), parts_.end(), [&](const BriefPart& part) {
      return part.keep == keep && part.least == 0 && !part.lines.empty();
    });
    if (spare != parts_.end()) {
      spare->lines.clear();
      return true;
    }
    BriefPart* longest = nullptr;
    for (BriefPart& part : parts_) {
      if (part.keep == keep && part.lines.size() > part.least &&
          (longest == nullptr || part.lines.size() >= longest->lines.size())) {
        longest = &part;
      }
    }
    if (longest == nullptr) {
      return false;
    }
    longest->lines.pop_back();
    if (marks_cuts_ && !longest->lines.empty()) {
      mark_cut(longest->lines.back());
    }
    return true;
  }

  /// Ends a line after which text was cut: at the last whole sentence where that is most of the line, else with a mark.
  static void mark_cut(std::string& line) {
    constexpr std::string_view kPlain = "\x1b[0m";
    const bool styled = line.ends_with(kPlain);
    line.resize(line.size() - (styled ? kPlain.size() : 0));
    if (const std::size_t sentence = line.rfind(". "); sentence != std::string::npos && 2 * sentence > line.size()) {
      line.resize(sentence + 1);
    } else if (!line.ends_with("…") && !line.ends_with('.')) {
      for (const std::string_view open : {", at", " at", ","}) {  // leads to what was cut
        line.resize(line.size() - (line.ends_with(open) ? open.size() : 0));
      }
      line += " …";
    }
    line += styled ? kPlain : std::string_view();
  }

  RenderOptions options_;
  bool marks_cuts_;
  std::vector<BriefPart> parts_;
};

/// "read()": a name that is a word could be taken for one of the sentence.
std::string function_words(const std::string& function) {
  const bool is_name = function.find_first_of(" ()<>") == std::string::npos;
  return is_name ? function + "()" : function;
}

std::string brief_place(const ReportSite& site) {
  const std::string precision = precision_words(site);
  return fmt::format("{}:{}{}{}", site.file, site.line,
                     site.function.empty() ? "" : " in " + function_words(site.function),
                     precision.empty() ? "" : ": " + precision);
}

/// The marked line of code; with its neighbours where there is room.
void add_code(BriefPage& page, const ReportSite& site, bool neighbours) {
  const auto marked = std::find_if(site.excerpt.begin(), site.excerpt.end(), [](const auto& e) { return e.marked; });
  if (marked == site.excerpt.end()) {
    return;
  }
  std::size_t margin = std::string::npos;
  for (const ExcerptLine& line : site.excerpt) {
    margin = std::min(margin, line.text.find_first_not_of(' '));
  }
  const auto write = [margin](const ExcerptLine& line, TextWriter& out) {
    const std::string lead = fmt::format("           {} {:>4} | ", line.marked ? ">" : " ", line.line);
    const std::string_view code = std::string_view(line.text).substr(std::min(margin, line.text.size()));
    const std::size_t first = std::min(code.find_first_not_of(' '), code.size());
    if (line.marked) {
      out.wrap(lead + std::string(first, ' '), code.substr(first), ink::kBad, ink::kBad);
    } else if (first != code.size()) {
      out.line(out.style(ink::kDim, out.fit(lead + std::string(code), 0)));
    }
  };
  if (neighbours && marked != site.excerpt.begin()) {
    page.add(Keep::early, 0, [&](TextWriter& out) { write(*(marked - 1), out); });
  }
  page.add(Keep::late, 1, [&](TextWriter& out) { write(*marked, out); });
  if (neighbours && marked + 1 != site.excerpt.end()) {
    page.add(Keep::early, 0, [&](TextWriter& out) { write(*(marked + 1), out); });
  }
}

void add_labelled(BriefPage& page, Keep keep, std::size_t least, std::string_view label, const std::string& text,
                  std::string_view color = {}) {
  if (!text.empty()) {
    page.add(keep, least, [&](TextWriter& out) { out.wrap(text_label(label), text, color); });
  }
}

/// "600 → 2,025 → 6,300"; of a long series the first, the middle and the last value.
std::string counts_text(const ReportCounter& counter) {
  constexpr std::size_t kShown = 6;
  const std::vector<std::int64_t>& values = counter.values;
  if (values.empty()) {
    return {};
  }
  std::string text = format_count(values.front());
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values.size() <= kShown || i == values.size() / 2 || i + 1 == values.size()) {
      text += (values.size() <= kShown ? " → " : " → … → ") + format_count(values[i]);
    }
  }
  return fmt::format("{}: {}", text, counter.label);
}

void add_suspect(BriefPage& page, const ReportSuspect& s, std::size_t number, bool several, bool proven,
                 bool shows_growth) {
  page.add(Keep::always, 1, [](TextWriter& out) { out.line(""); });
  if (several) {
    page.add(Keep::late, 1, [&](TextWriter& out) { out.wrap(fmt::format("{}. ", number), s.title, ink::kHeading); });
  }
  if (s.sites.empty()) {
    add_labelled(page, Keep::late, 1, "line", "not known: no source position could be derived");
  } else {
    add_labelled(page, Keep::late, 1, site_label(s.sites.front()), brief_place(s.sites.front()), "1;31");
    add_code(page, s.sites.front(), number == 1);
  }
  const std::string sure = proven && s.confidence != Confidence::high && shows_growth
                               ? fmt::format(", {} confidence", schema_name(s.confidence))
                               : std::string();
  add_labelled(page, Keep::late, 1, s.ages == AgeSource::structure ? "keeps" : "grew", size_words(s) + sure);
  if (!s.counters.empty()) {
    add_labelled(page, Keep::early, 0, "count", counts_text(s.counters.front()));
  }
  add_labelled(page, Keep::late, 1, "why", std::string(first_sentences(s.why, 2)));
  std::string fix = s.fix;
  std::erase(fix, '`');
  add_labelled(page, Keep::late, 1, proven ? "fix" : "if a leak", fix, ink::kAttention);
  add_labelled(page, Keep::early, 1, "frees", std::string(first_sentences(s.fix_frees_text, 1)), ink::kGood);
  add_labelled(page, Keep::late, 1, "commit", s.commit_text);
}

void add_gates(BriefPage& page, const RcaReport& report) {
  for (const ReportGate& g : report.gates) {
    const char* color = g.status == GateStatus::failed ? ink::kBad
                        : g.status == GateStatus::held ? ink::kGood
                                                       : ink::kAttention;
    const std::string text = fmt::format("{}: {}. {}", g.expression, schema_name(g.status), g.reason);
    page.add(Keep::late, 1, [&](TextWriter& out) { out.wrap("gate  ", text, color); });
  }
}

std::size_t rows_that_matter(const ReportComparison& comparison) {
  return static_cast<std::size_t>(std::count_if(comparison.rows.begin(), comparison.rows.end(),
                                                [](const ReportCompareRow& row) { return !row.is_noise; }));
}

/// When the heap reaches its limit; empty where no limit was given.
std::string limit_text(const RcaReport& report) {
  const auto limit = std::find_if(report.rate_notes.begin(), report.rate_notes.end(), [](const std::string& note) {
    return note.find("he limit of ") != std::string::npos;
  });
  return limit == report.rate_notes.end() ? std::string() : *limit;
}

std::string next_step(const RcaReport& report) {
  if (!report.next_steps.empty()) {
    std::string next(first_sentences(report.next_steps.front(), 1));
    std::erase(next, '`');
    return next;
  }
  if (report.verdict == Verdict::no_leak) {
    return "If the process still grows: snapshots over a longer time, and --memory-usage FILE with its "
           "process.memoryUsage() at several times.";
  }
  if (report.verdict != Verdict::leak) {
    return {};
  }
  const char* const what = report.suspects.size() > 1 ? "leaks" : "leak";
  const std::size_t count = report.snapshots.size();
  if (is_uncertain(report)) {
    return fmt::format("Take a {} snapshot to be sure. Then fix the {}, take {} under the same load, and compare:",
                       ordinal(count + 1), what, count + 1);
  }
  return fmt::format("Fix the {}, take {} snapshots under the same load, and compare:", what, count);
}

}  // namespace

std::size_t most_brief_lines(unsigned width, std::size_t suspects) {
  constexpr std::size_t kEachFurther = 12;
  const std::size_t shown = std::clamp<std::size_t>(suspects, 1, kMaxBriefSuspects);
  return (width >= 80 ? 25 : width >= 60 ? 35 : 45) + (shown - 1) * kEachFurther;
}

std::string_view first_sentences(std::string_view text, std::size_t count) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    quoted = c == '"' ? !quoted : quoted;
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    const bool ends = c == '.' && !quoted && depth <= 0 && i + 2 < text.size() && text[i + 1] == ' ' &&
                      !(text[i + 2] >= 'a' && text[i + 2] <= 'z');
    if (ends && --count == 0) {
      return text.substr(0, i + 1);
    }
  }
  return text;
}

std::string render_brief(const RcaReport& report, const RenderOptions& options) {
  BriefPage page(options);
  const char* color = report.verdict == Verdict::leak ? "1;31" : report.verdict == Verdict::no_leak ? "1;32" : "1;33";
  const std::string verdict = std::string(verdict_words(report)) + "  ";
  page.add(Keep::late, 2, [&](TextWriter& out) {
    constexpr std::size_t kMaxLead = 16;  // text that is indented further is hard to read
    if (verdict.size() > kMaxLead) {
      out.wrap("", verdict_words(report), color);
    }
    const bool same_line = verdict.size() <= kMaxLead;
    out.wrap(same_line ? verdict : "", headline_words(report), "1", same_line ? color : "");
  });
  for (const std::string& caution : report.cautions) {
    page.add(Keep::late, 2, [&](TextWriter& out) { out.wrap("! ", caution, ink::kAttention); });
  }
  for (const std::string& note : report.rate_notes) {
    if (is_contradiction(note)) {
      page.add(Keep::late, 2, [&](TextWriter& out) { out.wrap("! ", note, ink::kAttention); });
    }
  }
  add_gates(page, report);
  if (report.verdict != Verdict::leak) {
    // One row that matters is the suspect below.
    const bool rows = report.comparison && (rows_that_matter(*report.comparison) != 1 || report.suspects.empty());
    page.add(Keep::late, 2, [&](TextWriter& out) {
      out.wrap("", report.comparison && !rows ? std::string(first_sentences(report.reason, 1)) : report.reason);
    });
    if (rows) {
      page.add(Keep::always, 1,
               [&](TextWriter& out) { write_text_compare_rows(out, report, kMaxBriefRows, CompareNoise::left_out); });
    } else if (!report.comparison) {
      add_labelled(page, Keep::early, 1, "heap", heap_words(report));
    }
  } else {
    // The rates of the suspects need not add up to that of the heap.
    add_labelled(page, Keep::early, 1, "heap", heap_words(report));
  }
  add_labelled(page, Keep::late, 1, "limit", limit_text(report));
  const std::size_t shown = std::min(report.suspects.size(), kMaxBriefSuspects);
  const bool proven = report.verdict == Verdict::leak || report.comparison;
  for (std::size_t i = 0; i < shown; ++i) {
    add_suspect(page, report.suspects[i], i + 1, report.suspects.size() > 1, proven, !report.comparison);
  }
  page.add(Keep::always, 1, [](TextWriter& out) { out.line(""); });
  const std::string next = next_step(report);
  if (!next.empty()) {
    // A command has a line of its own, so that it can be copied.
    const bool verifies = next.back() == ':';
    page.add(Keep::late, verifies ? 3 : 2, [&](TextWriter& out) {
      out.wrap("next  ", next);
      if (verifies) {
        out.wrap("      ", kVerifyCommand);
      }
    });
  }
  const std::string more = report.suspects.size() > shown
                               ? fmt::format("{} more {} and all evidence", report.suspects.size() - shown,
                                             is_one_file(report.ages) ? "accumulations" : "suspects")
                               : std::string("All evidence");
  page.add(Keep::always, 1, [&](TextWriter& out) {
    out.wrap("", more + ": --full; as a page to click through: -o html=FILE", ink::kDim);
  });
  return page.take(most_brief_lines(options.width, report.suspects.size()));
}

}  // namespace heapdiff::formats
