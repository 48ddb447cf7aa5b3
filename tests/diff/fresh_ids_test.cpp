// Snapshots of Bun, where no object keeps its id: classes are compared.

#include "heapdiff/diff/series.h"
#include "heapdiff/diff/verdict.h"
#include "support/load_text.h"
#include "support/run_cli.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace heapdiff;
using heapdiff::test::run_cli;

namespace {

/// A snapshot as Bun writes it: nodes are numbered one by one from `first_id` on, which is above all ids before.
test::SnapshotText bun_snapshot(std::uint64_t first_id, std::uint64_t records, bool of_bun = true) {
  test::SnapshotText snapshot;
  std::uint64_t id = first_id;
  const auto root = snapshot.add_node("synthetic", "", 0, 1);
  const auto global = snapshot.add_node("object", "GlobalObject", 1000, id++);
  snapshot.add_edge(root, "element", 1, global);
  for (const char* code : {"NativeExecutable", "UnlinkedFunctionExecutable"}) {
    snapshot.add_edge(global, "element", 1, snapshot.add_node("code", of_bun ? code : "code", 40, id++));
  }
  for (std::uint64_t i = 0; i < records; ++i) {
    snapshot.add_edge(global, "element", 2, snapshot.add_node("object", "LeakedRecord", 100, id++));
  }
  return snapshot;
}

Facts facts_of(const test::SnapshotText& snapshot) {
  return collect(compute_heap(test::load_text(snapshot.text()), {}));
}

std::vector<Facts> bun_series(const std::vector<std::uint64_t>& records) {
  std::vector<Facts> facts;
  std::uint64_t id = 2;
  for (const std::uint64_t count : records) {
    facts.push_back(facts_of(bun_snapshot(id, count)));
    id += count + 100;
  }
  return facts;
}

}  // namespace

TEST_CASE("a class of Bun that rises evenly in every step is named with its counts, and the verdict stays open") {
  const std::vector<Facts> facts = bun_series({1000, 2000, 3000});
  for (const Facts& f : facts) {
    CHECK(f.fresh_ids);
  }
  for (const IdentityCheck& check : compare_neighbours(facts)) {
    CHECK(check.fresh_ids);
    CHECK_FALSE(is_one_process(check));
  }
  CHECK(group_by_process(facts).size() == 1);
  const Findings findings = findings_of_fresh_ids(facts, {});
  REQUIRE(findings.rising_classes.size() == 1);
  CHECK(findings.rising_classes[0].name == "LeakedRecord");
  CHECK(findings.rising_classes[0].counts == std::vector<std::int64_t>{1000, 2000, 3000});
  CHECK(findings.rising_classes[0].retained_growth_bytes == 200'000);
  CHECK(findings.suspects.empty());
  const VerdictResult verdict = judge_verdict(findings, facts);
  CHECK(verdict.reason == VerdictReason::fresh_ids);
  CHECK(verdict_of(verdict.reason) == Verdict::inconclusive);
}

TEST_CASE("a class of Bun that rises unevenly, too little or in two snapshots only is not named") {
  CHECK(findings_of_fresh_ids(bun_series({1000, 3000}), {}).rising_classes.empty());
  CHECK(findings_of_fresh_ids(bun_series({1000, 2000, 2100}), {}).rising_classes.empty());
  CHECK(findings_of_fresh_ids(bun_series({1000, 900, 3000}), {}).rising_classes.empty());
  CHECK(findings_of_fresh_ids(bun_series({1000, 1010, 1020}), {}).rising_classes.empty());
  // Even by the clock, or by the number of the snapshot.
  const std::vector<double> hours{0, 1, 4};
  CHECK(findings_of_fresh_ids(bun_series({1000, 2000, 5000}), hours).rising_classes.size() == 1);
  CHECK(findings_of_fresh_ids(bun_series({1000, 2000, 3000}), hours).rising_classes.size() == 1);
  CHECK(findings_of_fresh_ids(bun_series({1000, 4000, 4500}), hours).rising_classes.empty());
  // Files that were copied have equal times.
  CHECK(findings_of_fresh_ids(bun_series({1000, 2000, 3000}), std::vector<double>{0, 0, 0}).rising_classes.size() == 1);
}

TEST_CASE("snapshots of V8 without ids in common are not taken for Bun's") {
  const Facts older = facts_of(bun_snapshot(2, 1000, false));
  const Facts newer = facts_of(bun_snapshot(5000, 2000, false));
  CHECK_FALSE(older.fresh_ids);
  CHECK_FALSE(compare_identity(older, newer).fresh_ids);
  CHECK_FALSE(compare_identity(older, facts_of(bun_snapshot(5000, 2000))).fresh_ids);
}

TEST_CASE("analyze and diff of Bun's snapshots say why no object is followed, and go on") {
  const heapdiff_test::TemporaryFolder folder;
  folder.write("a.heapsnapshot", bun_snapshot(2, 1000).text());
  folder.write("b.heapsnapshot", bun_snapshot(2000, 2000).text());
  folder.write("c.heapsnapshot", bun_snapshot(5000, 3000).text());
  const std::string at = folder.path.string() + "/";
  const auto series =
      run_cli("analyze " + at + "a.heapsnapshot " + at + "b.heapsnapshot " + at + "c.heapsnapshot --interval 1m", true);
  CHECK(series.code == 0);
  CHECK_MESSAGE(series.out.find("INCONCLUSIVE") != std::string::npos, series.out);
  CHECK_MESSAGE(series.out.find("LeakedRecord: 1,000, 2,000, 3,000") != std::string::npos, series.out);
  CHECK_MESSAGE(series.out.find("Bun gives every object a new id") != std::string::npos, series.out);
  CHECK_MESSAGE(series.out.find("Identity:") == std::string::npos, series.out);
  const auto pair = run_cli("diff " + at + "a.heapsnapshot " + at + "b.heapsnapshot --format json", true);
  CHECK(pair.code == 0);
  CHECK_MESSAGE(pair.out.find("are of Bun, which gives every object a new id") != std::string::npos, pair.out);
}
