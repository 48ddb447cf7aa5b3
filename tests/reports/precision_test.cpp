// A line that is not known to be the statement is never shown as if it were.

#include "heapdiff/reports/render.h"
#include "heapdiff/reports/suspect_label.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace heapdiff;

/// The sample report with a first line of some precision.
RcaReport report_at(SitePrecision precision) {
  RcaReport report = heapdiff::test::sample_report("alpha");
  ReportSite& site = report.suspects.front().sites.front();
  site.file = "a.js";
  site.line = 41;
  site.function = "read";
  site.precision = precision;
  site.evidence = SiteEvidence::closure;
  site.missing_source = "Its text was not found.";
  return heapdiff::test::masked(std::move(report));
}

std::string label_at(SitePrecision precision) {
  Suspect s;
  s.constructor = "Session";
  s.holder = "Map";
  Site site;
  site.file = "a.js";
  site.line = 41;
  site.function = "read";
  site.precision = precision;
  return label_suspect(s, {site}, {}).name;
}

bool shows_part(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("only a statement is named as the line where it leaks") {
  CHECK(label_at(SitePrecision::statement) == "growing Session held by Map at a.js:41");
  CHECK(label_at(SitePrecision::function) == "growing Session held by Map in read (a.js:41)");
  CHECK(label_at(SitePrecision::file) == "growing Session held by Map in a.js, near line 41");
}

TEST_CASE("each format says what a line of lesser precision is, and which folder would give its text") {
  for (const Format format : {Format::text, Format::markdown, Format::jira, Format::html}) {
    const std::string statement = render(report_at(SitePrecision::statement), format, {});
    const std::string function = render(report_at(SitePrecision::function), format, {});
    CHECK_FALSE(shows_part(statement, "not the statement that"));
    CHECK(shows_part(function, "not the"));
    CHECK(shows_part(function, "not found"));
  }
  CHECK(shows_part(render(report_at(SitePrecision::function), Format::text, {}), "  function   a.js:41 in read"));
  CHECK(shows_part(render(report_at(SitePrecision::file), Format::text, {}), "  file       a.js:41 in read"));
  CHECK(shows_part(render(report_at(SitePrecision::function), Format::json, {}), "\"precision\": \"function\""));
  CHECK(shows_part(render(report_at(SitePrecision::function), Format::github, {}), "not the statement that stores"));
  CHECK(shows_part(render(report_at(SitePrecision::function), Format::junit, {}), "in read (a.js:41)"));
}
