// Which reason decides, by what was found.

#include "heapdiff/diff/verdict.h"

#include <doctest/doctest.h>

#include <functional>
#include <vector>

using namespace heapdiff;

namespace {

Suspect suspect_with(Trajectory trajectory) {
  Suspect s;
  s.trajectory = trajectory;
  return s;
}

VerdictReason reason_found(const std::function<void(Findings&)>& found, std::size_t snapshots = 3) {
  Findings findings;
  found(findings);
  return judge_verdict(findings, std::vector<Facts>(snapshots)).reason;
}

}  // namespace

TEST_CASE("the reason of a verdict: what was found first among the suspects") {
  const auto with = [](std::vector<Suspect> suspects, std::size_t snapshots = 3) {
    return reason_found([&](Findings& f) { f.suspects = suspects; }, snapshots);
  };
  CHECK(with({suspect_with(Trajectory::unclear), suspect_with(Trajectory::steady)}) == VerdictReason::steady_growth);
  CHECK(with({suspect_with(Trajectory::two_points)}, 2) == VerdictReason::two_snapshots);
  CHECK(with({suspect_with(Trajectory::unclear)}) == VerdictReason::uneven_growth);
  Suspect replaced = suspect_with(Trajectory::unclear);
  replaced.keeps_cohorts = false;
  CHECK(with({suspect_with(Trajectory::unclear), replaced}) == VerdictReason::replaced_objects);
}

TEST_CASE("the reason of a verdict: growth without a suspect, and none") {
  CHECK(reason_found([](Findings&) {}) == VerdictReason::nothing_grew);
  CHECK(reason_found([](Findings& f) { f.dismissed.emplace_back(); }) == VerdictReason::levelled_off);
  const auto unexplained = [](Trajectory trajectory, bool scattered) {
    return reason_found([&](Findings& f) {
      f.unexplained = trajectory;
      f.unexplained_is_scattered = scattered;
    });
  };
  CHECK(unexplained(Trajectory::steady, false) == VerdictReason::unattributed_growth);
  CHECK(unexplained(Trajectory::two_points, false) == VerdictReason::unattributed_two);
  CHECK(unexplained(Trajectory::steady, true) == VerdictReason::scattered_growth);
  CHECK(unexplained(Trajectory::decelerating, true) == VerdictReason::nothing_grew);
}

TEST_CASE("the reason of a verdict: snapshots that cannot be followed, and one alone") {
  const auto steady = [](Findings& f) { f.suspects = {suspect_with(Trajectory::steady)}; };
  CHECK(reason_found([&](Findings& f) { f.by_constructor_only = true; }) == VerdictReason::different_processes);
  CHECK(reason_found([&](Findings& f) { f.by_constructor_only = f.fresh_ids = true; }) == VerdictReason::fresh_ids);
  CHECK(reason_found([&](Findings& f) { steady(f), f.order_is_disputed = true; }) == VerdictReason::disputed_order);
  CHECK(reason_found([&](Findings& f) { steady(f), f.ages = AgeSource::structure; }, 1) == VerdictReason::one_snapshot);
  CHECK(reason_found([&](Findings& f) { steady(f), f.ages = AgeSource::samples; }, 1) ==
        VerdictReason::ages_of_one_file);
  CHECK(reason_found(
            [&](Findings& f) {
              steady(f), f.ages = AgeSource::structure;
              f.suspects.front().shape_convicts = true;
            },
            1) == VerdictReason::telling_shape);
}

TEST_CASE("a suspect is shown to leak by its trend, and never while the order is disputed") {
  Findings findings;
  findings.suspects = {suspect_with(Trajectory::unclear), suspect_with(Trajectory::steady)};
  const std::vector<Facts> facts(3);
  CHECK(judge_verdict(findings, facts).proven == std::vector<bool>{false, true});
  findings.order_is_disputed = true;
  CHECK(judge_verdict(findings, facts).proven == std::vector<bool>{false, false});
}

TEST_CASE("a hundred more listeners of one event on one emitter are a leak") {
  Findings findings;
  findings.suspects = {suspect_with(Trajectory::unclear)};
  findings.suspects.front().emitter = "Bus";
  findings.suspects.front().event = "change";
  std::vector<Facts> facts(3);
  facts.front().listeners[{"Bus", "change"}] = 5;
  facts.back().listeners[{"Bus", "other"}] = 1000;
  facts.back().listeners[{"Bus", "change"}] = 104;
  CHECK(judge_verdict(findings, facts).reason == VerdictReason::uneven_growth);
  facts.back().listeners[{"Bus", "change"}] = 105;
  CHECK(judge_verdict(findings, facts).reason == VerdictReason::many_listeners);
  CHECK(listener_counts(findings.suspects.front(), facts) == std::vector<std::int64_t>{5, 0, 105});
  findings.suspects.front().emitter.clear();
  CHECK(judge_verdict(findings, facts).reason == VerdictReason::uneven_growth);
}

TEST_CASE("suspended calls of a class that the first snapshot does not have are counted from none") {
  Suspect calls = suspect_with(Trajectory::unclear);
  calls.kind = LeakKind::generator;
  calls.constructor = "rows";
  calls.instances = {0, 300, 1000};
  const auto with_counts = [&](std::int64_t second, std::int64_t third) {
    std::vector<Facts> facts(3);
    facts[1].constructors["rows"].count = second;
    facts[2].constructors["rows"].count = third;
    Findings findings;
    findings.suspects = {calls};
    return judge_verdict(findings, facts).reason;
  };
  CHECK(with_counts(300, 1300) == VerdictReason::many_suspended);
  CHECK(with_counts(303, 1303) == VerdictReason::many_suspended);  // one in a hundred was finished
  CHECK(with_counts(304, 1304) == VerdictReason::uneven_growth);
  calls.instances = {0, 99, 1000};
  CHECK(with_counts(99, 1099) == VerdictReason::uneven_growth);
  calls.instances = {0, 100, 1000};
  CHECK(with_counts(100, 1100) == VerdictReason::many_suspended);
}
