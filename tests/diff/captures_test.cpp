// What a gate asks for when it is open settles it: followed in simulation, under the noise that a series has and under
// noise that nobody told it of.

#include "heapdiff/diff/captures.h"

#include "heapdiff/diff/gate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <string>
#include <vector>

using namespace heapdiff;

namespace {

struct World {
  double slope = 0;
  double noise = 0;
  bool walk = false;
};

/// One program that goes on as `world` says, asked for its heap at any time.
class Program {
 public:
  Program(const World& world, std::uint32_t seed) : world_(world), random_(seed) {}
  double heap_at(double hour) {
    std::normal_distribution<double> normal(0, world_.noise);
    if (world_.walk) {
      walked_ += std::sqrt(hour - hour_) * normal(random_);
    }
    hour_ = hour;
    return 100e6 + world_.slope * hour + (world_.walk ? walked_ : normal(random_));
  }

 private:
  World world_;
  std::mt19937 random_;
  double hour_ = 0;
  double walked_ = 0;
};

struct Tally {
  int open = 0;       ///< series on which the gate was open and asked for captures
  int settled = 0;    ///< of these, those that the captures settled
  int wrong = 0;      ///< of these, settled against the truth
  int no_advice = 0;  ///< series on which it was open and asked for none
};

constexpr std::uint32_t kSeries = 100;

double share(int part, int whole) { return whole == 0 ? 1.0 : static_cast<double>(part) / whole; }

/// Judges the first `snapshots`, takes what is asked for, and judges again.
Tally follow_advice(const std::string& text, const World& world, std::size_t snapshots, bool right_is_failed) {
  const GateRule rule = parse_gate(text);
  Tally tally;
  for (std::uint32_t seed = 0; seed < kSeries; ++seed) {
    Program program(world, seed);
    GateEvidence evidence;
    const auto capture = [&](double hour) {
      evidence.hours.push_back(hour);
      evidence.heap.push_back(program.heap_at(hour));
    };
    const auto judge = [&] {
      if (rule.metric == GateMetric::leak) {  // one suspect holds all that grows
        GateSuspect suspect;
        suspect.levels = evidence.heap;
        const auto clocks = clocks_of(evidence.hours.size(), {}, evidence.hours);
        const Trajectory kind = judge_growth({clocks, evidence.heap, {}}, 0).trajectory;
        suspect.proven = kind == Trajectory::steady;
        evidence.suspects.clear();
        if (suspect.proven || kind == Trajectory::unclear || kind == Trajectory::two_points) {
          evidence.suspects.push_back(suspect);
        }
      }
      return judge_gate(rule, evidence);
    };
    for (std::size_t k = 0; k < snapshots; ++k) {
      capture(static_cast<double>(k));
    }
    const GateResult first = judge();
    if (first.status != GateStatus::not_enough) {
      continue;
    }
    if (!first.next) {
      ++tally.no_advice;
      continue;
    }
    ++tally.open;
    for (std::size_t k = 0; k < first.next->more; ++k) {
      capture(evidence.hours.back() + first.next->apart);
    }
    const GateStatus after = judge().status;
    tally.settled += after != GateStatus::not_enough ? 1 : 0;
    const GateStatus right = right_is_failed ? GateStatus::failed : GateStatus::held;
    tally.wrong += after != GateStatus::not_enough && after != right ? 1 : 0;
  }
  return tally;
}

/// All worlds of a rule. `limit`: the slope above which it should fail. Shares from 0 to 1.
void check_rule(const std::string& rule, double limit, double settled_of_all, double settled_of_each,
                double wrong_of_settled) {
  Tally all;
  for (const bool walk : {false, true}) {
    for (const double slope : {0.0, 2e6, 10e6, 20e6}) {
      for (const double noise : {0.3e6, 1e6, 3e6}) {
        for (const std::size_t snapshots : {3U, 4U, 6U}) {
          if (rule == "leak" && slope == 0) {
            continue;
          }
          const Tally t = follow_advice(rule, {slope, noise, walk}, snapshots, slope > limit);
          all.open += t.open;
          all.settled += t.settled;
          all.wrong += t.wrong;
          all.no_advice += t.no_advice;
          if (t.open >= 20) {
            INFO(rule, " slope ", slope, " noise ", noise, " walk ", walk, " snapshots ", snapshots, ": settled ",
                 t.settled, " of ", t.open);
            CHECK(share(t.settled, t.open) >= settled_of_each);
          }
        }
      }
    }
  }
  MESSAGE(rule << ": " << all.open << " open series followed, " << all.settled << " settled, " << all.wrong
               << " of them wrongly; " << all.no_advice << " without advice");
  REQUIRE(all.open > 500);
  CHECK(share(all.settled, all.open) >= settled_of_all);
  CHECK(share(all.wrong, all.settled) <= wrong_of_settled);
}

}  // namespace

TEST_CASE("the captures that an open gate asks for settle it") {
  check_rule("rate>5MB/h", 5e6, 0.95, 0.75, 0.0);
  check_rule("leak", 0, 0.93, 0.6, 0.05);
}

TEST_CASE("a gate over the series cannot be settled by more snapshots, and does not ask for them") {
  GateEvidence evidence;
  evidence.hours = {0, 1, 2, 3};
  evidence.heap = {100e6, 109e6, 112e6, 124e6};
  const GateResult open = judge_gate(parse_gate("growth>12MB"), evidence);
  CHECK(open.status == GateStatus::not_enough);
  CHECK_FALSE(open.next);
}

TEST_CASE("two snapshots need two more at least, and no span none") {
  const Answers never = [](std::span<const double>, std::span<const double>) { return false; };
  const std::vector<double> x{0, 0.5};
  const std::vector<double> y{1, 2};
  const auto next = captures_to_settle(x, y, never);
  REQUIRE(next);
  CHECK(next->more == 2);
  CHECK(next->apart == 0.5);
  CHECK(next->at_least);
  CHECK_FALSE(captures_to_settle(std::vector<double>{1, 1, 1}, std::vector<double>{1, 2, 3}, never));
  CHECK_FALSE(captures_to_settle(std::vector<double>{0, 1, 2}, std::vector<double>{1, 2, 4}, never));
}

TEST_CASE("levels that are simulated go on from those that were seen, by either kind of noise") {
  const std::vector<double> x{0, 1, 2, 3};
  const std::vector<double> seen{100e6, 101e6, 102.1e6, 103e6};
  double farthest = 0;
  std::size_t asked = 0;
  bool kept = true;
  const auto next = captures_to_settle(x, seen, [&](std::span<const double> at, std::span<const double> y) {
    ++asked;
    kept = kept && at.size() == y.size() && std::equal(seen.begin(), seen.end(), y.begin());
    for (std::size_t k = seen.size(); k < y.size(); ++k) {
      farthest = std::max(farthest, std::abs(y[k] - seen[0] - 1.01e6 * at[k]));  // the line through them
    }
    return true;
  });
  REQUIRE(next);
  CHECK(next->more == 1);
  CHECK_FALSE(next->at_least);
  CHECK(kept);
  CHECK(asked > 2);
  CHECK(farthest > 0);
  CHECK(farthest < 2e6);  // the deviation is 0.06e6
}
