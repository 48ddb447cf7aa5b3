// `heapdiff compare` through the program, on real heaps of different processes.

#include "support/json_schema.h"
#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using heapdiff::test::run_cli;
using heapdiff_test::TemporaryFolder;
using Json = nlohmann::json;

namespace {

const std::string kStored = HEAPDIFF_TESTDATA "/snapshots/";

std::string side_of(const std::string& name) { return "'" + kStored + name + "' "; }

Json compared_json(const std::string& base, const std::string& now, const std::string& options = {}) {
  const auto outcome = run_cli("compare " + side_of(base) + side_of(now) + "-q --no-source --format json " + options);
  REQUIRE(outcome.code == 0);
  return Json::parse(outcome.out);
}

std::int64_t json_sum(const Json& rows) {
  std::int64_t sum = 0;
  for (const Json& row : rows) {
    sum += row["differenceBytes"].get<std::int64_t>();
  }
  return sum;
}

/// The contract: everything adds up to the byte, and what is unexplained is little.
void check_sums(const Json& report) {
  const auto difference = report["differenceBytes"].get<std::int64_t>();
  const auto unexplained = report["unexplainedBytes"].get<std::int64_t>();
  const auto floor = report["noiseFloorBytes"].get<std::int64_t>();
  CHECK(difference ==
        report["new"]["selfSizeBytes"].get<std::int64_t>() - report["base"]["selfSizeBytes"].get<std::int64_t>());
  CHECK(json_sum(report["rows"]) + unexplained == difference);
  for (const char* table : {"packages", "lines", "constructors"}) {
    CAPTURE(table);
    CHECK(json_sum(report[table]) == difference);
  }
  CHECK(std::abs(unexplained) <= std::max(std::abs(difference) / 20, floor));
  std::int64_t owned = 0;
  for (const Json& owner : report["owners"]) {
    owned += owner["bytes"].get<std::int64_t>();
  }
  CHECK(owned == report["new"]["selfSizeBytes"].get<std::int64_t>());
}

}  // namespace

TEST_CASE("compare: the leak of the new build is the first row, with its line, and everything adds up") {
  const Json report = compared_json("bug-892-fixed", "bug-892");
  check_sums(report);
  CHECK(report["mode"] == "compare");
  CHECK(report["base"]["snapshots"].size() > 2);
  const Json& row = report["rows"][0];
  CHECK(row["kind"] == "event-listener");
  CHECK(row["holder"] == "Redis");
  CHECK(row["isNoise"] == false);
  CHECK(row["perHourBytes"].get<double>() > 50e6);
  CHECK(row["sites"][0]["file"].get<std::string>().find("cache.service") != std::string::npos);
  CHECK(report["suspects"][0]["kind"] == "event-listener");
  for (const char* word : {"in between", "all snapshots", "first snapshot"}) {
    CHECK(report["suspects"][0]["why"].get<std::string>().find(word) == std::string::npos);
  }
}

TEST_CASE("compare: every pair of stored series adds up to the byte") {
  const std::vector<std::string> names = {"bug-892-fixed", "healthy-lru", "npm-mem-4", "leak-beside-cache",
                                          "worker-port-listeners"};
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    CAPTURE(names[i]);
    check_sums(compared_json(names[i], names[i + 1]));
  }
}

TEST_CASE("compare: its JSON keeps to its schema") {
  const Json schema = Json::parse(std::ifstream(HEAPDIFF_SOURCE_DIR "/reports/compare.schema.json"));
  CHECK(heapdiff::test::schema_complaint(schema, compared_json("bug-892-fixed", "bug-892-ci")) == "");
}

TEST_CASE("compare: the growth of another version of the engine is one row, and never the first") {
  const std::vector<std::string> versions = {"node14", "node16", "node18", "node20", "node22", "node24"};
  for (std::size_t i = 0; i + 1 < versions.size(); ++i) {
    for (const bool backwards : {false, true}) {
      CAPTURE(versions[i]);
      CAPTURE(backwards);
      const std::string base = versions[backwards ? i + 1 : i];
      const std::string now = versions[backwards ? i : i + 1];
      const Json report =
          compared_json("corpus/" + base + "-plain-1.heapsnapshot.zst", "corpus/" + now + "-plain-1.heapsnapshot.zst");
      check_sums(report);
      std::size_t engine_rows = 0;
      for (const Json& row : report["rows"]) {
        engine_rows += row["kind"] == "engine" ? 1U : 0U;
      }
      CHECK(engine_rows == 1);
      // Where the program is the same, there may be no other row.
      CHECK((report["rows"].size() == 1 || report["rows"][0]["kind"] != "engine"));
    }
  }
}

