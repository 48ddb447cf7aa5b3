// Lines, commits and profiles through the real program: --repo, --since, --heap-profile, --no-excerpts, --no-source.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;
using heapdiff_test::TemporaryFolder;
using nlohmann::json;
namespace fs = std::filesystem;

const std::string kFolder = HEAPDIFF_TESTDATA "/snapshots/bug-892";

std::string three_snapshots() {
  return kFolder + "/Heap.20260302.010000.1.0.001.heapsnapshot.zst " + kFolder +
         "/Heap.20260302.010100.1.0.003.heapsnapshot.zst " + kFolder +
         "/Heap.20260302.010200.1.0.005.heapsnapshot.zst ";
}

json analyze(const std::string& options) {
  const Outcome run = run_cli(three_snapshots() + "--format json " + options);
  REQUIRE(run.code == 0);
  return json::parse(run.out);
}

bool any_contains(const json& texts, const std::string& part) {
  for (const auto& text : texts) {
    if (text.get<std::string>().find(part) != std::string::npos) {
      return true;
    }
  }
  return false;
}

void git(const TemporaryFolder& repo, const std::string& command) {
  const std::string line = "cd '" + repo.path.string() +
                           "' && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a "
                           "GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org && " +
                           command + " >/dev/null 2>&1";
  REQUIRE(std::system(line.c_str()) == 0);
}

}  // namespace

TEST_CASE("--repo names the commit of the line, --since the commits of the last days before the last capture") {
  if (std::system("git --version >/dev/null 2>&1") != 0) {
    MESSAGE("git is not installed");
    return;
  }
  const TemporaryFolder repo;
  fs::copy(kFolder + "/source", repo.path, fs::copy_options::recursive);
  git(repo,
      "git init -q -b main && git add -A && GIT_AUTHOR_DATE=2026-02-10T10:00:00Z git commit -qm 'Cache on Redis'");
  repo.write("src/later.ts", "export const later = 1;\n");
  git(repo, "git add -A && GIT_AUTHOR_DATE=2026-03-01T10:00:00Z git commit -qm 'Unrelated'");
  const std::string options = "--source-root '" + repo.path.string() + "' --repo '" + repo.path.string() + "' ";
  const json report = analyze(options + "--since 30d");
  const json& first = report["suspects"][0];
  CHECK(first["commit"]["subject"] == "Cache on Redis");
  CHECK(first["commit"]["authorDate"] == "2026-02-10T10:00:00Z");
  CHECK(first["commit"]["beforeFirstCapture"] == true);
  REQUIRE(first["recentCommits"].size() == 1);
  CHECK(first["recentCommits"][0]["subject"] == "Cache on Redis");
  CHECK_FALSE(analyze(options + "--since 5d")["suspects"][0].contains("recentCommits"));
  CHECK(run_cli(three_snapshots() + options + "--format md").out.find("candidate") != std::string::npos);
  CHECK(run_cli(three_snapshots() + "--since 5d").code == 2);
  CHECK(run_cli(three_snapshots() + options + "--since soon").code == 2);
  const TemporaryFolder none;
  CHECK(run_cli(three_snapshots() + "--repo '" + none.path.string() + "'").code == 2);
}

TEST_CASE("--heap-profile adds what it sampled to a suspect whose script it names") {
  const json plain = analyze("--no-source");
  const json& site = plain["suspects"][0]["sites"][0];
  const TemporaryFolder folder;
  const auto profile_of = [](const std::string& url) {
    const json frame = {
        {"functionName", "sampled"}, {"scriptId", "1"}, {"url", url}, {"lineNumber", 2}, {"columnNumber", 0}};
    const json root = {
        {"functionName", "(root)"}, {"scriptId", "0"}, {"url", ""}, {"lineNumber", -1}, {"columnNumber", -1}};
    const json child = {{"callFrame", frame}, {"selfSize", 5000}, {"id", 2}, {"children", json::array()}};
    return json{{"head", {{"callFrame", root}, {"selfSize", 0}, {"id", 1}, {"children", json::array({child})}}}}.dump();
  };
  const auto sampled = [](const json& report) {
    for (const auto& s : report["suspects"][0]["sites"]) {
      if (s["evidence"] == "sampling-profile") {
        return true;
      }
    }
    return false;
  };
  folder.write("a.heapprofile", profile_of("/app/dist/cache/cache.service.js"));
  folder.write("other.heapprofile", profile_of("/somewhere/else.js"));
  folder.write("bad.heapprofile", "{\"head\":3}");
  const std::string at = folder.path.string();
  CAPTURE(site.dump());
  CHECK(sampled(analyze("--no-source --heap-profile " + at + "/a.heapprofile")));
  CHECK_FALSE(sampled(analyze("--no-source --heap-profile " + at + "/other.heapprofile")));
  CHECK(run_cli(three_snapshots() + "--heap-profile " + at + "/bad.heapprofile").code == 3);
  CHECK(run_cli(three_snapshots() + "--heap-profile " + at + "/absent.heapprofile").code == 3);
}

TEST_CASE("--no-excerpts keeps the source out of every format and leaves the line") {
  const std::string root = "--source-root " + kFolder + "/source ";
  const json with = analyze(root);
  const json without = analyze(root + "--no-excerpts");
  const json& site = with["suspects"][0]["sites"][0];
  REQUIRE(site.contains("excerpt"));
  const json& bare = without["suspects"][0]["sites"][0];
  CHECK_FALSE(bare.contains("excerpt"));
  CHECK(bare["line"] == site["line"]);
  CHECK(bare["file"] == site["file"]);
  CHECK(without["limitsOfEvidence"] == with["limitsOfEvidence"]);
  std::string text = site["excerpt"][1]["text"];
  text.erase(0, text.find_first_not_of(' '));  // where it stands is the format's affair
  REQUIRE(text.size() > 10);
  for (const char* format : {"text", "md"}) {
    CHECK(run_cli(three_snapshots() + root + "--format " + format).out.find(text) != std::string::npos);
    CHECK(run_cli(three_snapshots() + root + "--no-excerpts --format " + format).out.find(text) == std::string::npos);
  }
}

TEST_CASE("without the source the report names the best function and says what would give the line") {
  const json with = analyze("--source-root " + kFolder + "/source");
  CHECK_FALSE(any_contains(with["limitsOfEvidence"], "was not found"));
  const json without = analyze("--no-source");
  const json& site = without["suspects"][0]["sites"][0];
  CHECK(site["line"].get<int>() > 0);
  CHECK(any_contains(without["limitsOfEvidence"], "The source of " + site["file"].get<std::string>()));
  CHECK(any_contains(without["nextSteps"], "--source-root"));
}
