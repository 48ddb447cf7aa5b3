// What a reader sees of names and sizes: the same in each format.

#include "compose/report_words.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/reports/suspect_label.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>

#include <string>

namespace heapdiff {

namespace {

RcaReport report_of_pages() {
  RcaReport report = test::sample_report("alpha");
  ReportSuspect& suspect = report.suspects.front();
  suspect.sites.front().note = "adds to `pages`";
  suspect.sites.front().evidence = SiteEvidence::source_text;
  suspect.fix_frees_text = "Clearing `pages` would free 2.1 MB.";
  suspect.levels = {{std::nullopt, 320'000}, {std::nullopt, 684'000}, {std::nullopt, 2'100'000}};
  return test::masked(std::move(report));
}

bool has_text(const RcaReport& report, Format format, const std::string& part) {
  return render(report, format, {}).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a name of the program in a sentence is code where the format has code") {
  const RcaReport report = report_of_pages();
  CHECK(has_text(report, Format::text, "adds to `pages` (found in the source)"));
  CHECK(has_text(report, Format::markdown, "adds to `pages` (found in the source)"));
  CHECK(has_text(report, Format::markdown, "Clearing `pages` would free"));
  CHECK(has_text(report, Format::postmortem, "Clearing `pages` would free"));
  CHECK(has_text(report, Format::jira, "adds to {{pages}} (found in the source)"));
  CHECK(has_text(report, Format::jira, "Clearing {{pages}} would free"));
  CHECK(has_text(report, Format::html, "adds to <code>pages</code> (found in the source)"));
  CHECK_FALSE(has_text(report, Format::adf, "`pages`"));
}

TEST_CASE("a name that has backticks itself is shown as it is") {
  RcaReport report = report_of_pages();
  report.suspects.front().fix_frees_text = "Clearing `a`b` would free 2.1 MB.";
  CHECK(has_text(report, Format::html, "Clearing `a`b` would free"));
  CHECK(has_text(report, Format::jira, "Clearing `a`b` would free"));
}

TEST_CASE("the sizes of one series have one unit, in each format") {
  const RcaReport report = report_of_pages();
  for (const Format format : {Format::text, Format::markdown, Format::html}) {
    CHECK(has_text(report, format, "0.3 MB → 0.7 MB → 2.1 MB"));
  }
}

TEST_CASE("timers are held by Node's list of them, whatever Node calls its class") {
  Suspect timers;
  timers.kind = LeakKind::timer;
  timers.constructor = "Timeout";
  timers.object_count_growth = 6000;
  timers.holder = "TimersList";
  timers.label = "timerListMap";
  CHECK(label_suspect(timers, {}, {}).title == "6,000 more Timeout objects held by Node's list of pending timers");
  timers.retained_bytes = 1'000'000;
  CHECK(label_suspect(timers, {}, {}).title == "6,000 Timeout objects held by Node's list of pending timers");
}

TEST_CASE("a line of a package comes with the program's own function that uses it") {
  ReportSuspect suspect = report_of_pages().suspects.front();
  suspect.sites.resize(1);
  CHECK(compose::package_advice(suspect).empty());
  suspect.sites.front().package = "@acme/kv";
  CHECK(compose::package_advice(suspect).find("package @acme/kv: try its newest version, or change how the program") !=
        std::string::npos);
  ReportSite own = suspect.sites.front();
  own.package.clear();
  own.file = "src/load.js";
  own.line = 11;
  own.function = "load";
  suspect.sites.push_back(own);
  CHECK(compose::package_advice(suspect).find("or change how load() at src/load.js:11 uses it") != std::string::npos);
  // A class reaches the package and does not use it.
  suspect.sites.back().excerpt = {{11, "class load extends Base {", true}};
  CHECK(compose::package_advice(suspect).find("or change how the program uses it") != std::string::npos);
}

TEST_CASE("a ticket says which program the snapshots are of") {
  RcaReport report = report_of_pages();
  CHECK(has_text(report, Format::jira, "3 snapshots, analysed with heapdiff"));
  report.snapshots.front().runtime = report.snapshots.back().runtime = ReportRuntime{"Node.js", "18.17.0"};
  CHECK(has_text(report, Format::jira, "3 snapshots of Node.js 18.17.0, analysed with heapdiff"));
  CHECK(has_text(report, Format::postmortem, "3 snapshots of Node.js 18.17.0, "));
  report.snapshots.back().runtime = ReportRuntime{"Deno", "24.2.0"};
  CHECK(has_text(report, Format::text, "3 snapshots of Node.js 18.17.0 and Deno (as Node.js 24.2.0)"));
}

TEST_CASE("an interval of the heap that holds zero says how few snapshots it rests on") {
  RcaReport report = report_of_pages();
  report.heap_rate = RateValue{14'200'000.0, -9'300'000.0, 37'700'000.0};
  CHECK(has_text(report, Format::jira, "37.7; 3 snapshots say little of the whole heap)"));
  report.heap_rate->low = 9'300'000.0;
  CHECK_FALSE(has_text(report, Format::jira, "say little"));
}

}  // namespace heapdiff
