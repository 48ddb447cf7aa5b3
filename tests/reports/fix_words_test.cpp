// The fix of a suspect in words: it fits the program's own code, and what the heap holds.

#include "compose/report_parts.h"
#include "heapdiff/reports/suspect_label.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

namespace {

/// Objects of a class in the collection `items`, at line 24 of a.js.
Suspect in_items(LeakKind kind, const std::string& constructor) {
  Suspect s;
  s.kind = kind;
  s.constructor = constructor;
  s.holder = "Map";
  s.label = "items";
  s.object_count_growth = 600;
  s.growth_bytes = 600'000;
  s.levels = {100'000, 700'000};
  return s;
}

Site line_24(const std::string& next_line) {
  Site site;
  site.file = "a.js";
  site.line = 24;
  site.precision = SitePrecision::statement;
  site.excerpt = {{24, "this.items.set(key, item);"}, {25, next_line}};
  return site;
}

std::string fix_of(const Suspect& s, const Site& site) {
  const std::vector<Facts> facts(2);
  return compose::report_suspect(s, {site}, facts, AgeSource::snapshots).fix;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("where a line beside the suspect's removes from the same collection, no second limit is advised") {
  const Suspect s = in_items(LeakKind::map_growth, "Session");
  CHECK(has(fix_of(s, line_24("if (full) this.items.delete(oldest);")), "Line 25 removes from items already"));
  for (const char* other :
       {"return item;", "this.olditems.delete(oldest);", "this.items.get(oldest);", "// items.delete(oldest)?"}) {
    CAPTURE(other);
    CHECK(has(fix_of(s, line_24(other)), "bound the map"));
  }
}

TEST_CASE("what settles promises is to be rejected and not only dropped") {
  CHECK(has(fix_of(in_items(LeakKind::map_growth, "{resolve, reject}"), line_24("}")), "after a time limit reject it"));
  CHECK(has(fix_of(in_items(LeakKind::map_growth, "{reject, timer, resolve}"), line_24("}")), "reject it"));
  for (const char* counters : {"{resolved, rejected}", "{resolve, rejected}", "{preresolve, reject}", "Deferred"}) {
    CAPTURE(counters);
    CHECK_FALSE(has(fix_of(in_items(LeakKind::map_growth, counters), line_24("}")), "reject it"));
  }
}

TEST_CASE("elements that listeners keep need these removed") {
  Site site = line_24("}");
  const Suspect s = in_items(LeakKind::detached_dom, "Detached <p>");
  CHECK_FALSE(has(fix_of(s, site), "removeEventListener"));
  site.statement.operation = StoreHint::Operation::listener;
  CHECK(has(fix_of(s, site), "Call removeEventListener"));
}

TEST_CASE("what clearing frees is said of what was checked: the new objects") {
  Suspect s = in_items(LeakKind::map_growth, "Session");
  const std::vector<Facts> facts(2);
  s.fix_frees_bytes = 500'000;
  CHECK(has(compose::report_suspect(s, {}, facts, AgeSource::snapshots).fix_frees_text,
            "Clearing `items` of its new objects would free 500 kB (checked by removing"));
  CHECK(has(compose::report_suspect(s, {}, facts, AgeSource::structure).fix_frees_text,
            "Clearing `items` would free at least 500 kB"));
  s.holder = "Promise";
  CHECK(has(compose::report_suspect(s, {}, facts, AgeSource::snapshots).fix_frees_text,
            "Settling `items` would free at least 500 kB"));
}

TEST_CASE("the fix of a known cause is not lost where the line is a package's") {
  Suspect s = in_items(LeakKind::map_growth, "AsyncLocalStorage");
  Site site = line_24("}");
  site.package = "@acme/trace";
  CHECK_FALSE(has(fix_of(s, site), "In the package:"));
  s.cause = LeakCause::http_agent;
  CHECK(has(fix_of(s, site), "In the package: "));
  CHECK_FALSE(has(fix_of(s, site), "`"));
}

TEST_CASE("a minified class or variable has the name that its author gave it, and that of the heap behind it") {
  Suspect s = in_items(LeakKind::map_growth, "e");
  s.renamed = {{"e", "Answer", false}, {"n", "deliver", true}};
  CHECK(label_suspect(s, {}, {}).title == "600 more Answer objects (e in the heap) held by Map \"items\"");
  s.constructor = "Answer";
  CHECK(label_suspect(s, {}, {}).title == "600 more Answer objects held by Map \"items\"");
  s.holder = "system / Context";
  s.label = "n";
  CHECK(label_suspect(s, {}, {}).title ==
        "600 more Answer objects held by the variable \"deliver\" (\"n\" in the heap)");
  s.label = "e";  // a variable is no class
  CHECK(label_suspect(s, {}, {}).title == "600 more Answer objects held by the variable \"e\"");
}

}  // namespace heapdiff
