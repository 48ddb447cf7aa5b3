// Every command of README.md and of the pages in apps/docs runs as it is written there, and prints what is shown. The
// settings are settings, and the picture is of the program.

#include "support/approve.h"
#include "support/run_cli.h"
#include "support/temporary_folder.h"
#include "support/terminal_picture.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

/// A fenced block of a page, or indented lines (language "indented").
struct DocBlock {
  std::string page;
  std::string language;
  std::vector<std::string> lines;
};

std::vector<std::string> pages() {
  std::vector<std::string> found = {"README.md", "apps/npm/heapdiff/README.md"};
  for (const auto& entry : fs::directory_iterator(HEAPDIFF_SOURCE_DIR "/apps/docs")) {
    if (entry.path().extension() == ".md") {
      found.push_back("apps/docs/" + entry.path().filename().string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<DocBlock> blocks() {
  std::vector<DocBlock> found;
  for (const std::string& page : pages()) {
    std::ifstream file(HEAPDIFF_SOURCE_DIR "/" + page);
    bool fenced = false;
    bool open = false;
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("```")) {
        fenced = !fenced;
        open = fenced;
        if (fenced) {
          found.push_back({page, line.substr(3), {}});
        }
      } else if (fenced) {
        found.back().lines.push_back(line);
      } else if (line.starts_with("    ")) {
        if (!open) {
          found.push_back({page, "indented", {}});
        }
        open = true;
        found.back().lines.push_back(line.substr(4));
      } else {
        open = false;
      }
    }
  }
  return found;
}

/// The command without its comment: "heapdiff a b  # what it does". None of these has # in an argument.
std::string without_comment(const std::string& line) {
  const std::string command = line.substr(0, line.find(" # "));
  return command.substr(0, command.find_last_not_of(' ') + 1);
}

/// Commands that need more than the program: where each is run.
constexpr std::array<std::string_view, 22> kRunElsewhere = {
    "./setup.sh demo", "./setup.sh test",               // .ci/run
    "npm install --save-dev heapdiff", "npx heapdiff",  // tests/external/npm_runners.sh
    "heapdiff capture pid:", "heapdiff capture -- node", "heapdiff capture localhost:", "kubectl port-forward",
    "sudo heapdiff capture",
    // tests/external/capture.sh, with ports and processes of its own; a cluster is not tried
    "node --heapsnapshot-near-heap-limit", "heapdiff Heap.2026",  // tests/external/readme.sh
    "heapdiff export report", "heapdiff export reports/",  // tests/cli/export_reports_test.cpp, tests/external/fleet.sh
    // Text in blocks without a language: what programs print.
    "INCONCLUSIVE", "              ", "  line ", "  why ", "  frees ", "           >", "> ", "cat ", "- "};

bool is_run_elsewhere(const std::string& line) {
  return std::any_of(kRunElsewhere.begin(), kRunElsewhere.end(), [&](auto start) { return line.starts_with(start); });
}

/// A folder with what the commands name.
class ReadmeFolder {
 public:
  ReadmeFolder() {
    const fs::path data = HEAPDIFF_TESTDATA "/snapshots";
    for (const auto& entry : fs::directory_iterator(data)) {
      link(entry.path(), entry.path().filename().string());
    }
    link(data / "bug-892-ci", "snapshots");
    link(data / "bug-892-ci", "leaking");
    link(data / "bug-892-fixed", "fixed");
    std::vector<fs::path> series;
    for (const auto& entry : fs::directory_iterator(data / "bug-892-ci")) {
      if (entry.path().extension() == ".zst") {
        series.push_back(entry.path());
      }
    }
    std::sort(series.begin(), series.end());
    REQUIRE(series.size() == 4);
    // The content tells what a file is, and not its name.
    for (const char* name : {"before.heapsnapshot", "base.heapsnapshot", "a.heapsnapshot.gz"}) {
      link(series[0], name);
    }
    for (const char* name : {"after.heapsnapshot", "new.heapsnapshot", "b.heapsnapshot.zst"}) {
      link(series[3], name);
    }
    link(data / "bug-892/Heap.20260302.010200.1.0.005.heapsnapshot.zst", "one.heapsnapshot");
  }
  [[nodiscard]] std::string path() const { return folder_.path.string(); }

 private:
  void link(const fs::path& target, const std::string& name) const { fs::create_symlink(target, folder_.path / name); }
  heapdiff_test::TemporaryFolder folder_;
};

/// `heapdiff ARGUMENTS` in `folder`, its exit code 1 where a gate is asked for.
void check_command(const std::string& command, const std::string& folder) {
  CAPTURE(command);
  const auto outcome = heapdiff::test::run_cli(command.substr(command.find(' ') + 1), true, folder);
  const bool gated = command.find("--fail-on") != std::string::npos;
  CHECK_MESSAGE(outcome.code == (gated ? 1 : 0), outcome.out);
}

/// Checks that `shown` are lines of `out`, in this order; a line "..." stands for any lines.
void check_shown(const std::vector<std::string>& shown, const std::string& out, const std::string& command) {
  std::vector<std::string> printed;
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    printed.push_back(line);
  }
  std::size_t at = 0;
  bool anywhere = false;
  for (const std::string& line : shown) {
    if (line == "...") {
      anywhere = true;
      continue;
    }
    while (anywhere && at < printed.size() && printed[at] != line) {
      ++at;
    }
    CHECK_MESSAGE((at < printed.size() && printed[at] == line), command << " does not print\n"
                                                                        << line << "\nbut\n"
                                                                        << out);
    if (at == printed.size()) {
      return;
    }
    ++at;
    anywhere = false;
  }
  CHECK_MESSAGE((anywhere || at == printed.size()), command << " prints more:\n" << out);
}

/// The command of a step of a CI file, which a folded scalar continues on the next lines.
std::vector<std::string> commands_of_ci(const DocBlock& block) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < block.lines.size(); ++i) {
    const std::string& line = block.lines[i];
    const std::size_t at = line.find("heapdiff snapshots/");
    if (at == std::string::npos) {
      continue;
    }
    std::string command = line.substr(at);
    while (i + 1 < block.lines.size() && block.lines[i + 1].starts_with("    -o ")) {
      command += " " + block.lines[++i].substr(4);
    }
    found.push_back(command.substr(0, command.find('"')));
  }
  return found;
}

}  // namespace

