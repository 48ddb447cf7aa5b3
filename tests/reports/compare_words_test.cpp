// What a row of a comparison says, and what it leaves out.

#include "compose/report_words.h"
#include "formats/brief.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>

#include <string>

using namespace heapdiff;

namespace {

RcaReport compared(ReportCompareRow row) {
  RcaReport report = test::sample_report("words");
  report.verdict = Verdict::inconclusive;
  report.suspects.clear();
  report.comparison.emplace();
  report.comparison->new_bytes = row.difference();
  report.comparison->rows = {std::move(row)};
  return report;
}

ReportCompareRow row_of(const std::string& constructor, const std::string& holder) {
  ReportCompareRow row;
  row.kind = "place";
  row.constructor = constructor;
  row.holder = holder;
  row.new_bytes = 5'000'000;
  return row;
}

}  // namespace

TEST_CASE("V8's roots and what nothing reaches are said in words") {
  CHECK(compose::compare_words(row_of("MessagePort", "(synthetic)")) == "MessagePort held by V8's roots");
  CHECK(compose::compare_words(row_of("Row", "")) == "Row held by V8's roots");
  CHECK(compose::compare_words(row_of("(synthetic)", "")) == "V8's roots");
  CHECK(compose::compare_words(row_of("unreached", "")) == "what only weak references lead to");
  CHECK(compose::compare_words(row_of("unreached", "Queue")) == "unreached held by Queue");  // a class of the program
  ReportCompareRow counted = row_of("Function", "Error");
  counted.new_objects = 5400;
  CHECK(compose::compare_words(counted) == "Function held by Error (0 to 5,400 objects)");
  const auto totals = compose::shown_totals({{"(synthetic)", "", 1, 2}, {"unreached", "", 1, 2}, {"Row", "", 1, 2}}, 5);
  CHECK(totals[0].name == "V8's roots");
  CHECK(totals[1].name == "what only weak references lead to");
  CHECK(totals[2].name == "Row");
}

TEST_CASE("a row says neither an interval of one number nor a change of nothing") {
  ReportCompareRow row = row_of("Row", "Queue");
  row.low = 5'000'000;
  row.high = 5'000'001;
  row.per_hour = 0.2;
  std::string page = formats::render_brief(compared(row), {.width = 100});
  CHECK(page.find("Row held by Queue") != std::string::npos);
  CHECK(page.find("95 %") == std::string::npos);
  CHECK(page.find("0 B/h") == std::string::npos);
  row.low = 4'000'000;
  row.high = 6'000'000;
  row.per_hour = 2'000;
  page = formats::render_brief(compared(row), {.width = 100});
  CHECK(page.find("95 % +4.0 MB to +6.0 MB, +2.0 kB/h") != std::string::npos);
}

TEST_CASE("where a headline is cut it ends with a whole sentence, else with a mark and no word that leads on") {
  RcaReport report = compared(row_of("Row", "Queue"));
  std::string words;
  for (int i = 0; i < 60; ++i) {
    words += "Sentence number " + std::to_string(i) + " of a long text. ";
  }
  report.cautions = {words, words, words};  // leave little room
  bool is_cut = false;
  for (std::size_t length = 20; length < 400; length += 7) {
    CAPTURE(length);
    report.headline = "The new heap keeps 5 MB more, at ";
    while (report.headline.size() < length) {
      report.headline += "src/a.js:9, at ";
    }
    report.headline += "the end. And 1 more place.";
    const std::string page = formats::render_brief(report, {.width = 100});
    is_cut |= page.find("And 1 more place.") == std::string::npos;
    CHECK(page.find(", at …") == std::string::npos);
    CHECK(page.find("And …") == std::string::npos);
    CHECK(page.find("And 1 …") == std::string::npos);
  }
  CHECK(is_cut);
}
