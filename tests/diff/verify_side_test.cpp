// What the verification of a fix keeps of an analysed series.

#include "heapdiff/diff/verify.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace heapdiff;

namespace {

Suspect suspect_of_cache() {
  Suspect s;
  s.kind = LeakKind::map_growth;
  s.signature = "95a6dda51cc13020";
  s.place = "place of the cache";
  s.constructor = "Session";
  s.holder = "Map";
  s.label = "sessions";
  s.rate = Rate{5e6, 4e6, 6e6};
  s.levels = {1000, 3000, 5000};
  s.trajectory = Trajectory::steady;
  FunctionPosition engine;
  engine.script = "node:events";
  FunctionPosition own;
  own.script = "/srv/app/cache.js";
  s.functions = {engine, own};
  s.other_holders.resize(2);
  s.other_holders[0].holder = "Map";
  s.other_holders[0].label = "registry";
  s.other_holders[0].place = "place of the registry";
  s.other_holders[1].holder = "Set";
  return s;
}

struct AnalysedSeries {
  AnalysedSeries() : facts(3) {
    facts[0].closures["put\t/srv/app/cache.js:12"];
    facts[2].closures["later\t/srv/app/late.js:3"];
    facts[2].closures["emit\tnode:events:500"];
    facts[2].closures["native"];
    findings.suspects = {suspect_of_cache()};
    findings.dismissed.emplace_back().signature = "levelled";
    findings.smallest_bytes = 32000;
    verdict.proven = {true};
  }
  [[nodiscard]] VerifySide side(const std::vector<std::vector<Site>>& sites = {{}}) const {
    const std::vector<std::string> names(findings.suspects.size(), "the cache of sessions");
    return verify_side({facts, hours, ops, &findings, &verdict}, sites, names);
  }
  std::vector<Facts> facts;
  std::vector<double> hours{0, 0.5, 1};
  std::vector<double> ops{100, 300, 500};
  Findings findings;
  VerdictResult verdict;
};

}  // namespace

TEST_CASE("one side of a verification: each leak with its place, its file, its other holders and both rates") {
  const VerifySide side = AnalysedSeries().side();
  REQUIRE(side.leaks.size() == 1);
  const VerifyLeak& leak = side.leaks.front();
  CHECK(leak.signature == "95a6dda51cc13020");
  CHECK(leak.name == "the cache of sessions");
  CHECK(leak.place == "place of the cache");
  CHECK(leak.script == "cache");
  CHECK(leak.proven);
  CHECK(leak.per_hour->estimate == 5e6);
  CHECK(leak.per_operation->estimate == doctest::Approx(10));
  REQUIRE(leak.other_holders.size() == 2);
  CHECK(leak.other_holders[0].name == "Map \"registry\"");
  CHECK(leak.other_holders[0].place == "place of the registry");
  CHECK(leak.other_holders[1].name == "Set");
  CHECK(leak.alias.empty());
}

TEST_CASE("one side of a verification: its span, its files and what levelled off") {
  AnalysedSeries series;
  const VerifySide side = series.side();
  CHECK(side.hours == 1.0);
  CHECK(side.operations == 400.0);
  CHECK(side.scripts == std::set<std::string>{"cache", "late"});
  CHECK(side.levelled_off == std::vector<std::string>{"levelled"});
  CHECK(side.smallest_bytes == 32000);
  CHECK_FALSE(side.unexplained_growth);
  series.hours = {0, 0, 0};  // all were taken in one second
  series.ops.clear();
  CHECK_FALSE(series.side().hours);
  CHECK_FALSE(series.side().operations);
  CHECK_FALSE(series.side().leaks.front().per_operation);
}

TEST_CASE("one side of a verification: growth without a place counts where there is no suspect") {
  AnalysedSeries series;
  series.findings.unexplained = Trajectory::steady;
  CHECK_FALSE(series.side().unexplained_growth);
  series.findings.suspects.clear();
  series.verdict.proven.clear();
  CHECK(series.side({}).unexplained_growth);
  series.findings.unexplained = Trajectory::two_points;
  CHECK_FALSE(series.side({}).unexplained_growth);
}

TEST_CASE("one side of a verification: a leak with a line has an alias of its kind, names and line") {
  AnalysedSeries series;
  Site site;
  site.file = "cache.js";
  site.line = 12;
  CHECK(series.side({{site}}).leaks.front().alias == "map-growth|Session|Map|sessions||cache.js:12");
  series.findings.suspects[0].emitter = "Bus";
  series.findings.suspects[0].event = "change";
  CHECK(series.side({{site}}).leaks.front().alias == "map-growth|Session|Bus|sessions|change|cache.js:12");
}