TEST_CASE("the commands of the README and of its pages run, or a test that runs them is named") {
  const ReadmeFolder folder;
  std::size_t run = 0;
  for (const DocBlock& block : blocks()) {
    if (block.language != "sh" && block.language != "indented") {
      continue;
    }
    for (const std::string& line : block.lines) {
      const std::string command = without_comment(line);
      if (command.empty() || command.starts_with("#") || is_run_elsewhere(command)) {
        continue;
      }
      CHECK_MESSAGE(command.starts_with("heapdiff "), block.page, ": who runs this? ", command);
      if (command.find("| dot") != std::string::npos || command.find("| sqlite3") != std::string::npos) {
        check_command(command.substr(0, command.find(" |")), folder.path());
      } else {
        check_command(command, folder.path());
      }
      ++run;
    }
  }
  CHECK(run >= 20);
}

TEST_CASE("the commands of the README print what it shows") {
  const ReadmeFolder folder;
  std::size_t run = 0;
  for (const DocBlock& block : blocks()) {
    if (block.language != "console") {
      continue;
    }
    for (std::size_t i = 0; i < block.lines.size();) {
      REQUIRE(block.lines[i].starts_with("$ heapdiff "));
      const std::string command = block.lines[i].substr(11);
      std::vector<std::string> shown;
      for (++i; i < block.lines.size() && !block.lines[i].starts_with("$ "); ++i) {
        shown.push_back(block.lines[i]);
      }
      const auto outcome = heapdiff::test::run_cli(command + " 2>&1", false, folder.path());
      check_shown(shown, outcome.out, command);
      CHECK(outcome.code == 0);
      ++run;
    }
  }
  CHECK(run == 5);
}

TEST_CASE("the steps for GitLab, GitHub and Jenkins run, and find the leak") {
  const ReadmeFolder folder;
  std::size_t run = 0;
  for (const DocBlock& block : blocks()) {
    if (block.language == "yaml" || block.language == "groovy") {
      for (const std::string& command : commands_of_ci(block)) {
        check_command(command, folder.path());
        ++run;
      }
    }
  }
  CHECK(run == 3);
  for (const char* file : {"summary.md", "heapdiff.sarif", "junit.xml", "gl-code-quality.json", "heapdiff.html"}) {
    CHECK(fs::exists(fs::path(folder.path()) / file));
  }
}

TEST_CASE("the settings and suppressions of the page on CI are read") {
  const heapdiff_test::TemporaryFolder folder;
  std::size_t files = 0;
  for (const DocBlock& block : blocks()) {
    if (block.language == "toml") {
      std::string text;
      for (const std::string& line : block.lines) {
        text += line + "\n";
      }
      folder.write(text.find("[[suppress]]") != std::string::npos ? "known.toml" : "heapdiff.toml", text);
      ++files;
    }
  }
  REQUIRE(files == 2);
  const auto outcome = heapdiff::test::run_cli(
      "'" HEAPDIFF_TESTDATA "/snapshots/bug-892-ci' --config heapdiff.toml -o /dev/null", true, folder.path.string());
  CHECK(outcome.code == 1);
  CHECK(outcome.out.find("gate leak: failed") != std::string::npos);
  CHECK(outcome.out.find("gate growth>1kB/op: held") != std::string::npos);
  CHECK(outcome.out.find("known.toml: ") != std::string::npos);
}

TEST_CASE("the README has less than 200 lines, and its picture is as approved") {
  std::ifstream file(HEAPDIFF_SOURCE_DIR "/README.md");
  CHECK(std::count(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>(), '\n') < 200);

  constexpr int kColumns = 92;
  const ReadmeFolder folder;
  const std::string command = "bug-892 --source-root bug-892/source";
  const auto outcome =
      heapdiff::test::run_cli(command + " --color always --width " + std::to_string(kColumns), false, folder.path());
  REQUIRE(outcome.code == 0);
  for (const auto& [name, theme] :
       {std::pair{"light", heapdiff::test::kLightTheme}, {"dark", heapdiff::test::kDarkTheme}}) {
    heapdiff::test::approve(std::string("../../apps/docs/bug-892-") + name + ".svg",
                            heapdiff::test::terminal_picture("heapdiff " + command, outcome.out, kColumns, theme));
  }
}
