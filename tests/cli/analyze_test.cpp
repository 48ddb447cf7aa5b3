// The main job through the real program on the real series in testdata/.

#include "support/run_cli.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace {

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;

const std::string kSeries = HEAPDIFF_TESTDATA "/snapshots/bug-892";

nlohmann::json read_truth(const std::string& folder) {
  std::ifstream file(folder + "/truth.json");
  return nlohmann::json::parse(file);
}

}  // namespace

TEST_CASE("BUG-892 names the listener, its line, its rate and its count") {
  const Outcome run = run_cli(kSeries + " --format json --source-root " + kSeries + "/source");
  REQUIRE(run.code == 0);
  const auto report = nlohmann::json::parse(run.out);
  const auto truth = read_truth(kSeries);
  CHECK(report["verdict"] == "leak");
  REQUIRE(!report["suspects"].empty());
  const auto& first = report["suspects"][0];
  CHECK(first["kind"] == "event-listener");
  CHECK(first["sites"][0]["file"] == truth["site"]["file"]);
  CHECK(first["sites"][0]["line"] == truth["site"]["line"]);
  CHECK(first["sites"][0]["function"] == "watch");
  const double heap = report["heap"]["rateBytesPerHour"]["estimate"];
  CHECK(heap == doctest::Approx(truth["measured"]["heapBytesPerHour"].get<double>()).epsilon(0.1));
  CHECK(first["counters"][0]["values"] == nlohmann::json::array({600, 2025, 3450, 4875, 6300}));
  CHECK(first["fixFreesBytes"].get<double>() > 0.9 * first["growthBytes"].get<double>());
  CHECK(first["title"].get<std::string>().find("Redis") != std::string::npos);
  bool events = false;
  for (const auto& step : first["retainingPath"]) {
    events |= step["edge"] == "_events";
  }
  CHECK(events);
}

TEST_CASE("a bounded cache that fills and turns over is no leak") {
  const Outcome run = run_cli(HEAPDIFF_TESTDATA "/snapshots/healthy-lru --format json --no-source");
  REQUIRE(run.code == 0);
  const auto report = nlohmann::json::parse(run.out);
  CHECK(report["verdict"] == "no-leak");
  CHECK(report["suspects"].empty());
}

TEST_CASE("two runs give the same bytes, and the order of arguments changes only the command line") {
  const std::string a = kSeries + "/Heap.20260302.010000.1.0.001.heapsnapshot.zst ";
  const std::string b = kSeries + "/Heap.20260302.010100.1.0.003.heapsnapshot.zst ";
  const std::string c = kSeries + "/Heap.20260302.010200.1.0.005.heapsnapshot.zst ";
  const Outcome first = run_cli(a + b + c + "--format json --no-source");
  const Outcome again = run_cli(a + b + c + "--format json --no-source");
  CHECK(first.code == 0);
  CHECK(first.out == again.out);
  auto swapped = nlohmann::json::parse(run_cli(c + a + b + "--format json --no-source").out);
  auto plain = nlohmann::json::parse(first.out);
  CHECK(swapped["commandLine"] != plain["commandLine"]);
  swapped.erase("commandLine");
  plain.erase("commandLine");
  CHECK(swapped == plain);
}

TEST_CASE("snapshots of different processes are refused with exit code 3") {
  const std::string a = kSeries + "/Heap.20260302.010000.1.0.001.heapsnapshot.zst ";
  const std::string other = HEAPDIFF_TESTDATA "/snapshots/healthy-lru/Heap.20260302.011000.1.0.003.heapsnapshot.zst ";
  CHECK(run_cli(a + other + "--no-source").code == 3);
  // Forced, nothing is followed by id: constructors are compared, and no place in either heap is blamed.
  const Outcome forced = run_cli(a + other + "--no-source --force --format json");
  REQUIRE(forced.code == 0);
  const auto report = nlohmann::json::parse(forced.out);
  CHECK(report["verdict"] == "inconclusive");
  CHECK(report["suspects"].empty());
  CHECK(!report["constructors"].empty());
  CHECK(report["reason"].get<std::string>().find("constructors") != std::string::npos);
  CHECK(run_cli(a + other + "--no-source --force --fail-on leak").code == 6);
}

TEST_CASE("diff calls out one content given twice, and an order that the node ids contradict") {
  const std::string a = kSeries + "/Heap.20260302.010000.1.0.001.heapsnapshot.zst ";
  const std::string b = kSeries + "/Heap.20260302.010200.1.0.005.heapsnapshot.zst ";
  CHECK(run_cli("diff --format json " + a + b).out.find("reversed") == std::string::npos);
  CHECK(run_cli("diff --format json " + b + a).out.find("the order may be reversed") != std::string::npos);
  CHECK(run_cli("diff --format json " + a + a).out.find("have the same content") != std::string::npos);
}

TEST_CASE("wrong use ends with exit code 2 and a missing file with 3") {
  CHECK(run_cli("--no-such-flag").code == 2);
  CHECK(run_cli(kSeries + " --format pdf").code == 2);
  CHECK(run_cli("/nonexistent/a.heapsnapshot /nonexistent/b.heapsnapshot").code == 3);
  CHECK(run_cli(kSeries + " --no-source -o /nonexistent/rca.md").code == 5);
}

TEST_CASE("a pipe with a given time tells the same as the file") {
  const std::string first = kSeries + "/Heap.20260302.010000.1.0.001.heapsnapshot.zst";
  const std::string last = kSeries + "/Heap.20260302.010200.1.0.005.heapsnapshot.zst";
  const Outcome file = run_cli(first + " " + last + " --format json --no-source");
  const Outcome pipe = run_cli(first + " - --at -=2026-03-02T01:02:00Z --format json --no-source < " + last);
  REQUIRE(pipe.code == 0);
  const auto a = nlohmann::json::parse(file.out);
  const auto b = nlohmann::json::parse(pipe.out);
  CHECK(a["suspects"] == b["suspects"]);
  CHECK(a["heap"] == b["heap"]);
}
