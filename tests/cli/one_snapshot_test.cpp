// `heapdiff FILE` through the real program: the last file alone of the real series in testdata/.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;
using heapdiff_test::TemporaryFolder;
using Json = nlohmann::json;

namespace {

namespace fs = std::filesystem;

std::string last_of(const std::string& series) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(HEAPDIFF_TESTDATA "/snapshots/" + series)) {
    if (entry.path().filename().string().find(".heapsnapshot") != std::string::npos) {
      files.push_back(entry.path().string());
    }
  }
  REQUIRE(!files.empty());
  return *std::max_element(files.begin(), files.end());
}

Json report_on(const std::string& arguments) {
  const Outcome run = run_cli(arguments + " -q --no-source --format json");
  REQUIRE(run.code == 0);
  return Json::parse(run.out);
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("one snapshot of a leak by its shape: inconclusive, a likely leak, with holder and function") {
  const Json report = report_on(last_of("bug-892-ci"));
  CHECK(report["verdict"] == "inconclusive");
  CHECK(holds(report["headline"], "likely leak"));
  CHECK(report["snapshots"].size() == 1);
  CHECK(report["heap"]["growthBytes"] == 0);
  CHECK(report["heap"]["rateBytesPerHour"].is_null());
  CHECK(report["ages"] == "structure");
  REQUIRE(!report["suspects"].empty());
  const Json& first = report["suspects"][0];
  CHECK(first["kind"] == "event-listener");
  CHECK(first["growthBytes"] == 0);
  CHECK(first["rateBytesPerHour"].is_null());
  CHECK(first["shapeConvicts"] == true);
  CHECK(first["proven"] == false);
  CHECK(first["retainedBytes"].get<std::int64_t>() > 500000);
  CHECK(!first["retainingPath"].empty());
  CHECK(!first["sites"].empty());
  CHECK(first["fixFreesBytes"].get<std::int64_t>() > 500000);
  CHECK(!report["nextSteps"].empty());
}

TEST_CASE("one snapshot of a healthy program is never called a likely leak") {
  for (const char* series :
       {"healthy-lru", "healthy-job-queue", "healthy-pool-and-catalogue", "npm-mem-4", "bug-892-fixed"}) {
    CAPTURE(series);
    const Json report = report_on(last_of(series));
    CHECK(report["verdict"] == "inconclusive");
    CHECK(holds(report["headline"], "one snapshot shows what is large, not what grows"));
    CHECK(!holds(report["headline"], "likely leak"));
    for (const Json& suspect : report["suspects"]) {
      CHECK(suspect["shapeConvicts"] == false);
    }
  }
}

TEST_CASE("one snapshot: what leaks in the series is the first accumulation of its last file") {
  for (const char* series : {"npm-mem-3", "irregular-cursors", "two-snapshots", "minified-bundle", "leak-beside-cache",
                             "chromium-detached-rows", "worker-statement-plans", "worker-port-listeners"}) {
    CAPTURE(series);
    const Outcome whole =
        run_cli("'" HEAPDIFF_TESTDATA "/snapshots/" + std::string(series) + "' -q --no-source --format json");
    REQUIRE(whole.code == 0);
    const Json of_series = Json::parse(whole.out)["suspects"][0];
    const Json of_one = report_on(last_of(series))["suspects"][0];
    CHECK(of_one["kind"] == of_series["kind"]);
    CHECK(of_one["constructor"] == of_series["constructor"]);
  }
}

TEST_CASE("one snapshot: gates are open, also where the shape convicts") {
  for (const char* series : {"bug-892-ci", "healthy-lru"}) {
    for (const char* gate : {"leak", "'rate>1MB/h'", "'growth>1MB'", "'listeners>0/op'", "'suspect-rate>1MB/h'"}) {
      CAPTURE(gate);
      const Outcome run =
          run_cli(last_of(series) + " -q --no-source --ops 10 --format json --fail-on " + std::string(gate));
      CHECK(run.code == 6);
      CHECK(Json::parse(run.out)["gates"][0]["status"] == "not-enough-evidence");
      CHECK(run_cli(last_of(series) + " -q --no-source --ops 10 --lenient --fail-on " + std::string(gate)).code == 0);
    }
  }
}

TEST_CASE("one snapshot: as a file, by the command's name, in a folder, and from standard input") {
  const std::string file = last_of("npm-mem-3");
  const Json expected = report_on(file)["suspects"];
  CHECK(report_on("analyze " + file)["suspects"] == expected);
  CHECK(report_on("- < '" + file + "'")["suspects"] == expected);
  const TemporaryFolder folder;
  fs::copy_file(file, folder.path / fs::path(file).filename());
  CHECK(report_on("'" + folder.path.string() + "'")["suspects"] == expected);
}

TEST_CASE("one snapshot: no format speaks of growth that was not seen") {
  const std::string file = last_of("bug-892-ci");
  for (const char* format : {"text", "markdown", "html", "jira", "github-summary", "postmortem", "adf"}) {
    CAPTURE(format);
    const Outcome run = run_cli(file + " -q --no-source --format " + std::string(format));
    REQUIRE(run.code == 0);
    CHECK(holds(run.out, "likely leak"));
    for (const char* claim : {"It grew", "holds more at each snapshot", "more listeners", "went from", "Leak rate",
                              "LEAK RATE", "over the series", "Heap changed by", "did the memory grow"}) {
      CAPTURE(claim);
      CHECK(!holds(run.out, claim));
    }
  }
}

TEST_CASE("summary: likely accumulations come first, and strings that cost little are one line") {
  const std::string file = last_of("bug-892-ci");
  const Outcome text = run_cli("summary " + file + " -q");
  REQUIRE(text.code == 0);
  CHECK(text.out.find("Likely accumulations") < text.out.find("Constructors by"));
  const Json tables = Json::parse(run_cli("summary " + file + " -q --format json").out)["tables"];
  REQUIRE(!tables["accumulations"]["rows"].empty());
  CHECK(tables["accumulations"]["rows"][0]["retained"].get<std::int64_t>() > 500000);
  CHECK(!tables["repeatedStrings"]["rows"].empty());
  CHECK(run_cli("summary " + file + " -q --format csv").out ==
        run_cli("summary " + file + " -q --format csv --table constructors").out);
}
