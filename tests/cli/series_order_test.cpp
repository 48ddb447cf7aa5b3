// Series that are out of order: reversed, the same twice, equal times.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace {

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;
using heapdiff_test::TemporaryFolder;
using nlohmann::json;

const std::string kFolder = HEAPDIFF_TESTDATA "/snapshots/npm-mem-3/";
const std::string kOne = "Heap.20260302.010000.1.0.001.heapsnapshot.zst";
const std::string kTwo = "Heap.20260302.010100.1.0.002.heapsnapshot.zst";
const std::string kThree = "Heap.20260302.010200.1.0.003.heapsnapshot.zst";

json analyze(const std::string& arguments) {
  const Outcome run = run_cli(arguments + " --format json --no-source");
  REQUIRE(run.code == 0);
  return json::parse(run.out);
}

bool warns(const json& report, const std::string& part) {
  for (const auto& warning : report["warnings"]) {
    if (warning.get<std::string>().find(part) != std::string::npos) {
      return true;
    }
  }
  return false;
}

std::string at(const std::string& file, const std::string& time) {
  return " --at " + file + "=2026-03-02T" + time + "Z";
}

}  // namespace

TEST_CASE("a series given backwards is put in order and told as the same") {
  const json forward = analyze(kFolder + kOne + " " + kFolder + kTwo + " " + kFolder + kThree);
  const json backward = analyze(kFolder + kThree + " " + kFolder + kTwo + " " + kFolder + kOne);
  CHECK(backward["verdict"] == "leak");
  CHECK(backward["suspects"] == forward["suspects"]);
  CHECK(backward["heap"] == forward["heap"]);
  const Outcome told = run_cli(kFolder + kThree + " " + kFolder + kTwo + " --no-source", true);
  CHECK(told.out.find("not given in time order") != std::string::npos);
}

TEST_CASE("times that run against the node ids are called out, and nothing is called a leak") {
  const json report = analyze(kFolder + kOne + " " + kFolder + kThree + at(kOne, "02:00:00") + at(kThree, "01:00:00"));
  CHECK(warns(report, "the order may be reversed"));
  CHECK(report["verdict"] != "leak");
}

TEST_CASE("the same file twice, by one path, two paths or a copy, is called out and has grown by nothing") {
  for (const std::string& again : {kFolder + kOne, kFolder + "./" + kOne}) {
    const Outcome told = run_cli("analyze " + kFolder + kOne + " " + again + " --no-source", true);
    CHECK(told.code == 0);
    CHECK(told.out.find("is the same file as") != std::string::npos);
    const json report = analyze(kFolder + kOne + " " + again);
    CHECK(report["verdict"] == "no-leak");
    CHECK(report["heap"]["growthBytes"] == 0);
    CHECK(report["heap"]["rateBytesPerHour"].is_null());
  }
  CHECK(run_cli("analyze - -").code == 2);
  const TemporaryFolder folder;
  const std::string copy = (folder.path / "Heap.20260302.013000.1.0.002.heapsnapshot.zst").string();
  std::filesystem::copy_file(kFolder + kOne, copy);
  const json report = analyze(kFolder + kOne + " " + copy);
  CHECK(warns(report, "have the same content"));
  CHECK(report["verdict"] == "no-leak");
  CHECK(report["heap"]["growthBytes"] == 0);
}

TEST_CASE("equal times are called out, and no rate is made of them") {
  const std::string both = kFolder + kOne + " " + kFolder + kThree;
  const json report = analyze(both + at(kOne, "01:00:00") + at(kThree, "01:00:00"));
  CHECK(warns(report, "carry the same time"));
  CHECK(report["heap"]["rateBytesPerHour"].is_null());
  CHECK(report["heap"]["growthBytes"].get<std::int64_t>() > 0);
  REQUIRE(!report["suspects"].empty());
  CHECK(report["suspects"][0]["rateBytesPerHour"].is_null());
}
