// The short answer for a terminal: its size, its order, and what it says.

#include "formats/brief.h"

#include "formats/ascii_marks.h"
#include "model/columns.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

using namespace heapdiff;
using formats::first_sentences;
using formats::in_ascii;
using formats::most_brief_lines;
using formats::render_brief;

namespace {

std::vector<std::string> brief_lines(const RcaReport& report, unsigned width) {
  std::istringstream text(render_brief(report, {.width = width}));
  std::vector<std::string> lines;
  for (std::string line; std::getline(text, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// A report whose every text is several lines long.
RcaReport wordy_report(std::size_t suspects) {
  std::string words;
  for (int i = 0; i < 60; ++i) {
    words += "Sentence number " + std::to_string(i) + " of a long text. ";
  }
  RcaReport report = test::sample_report(words);
  report.cautions = {words, words, words};
  report.suspects.resize(suspects, report.suspects.front());
  return report;
}

}  // namespace

TEST_CASE("the short answer fits its lines at every width, however long the texts") {
  for (const std::size_t suspects : {1U, 2U, 3U, 7U}) {
    const RcaReport report = wordy_report(suspects);
    for (unsigned width = 40; width <= 200; width += 5) {
      CAPTURE(suspects);
      CAPTURE(width);
      const std::vector<std::string> lines = brief_lines(report, width);
      CHECK(lines.size() <= most_brief_lines(width, suspects));
      CHECK(std::all_of(lines.begin(), lines.end(),
                        [&](const std::string& line) { return model::columns_of(line) <= width; }));
      CHECK(lines.front().starts_with("LEAK  "));
      CHECK(render_brief(report, {.width = width}).find("--full") != std::string::npos);
    }
  }
  CHECK(most_brief_lines(80, 1) == 25);
  CHECK(most_brief_lines(60, 1) == 35);
  CHECK(most_brief_lines(80, 2) == 37);
  CHECK(most_brief_lines(80, 9) == 49);
}

TEST_CASE("a number and its unit are on one line, and so are an option and its value") {
  std::string words;
  for (int i = 0; i < 40; ++i) {
    words += "It grew by " + std::to_string(i * 37) + " kB, " + std::to_string(i) + ".5 MB/h (95 % " +
             std::to_string(i) + " kB to 7 GB/op) with -o html=FILE. ";
  }
  RcaReport report = test::sample_report("x");
  report.suspects.resize(1);
  report.suspects.front().why = words;
  report.suspects.front().fix = words;
  report.cautions = {words};
  for (unsigned width = 60; width <= 160; ++width) {
    for (const std::string& line : brief_lines(report, width)) {
      const std::size_t first = std::min(line.find_first_not_of(' '), line.size());
      const std::string word = line.substr(first, line.find_first_of(" ,)/", first) - first);
      CHECK_MESSAGE((word != "kB" && word != "MB" && word != "GB" && word != "%" && word != "html=FILE"), line);
      CHECK_FALSE(line.ends_with(" -o"));
    }
  }
}

TEST_CASE("the command that proves a fix is on a line of its own, also in a long report") {
  for (RcaReport report : {test::sample_report("x"), wordy_report(1), wordy_report(3)}) {
    report.next_steps.clear();
    for (unsigned width = 60; width <= 160; width += 10) {
      const std::vector<std::string> lines = brief_lines(report, width);
      CHECK(std::count(lines.begin(), lines.end(), "      heapdiff verify --before OLD/ --after NEW/") == 1);
    }
  }
}

TEST_CASE("what changes how to read the answer stands above it") {
  RcaReport report = test::sample_report("words");
  report.cautions = {"The ids prove another order."};
  report.rate_notes = {"Contradiction: monitoring saw 3 GB/h.", "The smallest rate that can be shown is 1 MB/h."};
  const std::string text = render_brief(report, {.width = 100});
  CHECK(text.find("! The ids prove") < text.find("line"));
  CHECK(text.find("! Contradiction") < text.find("line"));
  CHECK(text.find("smallest rate") == std::string::npos);
}

TEST_CASE("of several suspects three are shown, and the others counted") {
  const std::string text = render_brief(wordy_report(5), {.width = 160});
  CHECK(text.find("\n3. ") != std::string::npos);
  CHECK(text.find("\n4. ") == std::string::npos);
  CHECK(text.find("2 more suspects") != std::string::npos);
}

TEST_CASE("sentences end at a full stop that a capital follows, outside of quotes and brackets") {
  CHECK(first_sentences("One. Two. Three.", 2) == "One. Two.");
  CHECK(first_sentences("Of Node.js 18.17. It grew.", 1) == "Of Node.js 18.17.");
  CHECK(first_sentences("A (b. C) d. E.", 1) == "A (b. C) d.");
  CHECK(first_sentences("\"a. B\" grew. Then", 1) == "\"a. B\" grew.");
  CHECK(first_sentences("No stop", 2) == "No stop");
  CHECK(first_sentences("", 2).empty());
}

TEST_CASE("a terminal without Unicode gets ASCII of the same meaning") {
  CHECK(in_ascii("600 → 6,300 ▁▅█") == "600 > 6,300 _=#");
  CHECK(in_ascii("caf\xC3\xA9 \xF0\x9F\x98\x80") == "caf\\u{e9} \\u{1f600}");
  const std::string text = render(test::sample_report("na\xC3\xAFve"), Format::text, {.width = 80, .ascii = true});
  CHECK(std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST_CASE("the answer says how large the heap is, when it reaches its limit, and what to take next") {
  RcaReport report = test::sample_report("words");
  report.suspects.resize(1);
  report.next_steps.clear();
  report.rate_notes = {"At this rate the limit of 512.0 MB is reached 10.0 hours after the last snapshot."};
  const std::string page = render_brief(report, {.width = 100});
  CHECK(page.find("  heap       ") != std::string::npos);
  CHECK(page.find("limit      At this rate the limit of 512.0 MB is reached 10.0 hours") != std::string::npos);
  CHECK(page.find("next  Fix the leak, take 3 snapshots under the same load") != std::string::npos);
}

TEST_CASE("where a leak is not certain another snapshot comes before the fix") {
  RcaReport report = test::sample_report("x");
  report.next_steps.clear();
  REQUIRE(report.verdict == Verdict::leak);
  report.snapshots.resize(2, report.snapshots.front());
  report.suspects.front().confidence = Confidence::high;
  CHECK(render_brief(report, {.width = 160}).find("next  Fix the leak") != std::string::npos);
  report.suspects.front().confidence = Confidence::low;
  const std::string text = render_brief(report, {.width = 160});
  CHECK(text.find("next  Take a third snapshot to be sure. Then fix the leak") != std::string::npos);
  CHECK(text.find("take 3 under the same load") != std::string::npos);
}

TEST_CASE("what grew more than the heap says that others shrank") {
  RcaReport report = test::sample_report("x");
  report.suspects.resize(1);
  report.snapshots.resize(2, report.snapshots.front());
  report.snapshots[0].self_size_bytes = 4'000'000;
  report.snapshots[1].self_size_bytes = 4'300'000;
  report.suspects.front().growth_bytes = 432'000;
  CHECK(render_brief(report, {.width = 160}).find("; other objects shrank by 132 kB") != std::string::npos);
  report.suspects.front().growth_bytes = 310'000;  // within what is counted twice or rounded
  CHECK(render_brief(report, {.width = 160}).find("shrank") == std::string::npos);
}

TEST_CASE("a path that is wider than the line is cut in the middle, and its name and line stay whole") {
  RcaReport report = test::sample_report("words");
  report.suspects.resize(1);
  ReportSite& site = report.suspects.front().sites.front();
  site.file = "/srv/apps/orders/releases/20261128/node_modules/@react-router/node/dist/server/index.mjs";
  site.line = 173;
  for (const unsigned width : {60U, 80U}) {
    const std::string page = render_brief(report, {.width = width});
    CHECK(page.find("/index.mjs:173") != std::string::npos);
    CHECK(page.find("…") != std::string::npos);
  }
  CHECK(render_brief(report, {.width = 160}).find(site.file + ":173") != std::string::npos);
}
