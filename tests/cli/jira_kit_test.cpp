// -o jira-kit=DIR as a user meets it, and the limits of tickets and post-mortems on every stored series.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;
namespace fs = std::filesystem;

namespace {

const std::string kLeakingSeries = HEAPDIFF_TESTDATA "/snapshots/bug-892-ci";

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::ptrdiff_t lines_in(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

/// How often `word` is in `text`.
int times_in(const std::string& text, std::string_view word) {
  int times = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; ++at) {
    ++times;
  }
  return times;
}

/// The first absolute path of a machine in `text`: one that begins with a folder at the root of this machine or of the
/// one that captured. Empty when it names no such folder.
std::string machine_path_in(const std::string& text) {
  std::vector<std::string> folders{"/app/"};
  for (const auto& entry : fs::directory_iterator("/")) {
    folders.push_back(entry.path().string() + "/");
  }
  for (const std::string& folder : folders) {
    for (std::size_t at = 0; (at = text.find(folder, at)) != std::string::npos; ++at) {
      const char before = at == 0 ? ' ' : text[at - 1];
      const bool inside = std::isalnum(static_cast<unsigned char>(before)) != 0 || (before & 0x80) != 0 ||
                          std::string_view("._-/*~>)").find(before) != std::string_view::npos;
      if (!inside) {
        return text.substr(at, 80);
      }
    }
  }
  return {};
}

}  // namespace

TEST_CASE("jira-kit: a folder that its own script posts") {
  const heapdiff_test::TemporaryFolder folder;
  const std::string kit = (folder.path / "kit").string();
  const Outcome first = run_cli("'" + kLeakingSeries + "' --no-source -o jira-kit=" + kit);
  CHECK(first.code == 0);
  CHECK(first.out.starts_with("LEAK  "));
  CHECK(first.out.find("\njira-kit: " + kit + ", to be posted with its post.sh\n") != std::string::npos);
  CHECK(fs::exists(kit + "/issue.json"));
  CHECK((fs::status(kit + "/post.sh").permissions() & fs::perms::owner_exec) != fs::perms::none);
  // The folder of an earlier run is replaced.
  std::ofstream(kit + "/issue.json") << "old";
  const Outcome second = run_cli("'" + kLeakingSeries + "' --no-source -o jira-kit=" + kit + "/");
  CHECK(second.code == 0);
  CHECK(nlohmann::json::parse(bytes_of(kit + "/issue.json")).contains("fields"));
  CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 1);
}

TEST_CASE("jira-kit: another folder is refused before anything is read") {
  const heapdiff_test::TemporaryFolder folder;
  folder.write("mine/notes.txt", "mine");
  fs::create_directory(folder.path / "empty");
  for (const char* name : {"mine", "empty", "mine/notes.txt", "missing/kit"}) {
    const Outcome outcome = run_cli("no-such-file -o jira-kit=" + (folder.path / name).string(), true);
    CHECK_MESSAGE(outcome.code == 5, outcome.out);
    CHECK(outcome.out.find((folder.path / name).string()) != std::string::npos);
  }
  CHECK(bytes_of(folder.path / "mine/notes.txt") == "mine");
  CHECK(std::distance(fs::directory_iterator(folder.path / "mine"), {}) == 1);
}

TEST_CASE("jira-kit: it is a folder and nothing for standard output") {
  CHECK(run_cli("'" + kLeakingSeries + "' --format jira-kit").code == 2);
  const Outcome misspelt = run_cli("'" + kLeakingSeries + "' -o jira-kti=kit", true);
  CHECK(misspelt.code == 2);
  CHECK(misspelt.out.find("jira-kit") != std::string::npos);
  CHECK(run_cli("summary '" + kLeakingSeries + "' -o jira-kit=kit").code != 0);
}

TEST_CASE("jira-kit: of a comparison and of one snapshot") {
  const heapdiff_test::TemporaryFolder folder;
  const std::string compared = (folder.path / "compared").string();
  CHECK(run_cli("compare " HEAPDIFF_TESTDATA "/snapshots/bug-892-fixed '" + kLeakingSeries +
                "' -q --no-source -o jira-kit=" + compared)
            .code == 0);
  CHECK(nlohmann::json::parse(bytes_of(compared + "/kit.json"))["post"] == true);
  const std::string single = (folder.path / "single").string();
  const std::string snapshot = "'" + kLeakingSeries + "/Heap.20260302.010500.1.0.004.heapsnapshot.zst'";
  CHECK(run_cli(snapshot + " -q --no-source -o jira-kit=" + single).code == 0);
  CHECK(!fs::exists(single + "/chart.svg"));
}

TEST_CASE("tickets and post-mortems of the stored series keep to their limits and name no folder of a machine") {
  int series = 0;
  for (const auto& entry : fs::directory_iterator(HEAPDIFF_TESTDATA "/snapshots")) {
    if (!fs::exists(entry.path() / "truth.json")) {
      continue;
    }
    ++series;
    CAPTURE(entry.path().filename().string());
    const heapdiff_test::TemporaryFolder out;
    const std::string to = out.path.string();
    const std::string folder = entry.path().string();
    REQUIRE(run_cli("'" + folder + "' -q --source-root '" + folder + "/source' --fail-on leak --lenient -o json=" + to +
                    "/r.json -o jira=" + to + "/t.jira -o postmortem=" + to + "/p.md -o adf=" + to +
                    "/t.adf -o jira-kit=" + to + "/kit")
                .code <= 1);
    const auto report = nlohmann::json::parse(bytes_of(out.path / "r.json"));
    const auto suspects = static_cast<std::ptrdiff_t>(report["suspects"].size());
    CHECK(lines_in(bytes_of(out.path / "t.jira")) <= 40 + std::max<std::ptrdiff_t>(0, suspects - 1));
    const std::string postmortem = bytes_of(out.path / "p.md");
    CHECK(lines_in(postmortem) <= 120);
    const int blanks = times_in(postmortem, "\\[fill in:");
    CHECK(blanks <= 15);
    CHECK(times_in(postmortem, "?\\]") == blanks);  // each asks a question
    for (const char* file : {"t.jira", "t.adf", "p.md", "kit/issue.json", "kit/comment.json", "kit/kit.json",
                             "kit/report.html", "kit/chart.svg"}) {
      if (fs::exists(out.path / file)) {
        CHECK_MESSAGE(machine_path_in(bytes_of(out.path / file)) == "", file);
      }
    }
  }
  CHECK(series > 20);
}