TEST_CASE("compare: with two revisions, the commits between them that touched the blamed file") {
  if (std::system("git --version >/dev/null 2>&1") != 0) {
    MESSAGE("git is not installed");
    return;
  }
  const TemporaryFolder repo;
  namespace fs = std::filesystem;
  const auto git = [&](const std::string& command) {
    const std::string line =
        "cd '" + repo.path.string() +
        "' && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a "
        "GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org && " +
        command + " >/dev/null 2>&1";
    REQUIRE(std::system(line.c_str()) == 0);
  };
  const auto take = [&](const char* series) {
    fs::copy(kStored + series + "/source", repo.path,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  };
  take("bug-892-fixed");
  git("git init -q -b main && git add -A && git commit -qm 'Cache' && git tag v1");
  repo.write("src/cache/later.ts", "export const later = 1;\n");
  git("git add -A && git commit -qm 'Another file'");
  take("bug-892-ci");
  git("git add -A && git commit -qm 'Subscribe to invalidations' && git tag v2");
  repo.write("README.md", "later\n");
  git("git add -A && git commit -qm 'After the release'");
  const std::string at = "'" + repo.path.string() + "'";
  const std::string pair = "compare " + side_of("bug-892-fixed") + side_of("bug-892-ci") + "-q --format json " +
                           "--source-root " + at + " --repo " + at;
  const auto outcome = run_cli(pair + " --base-rev v1 --new-rev v2");
  REQUIRE(outcome.code == 0);
  const Json report = Json::parse(outcome.out);
  const Json& commits = report["suspects"][0]["recentCommits"];
  REQUIRE(commits.size() == 1);
  CHECK(commits[0]["subject"] == "Subscribe to invalidations");
  const auto none = run_cli(pair + " --base-rev v2 --new-rev v2");
  REQUIRE(none.code == 0);
  CHECK_FALSE(Json::parse(none.out)["suspects"][0].contains("recentCommits"));
  CHECK(run_cli(pair + " --base-rev v1").code == 2);
  CHECK(run_cli(pair + " --base-rev v1 --new-rev nowhere").code == 2);
}

TEST_CASE("compare: gates and exit codes") {
  const std::string pair = "compare " + side_of("bug-892-fixed") + side_of("bug-892-ci") + "-q --no-source ";
  CHECK(run_cli(pair).code == 0);
  CHECK(run_cli(pair + "--fail-on 'growth>1MB'").code == 1);
  CHECK(run_cli(pair + "--fail-on 'growth>100MB'").code == 0);
  CHECK(run_cli(pair + "--fail-on 'growth>100MB' --fail-on 'growth>1MB'").code == 1);
  CHECK(run_cli(pair + "--base-ops 1000 --new-ops 1000 --fail-on 'growth>1kB/op'").code == 1);
  CHECK(run_cli(pair + "--fail-on 'growth>1kB/op'").code == 2);
  for (const char* gate : {"leak", "'rate>1MB/h'", "'suspect-rate>1MB/h'", "'listeners>0/h'"}) {
    CAPTURE(gate);
    CHECK(run_cli(pair + "--fail-on " + gate).code == 2);
  }
  CHECK(run_cli("compare " + side_of("bug-892-fixed") + side_of("bug-892-fixed") +
                "-q --no-source --fail-on new-suspects")
            .code == 0);
  CHECK(run_cli("compare " + side_of("bug-892")).code == 2);
  CHECK(run_cli("compare " + side_of("bug-892") + "/none/such.heapsnapshot").code == 3);
  CHECK(run_cli(pair + "--base-rev a").code == 2);
}

TEST_CASE("compare: every format says what grew, and a pull request's comment is short") {
  const std::string pair = "compare " + side_of("bug-892-fixed") + side_of("bug-892-ci") + "-q --no-source --format ";
  for (const char* format : {"text", "markdown", "jira", "adf", "html", "json", "csv", "sarif", "junit", "github",
                             "github-summary", "codequality", "postmortem"}) {
    CAPTURE(format);
    const auto outcome = run_cli(pair + format + (std::string(format) == "text" ? " --full" : ""));
    CHECK(outcome.code == 0);
    CHECK(outcome.out.size() > 60);
    for (const char* word : {"Leak rate", "LEAK RATE", "INCONCLUSIVE"}) {
      CHECK(outcome.out.find(word) == std::string::npos);
    }
  }
  const auto comment = run_cli(pair + "github-summary");
  CHECK(comment.out.size() < 8000);
  CHECK(comment.out.find("Redis") != std::string::npos);
  CHECK(comment.out == run_cli(pair + "github-summary").out);
}

TEST_CASE("compare: two sampling profiles") {
  const TemporaryFolder folder;
  const auto profile = [](int leak, int other) {
    Json samples = Json::array();
    for (int i = 0; i < leak; ++i) {
      samples.push_back({{"size", 2000}, {"nodeId", 2}, {"ordinal", i}});
    }
    for (int i = 0; i < other; ++i) {
      samples.push_back({{"size", 2000}, {"nodeId", 3}, {"ordinal", 1000 + i}});
    }
    const auto frame = [](const char* name, const char* url, int line) {
      return Json{{"functionName", name}, {"scriptId", "1"}, {"url", url}, {"lineNumber", line}, {"columnNumber", 2}};
    };
    return Json{{"head",
                 {{"callFrame", frame("(root)", "", -1)},
                  {"selfSize", 0},
                  {"id", 1},
                  {"children",
                   {{{"callFrame", frame("subscribe", "/app/src/cache.js", 30)},
                     {"selfSize", 2000 * leak},
                     {"id", 2},
                     {"children", Json::array()}},
                    {{"callFrame", frame("render", "/app/node_modules/pug/lib/a.js", 3)},
                     {"selfSize", 2000 * other},
                     {"id", 3},
                     {"children", Json::array()}}}}}},
                {"samples", samples}}
        .dump();
  };
  folder.write("a.heapprofile", profile(10, 100));
  folder.write("b.heapprofile", profile(300, 104));
  const std::string at = folder.path.string();
  const auto outcome = run_cli("compare a.heapprofile b.heapprofile -q --no-source --format json", false, at);
  REQUIRE(outcome.code == 0);
  const Json report = Json::parse(outcome.out);
  CHECK(report["ofProfiles"] == true);
  CHECK(report["differenceBytes"] == 588'000);
  CHECK(json_sum(report["rows"]) + report["unexplainedBytes"].get<std::int64_t>() == 588'000);
  CHECK(report["rows"][0]["constructor"] == "subscribe");
  CHECK(report["rows"][0]["sites"][0]["line"] == 31);
  CHECK(report["rows"][0]["isNoise"] == false);
  CHECK(report["rows"][1]["isNoise"] == true);
  CHECK(report["rows"][1]["package"] == "pug");
  CHECK(!report["limitsOfEvidence"].empty());
  CHECK(run_cli("compare a.heapprofile b.heapprofile -q --no-source --fail-on 'growth>100kB'", false, at).code == 1);
  CHECK(run_cli("compare a.heapprofile b.heapprofile -q --no-source --fail-on 'growth>588kB'", false, at).code == 6);
  CHECK(run_cli("compare a.heapprofile a.heapprofile -q --no-source --fail-on new-suspects", false, at).code == 6);
  CHECK(run_cli("compare a.heapprofile " + side_of("bug-892") + "-q", false, at).code == 2);
  const auto summary = run_cli("summary b.heapprofile -q --no-source", false, at);
  CHECK(summary.code == 0);
  CHECK(summary.out.find("subscribe") != std::string::npos);
  CHECK(summary.out.find("pug") != std::string::npos);
  CHECK(summary.out.find("holders") != std::string::npos);
}
