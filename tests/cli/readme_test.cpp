// What README.md gives to paste into CI runs, and its settings are settings.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

std::string ci_section() {
  std::ostringstream text;
  text << std::ifstream(HEAPDIFF_SOURCE_DIR "/README.md").rdbuf();
  const std::string readme = text.str();
  const std::size_t from = readme.find("\n## In CI\n");
  REQUIRE(from != std::string::npos);
  return readme.substr(from, readme.find("\n## ", from + 1) - from);
}

/// The commands of the section, without the words around them: those of the YAML and Groovy too.
std::vector<std::string> commands() {
  std::vector<std::string> found;
  std::istringstream lines(ci_section());
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("heapdiff ");
    const bool code = line.starts_with("    ") || line.starts_with("sh ");
    if (code && at != std::string::npos) {
      found.push_back(line.substr(at + 9));
      if (line.starts_with("    heapdiff") && found.back().find("--fail-on 'growth") != std::string::npos) {
        std::getline(lines, line);  // a folded scalar goes on
        found.back() += " " + line.substr(line.find('-'));
      }
      found.back() = found.back().substr(0, found.back().find_first_of("#\""));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("the commands of the README's section on CI run, and find the leak") {
  const heapdiff_test::TemporaryFolder folder;
  const fs::path data = HEAPDIFF_TESTDATA "/snapshots";
  fs::create_directory_symlink(data / "bug-892-ci", folder.path / "snapshots");
  fs::create_directory_symlink(data / "bug-892-ci", folder.path / "leaking");
  fs::create_directory_symlink(data / "bug-892-fixed", folder.path / "fixed");
  const fs::path before = fs::current_path();
  fs::current_path(folder.path);
  const std::vector<std::string> all = commands();
  CHECK(all.size() == 6);
  for (const std::string& command : all) {
    CAPTURE(command);
    CHECK(heapdiff::test::run_cli(command).code == (command.starts_with("verify") ? 0 : 1));
  }
  for (const char* file : {"summary.md", "heapdiff.sarif", "junit.xml", "gl-code-quality.json", "heapdiff.html"}) {
    CHECK(fs::exists(file));
  }
  fs::current_path(before);
}

TEST_CASE("the settings and suppressions of the README are read") {
  const heapdiff_test::TemporaryFolder folder;
  std::istringstream lines(ci_section());
  std::string block;
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line == "```toml") {
      inside = true;
      block.clear();
    } else if (line == "```" && inside) {
      inside = false;
      folder.write(block.find("[[suppress]]") != std::string::npos ? "known.toml" : "heapdiff.toml", block);
    } else if (inside) {
      block += line + "\n";
    }
  }
  const fs::path before = fs::current_path();
  fs::current_path(folder.path);
  const auto outcome =
      heapdiff::test::run_cli("'" HEAPDIFF_TESTDATA "/snapshots/bug-892-ci' --config heapdiff.toml -o /dev/null", true);
  fs::current_path(before);
  CHECK(outcome.code == 1);
  CHECK(outcome.out.find("gate leak: failed") != std::string::npos);
  CHECK(outcome.out.find("gate growth>1kB/op: held") != std::string::npos);
  CHECK(outcome.out.find("known.toml: ") != std::string::npos);
}
