// What a checkout's heapdiff.toml may do, and that no output overwrites an input.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;
using heapdiff_test::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

const std::string kGatedSeries = "'" HEAPDIFF_TESTDATA "/snapshots/bug-892-ci'";

/// A repository with settings in it; the program runs in a folder below its root.
struct Checkout {
  explicit Checkout(const std::string& settings) {
    fs::create_directories(folder.path / "repository" / ".git");
    fs::create_directories(folder.path / "repository" / "service");
    folder.write("repository/heapdiff.toml", settings);
  }
  [[nodiscard]] Outcome run(const std::string& arguments) const {
    return run_cli(arguments, true, (folder.path / "repository" / "service").string());
  }
  TemporaryFolder folder;
};

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a checkout's settings cannot write, show what is masked, or let a gate pass") {
  for (const char* setting : {"output = [\"stolen.md\"]", "show-values = true", "show-names = true", "lenient = true",
                              "force = true", "max-memory = \"1GB\"", "key = \"k\"", "[analyze]\nlenient = true"}) {
    CAPTURE(setting);
    const Checkout checkout(setting);
    const Outcome outcome = checkout.run(kGatedSeries + " -q");
    CHECK(outcome.code == 2);
    CHECK(outcome.out.find("heapdiff.toml: line ") != std::string::npos);
    CHECK(outcome.out.find("a checkout may not set") != std::string::npos);
    CHECK_FALSE(fs::exists(checkout.folder.path / "repository" / "service" / "stolen.md"));
  }
  const Checkout named("output = [\"mine.md\"]");
  CHECK(named.run(kGatedSeries + " -q --config ../heapdiff.toml").code == 0);  // a person named the file
  CHECK(fs::exists(named.folder.path / "repository" / "service" / "mine.md"));
}

TEST_CASE("a checkout's settings name files inside of the repository only") {
  for (const char* setting :
       {"source-root = \"../..\"", "source-root = \"/\"", "repo = \"/tmp\"", "heap-profile = \"/etc/passwd\"",
        "baseline = \"../../other.json\"", "suppress = \"link/known.toml\"", "source-map = \"/etc/hosts\""}) {
    CAPTURE(setting);
    const Checkout checkout(setting);
    fs::create_directories(checkout.folder.path / "outside");
    checkout.folder.write("outside/known.toml", "");
    fs::create_directory_symlink(checkout.folder.path / "outside",
                                 checkout.folder.path / "repository" / "service" / "link");
    const Outcome outcome = checkout.run(kGatedSeries + " -q");
    CHECK(outcome.code == 2);
    CHECK(outcome.out.find("outside of the project") != std::string::npos);
  }
  CHECK(Checkout("source-root = \"..\"").run(kGatedSeries + " -q").code == 0);
}

TEST_CASE("what a checkout changes of a judgement stands beside the outcome of the gates") {
  const Checkout checkout("ops = 1000");
  const Outcome gated = checkout.run(kGatedSeries + " -q --fail-on 'growth>1GB/op' --width 200");
  CHECK(gated.out.find("Settings of the project change what the gates judge: --ops (heapdiff.toml, line 1)") !=
        std::string::npos);
  CHECK(checkout.run(kGatedSeries + " -q").out.find("Settings of the project") == std::string::npos);
  CHECK(run_cli(kGatedSeries + " -q --ops 1000 --fail-on 'growth>1GB/op'", true).out.find("Settings of the project") ==
        std::string::npos);
}

