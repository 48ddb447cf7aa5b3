// What gates are told of a series: each number of it, on findings that are written down by hand.

#include "heapdiff/diff/gate_evidence.h"

#include <doctest/doctest.h>

#include <vector>

using namespace heapdiff;

namespace {

using Levels = std::vector<double>;

Suspect grown(Levels levels, Levels instances, LeakKind kind = LeakKind::map_growth) {
  Suspect suspect;
  suspect.kind = kind;
  suspect.levels = std::move(levels);
  suspect.instances = std::move(instances);
  return suspect;
}

/// A map, a suspect that is suppressed, listeners that the facts count and listeners that they do not count.
struct WrittenSeries {
  std::vector<Facts> facts{3};
  std::vector<double> hours{0, 1, 2};
  std::vector<double> ops{0, 50, 100};
  Findings findings;
  VerdictResult verdict;
  std::vector<KnownSuspect> known{{"a map", false, false},
                                  {"a known cache", true, false},
                                  {"counted listeners", false, true},
                                  {"other listeners", false, false}};

  WrittenSeries() {
    findings.unexplained_levels = {1000, 1200, 1700};
    findings.suspects = {grown({0, 100, 300}, {0, 7, 5}), grown({10, 60, 160}, {1, 1, 1}),
                         grown({0, 5, 9}, {2, 2, 2}, LeakKind::event_listener),
                         grown({0, 6, 12}, {3, 4, 4}, LeakKind::event_listener)};
    findings.suspects[2].emitter = "Bus";
    findings.suspects[2].event = "tick";
    std::int64_t count = 40;
    for (Facts& one : facts) {
      one.listeners[{"Bus", "tick"}] = count;
      count += 25;
    }
    verdict.proven = {true, false, false, true};
  }
  [[nodiscard]] GateEvidence evidence() const { return gate_evidence({facts, hours, ops, &findings, &verdict}, known); }
};

}  // namespace

TEST_CASE("gates are told of each suspect that is not suppressed, and of the heap without the others") {
  const GateEvidence e = WrittenSeries().evidence();
  CHECK(e.hours == Levels{0, 1, 2});
  CHECK(e.ops == Levels{0, 50, 100});
  CHECK(e.heap == Levels{990, 1140, 1540});
  REQUIRE(e.suspects.size() == 3);
  CHECK(e.suspects[0].name == "a map");
  CHECK(e.suspects[0].levels == Levels{0, 100, 300});
  CHECK(e.suspects[0].units == Levels{0, 7, 12});
  CHECK(e.suspects[0].listeners.empty());
  CHECK(e.suspects[0].proven);
  CHECK_FALSE(e.suspects[0].known);
  CHECK(e.suspects[1].name == "counted listeners");
  CHECK(e.suspects[1].listeners == Levels{40, 65, 90});
  CHECK_FALSE(e.suspects[1].proven);
  CHECK(e.suspects[1].known);
  CHECK(e.suspects[2].listeners == Levels{3, 7, 11});  // the growing objects stand for them
  CHECK(e.suspects[2].proven);
  CHECK_FALSE(e.one_file);
  CHECK_FALSE(e.order_is_disputed);
  CHECK_FALSE(e.fresh_ids);
}

TEST_CASE("listeners whose number stayed are counted by their objects") {
  WrittenSeries series;
  for (Facts& one : series.facts) {
    one.listeners[{"Bus", "tick"}] = 40;
  }
  CHECK(series.evidence().suspects[1].listeners == Levels{2, 4, 6});
}

TEST_CASE("growth that no suspect explains counts only where there is no suspect") {
  for (const Trajectory unexplained : {Trajectory::steady, Trajectory::two_points, Trajectory::unclear,
                                       Trajectory::unsteady, Trajectory::decelerating, Trajectory::flat}) {
    WrittenSeries series;
    series.findings.unexplained = unexplained;
    CHECK_FALSE(series.evidence().unexplained_growth);
    series.findings.suspects.clear();
    series.known.clear();
    const bool counts = unexplained == Trajectory::steady || unexplained == Trajectory::two_points;
    CHECK(series.evidence().unexplained_growth == counts);
  }
}

TEST_CASE("what is open for a whole series is handed on to the gates") {
  WrittenSeries series;
  series.findings.order_is_disputed = true;
  CHECK(series.evidence().order_is_disputed);
  series.findings.fresh_ids = true;
  CHECK(series.evidence().fresh_ids);
  for (const AgeSource ages : {AgeSource::samples, AgeSource::structure}) {
    series.findings.ages = ages;
    CHECK(series.evidence().one_file);
  }
}