TEST_CASE("settings that are too large or nested too deep are refused before they are parsed") {
  std::string dotted = "a";
  for (int i = 0; i < 150'000; ++i) {
    dotted += ".a";
  }
  std::string brackets(100'000, '[');
  for (const std::string& settings : {dotted + " = 1", "x = " + brackets, std::string(300 * 1024, '#')}) {
    const Checkout checkout(settings);
    CHECK(checkout.run(kGatedSeries + " -q").code == 2);
    checkout.folder.write("known.toml", settings);
    CHECK(run_cli(kGatedSeries + " -q --no-config --fail-on leak --suppress '" +
                      (checkout.folder.path / "known.toml").string() + "'",
                  true)
              .code == 2);
  }
}

TEST_CASE("outside of a repository only the working folder's own file is read") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path / "a" / "b");
  folder.write("a/heapdiff.toml", "nonsense = 1");
  CHECK(run_cli(kGatedSeries + " -q", true, (folder.path / "a" / "b").string()).code == 0);
  CHECK(run_cli(kGatedSeries + " -q", true, (folder.path / "a").string()).code == 2);
}

TEST_CASE("the user's own settings are trusted, and those of the project come before them") {
  const Checkout checkout("format = \"csv\"");
  fs::create_directories(checkout.folder.path / "xdg" / "heapdiff");
  checkout.folder.write("xdg/heapdiff/heapdiff.toml", "format = \"json\"\noutput = [\"out\"]\n");
  setenv("XDG_CONFIG_HOME", (checkout.folder.path / "xdg").c_str(), 1);
  const Outcome outcome = checkout.run(kGatedSeries + " -q");
  unsetenv("XDG_CONFIG_HOME");
  CHECK(outcome.code == 0);
  CHECK(content(checkout.folder.path / "repository" / "service" / "out").starts_with("table,"));
}

TEST_CASE("an output that is an input is refused before anything is read or written") {
  const TemporaryFolder folder;
  fs::copy(HEAPDIFF_TESTDATA "/snapshots/bug-892-ci", folder.path / "series", fs::copy_options::recursive);
  std::string snapshot;
  for (const auto& entry : fs::directory_iterator(folder.path / "series")) {
    if (entry.path().string().find(".heapsnapshot") != std::string::npos) {
      snapshot = entry.path().filename().string();
    }
  }
  const fs::path file = folder.path / "series" / snapshot;
  fs::create_symlink(file, folder.path / "link");
  fs::create_hard_link(file, folder.path / "hard");
  folder.write("known.toml", "signature-version = 2\n[[suppress]]\nsignature = \"0123456789abcdef\"\nreason = \"r\"\n");
  const std::string before = content(file);
  const std::string known = content(folder.path / "known.toml");
  for (const std::string& arguments : std::vector<std::string>{
           "analyze series -o markdown=series/" + snapshot, "analyze series -o ./series/../series/" + snapshot,
           "analyze series -o json=link", "analyze series -o text=hard", "analyze series -o series/" + snapshot,
           std::string("analyze series --fail-on leak --suppress known.toml -o csv=known.toml"),
           "summary series/" + snapshot + " -o markdown=link",
           "redact series/" + snapshot + " --key 0123456789 -o hard", "explain series --suspect 1 -o json=link",
           "verify --before series --after series -o json=hard",
           "diff series/" + snapshot + " series/" + snapshot + " -o csv=link"}) {
    CAPTURE(arguments);
    const Outcome outcome = run_cli(arguments, true, folder.path.string());
    CHECK(outcome.code == 2);
    CHECK(outcome.out.find("is the input") != std::string::npos);
    CHECK(content(file) == before);
    CHECK(content(folder.path / "known.toml") == known);
  }
  CHECK(run_cli("analyze series -q -o markdown=series/report.md", true, folder.path.string()).code == 0);
  CHECK(run_cli("analyze series -q -o markdown=series/report.md", true, folder.path.string()).code == 0);
}

TEST_CASE("a limit on the size of files ends with the exit code of a failed output") {
  const TemporaryFolder folder;
  const std::string command = "cd '" + folder.path.string() + "' && ulimit -f 1 && " HEAPDIFF_BINARY " " +
                              kGatedSeries + " -q -o json=out.json 2>/dev/null";
  const int status = std::system(("bash -c \"" + command + "\"").c_str());
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 5);
  CHECK_FALSE(fs::exists(folder.path / "out.json"));
}
