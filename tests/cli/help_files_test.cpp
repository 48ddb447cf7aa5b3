// Completions and the man page come from the options themselves: each option of each command is in all of them.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using heapdiff::test::run_cli;

namespace {

/// "--fail-on" and the like in the help of a command.
std::set<std::string> flags_of(const std::string& command) {
  std::set<std::string> flags;
  std::istringstream lines(run_cli(command + " --help").out);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find("--");
    if (line.starts_with("  -") && at != std::string::npos) {
      flags.insert(line.substr(at, line.find_first_of(" ,[", at) - at));
    }
  }
  return flags;
}

std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) {
    text += static_cast<char>(c);
  }
  CHECK(pclose(pipe) == 0);
  return text;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

TEST_CASE("completions and the man page name every option of every command") {
  const std::string bash = run_cli("completion bash").out;
  const std::string zsh = run_cli("completion zsh").out;
  const std::string fish = run_cli("completion fish").out;
  const std::string man = run_cli("man").out;
  std::size_t options = 0;
  for (const char* command : {"analyze", "summary", "diff", "explain", "verify", "export", "capture", "redact"}) {
    CHECK(bash.find(command) != std::string::npos);
    CHECK(zsh.find("'" + std::string(command) + ":") != std::string::npos);
    CHECK(man.find(".SS heapdiff " + std::string(command)) != std::string::npos);
    for (const std::string& flag : flags_of(command)) {
      CAPTURE(command);
      CAPTURE(flag);
      ++options;
      CHECK(bash.find(flag + " ") + bash.find(flag + "\"") != 2 * std::string::npos);
      CHECK(zsh.find("*" + flag) != std::string::npos);
      CHECK(fish.find(" -l " + flag.substr(2)) != std::string::npos);
      CHECK(man.find(replaced(flag, "-", "\\-")) != std::string::npos);
    }
  }
  CHECK(options > 100);
  CHECK(man.starts_with(".TH HEAPDIFF 1 "));
  CHECK(man.find(".SH EXIT STATUS") != std::string::npos);
  CHECK(run_cli("completion tcsh").code == 2);
}

TEST_CASE("bash completes commands, options and formats") {
  const heapdiff_test::TemporaryFolder folder;
  folder.write("heapdiff.bash", run_cli("completion bash").out);
  const auto complete = [&](const std::string& words, int at) {
    return output_of("bash -c 'source \"" + (folder.path / "heapdiff.bash").string() + "\"; COMP_WORDS=(" + words +
                     "); COMP_CWORD=" + std::to_string(at) + "; _heapdiff; echo \"${COMPREPLY[@]}\"'");
  };
  CHECK(complete("heapdiff ver", 1) == "verify\n");
  CHECK(complete("heapdiff verify --bef", 2) == "--before\n");
  CHECK(complete("heapdiff snapshots/ --fail", 2) == "--fail-on\n");
  CHECK(complete("heapdiff snapshots/ --format sar", 3) == "sarif\n");
  CHECK(complete("heapdiff summary --format sar", 3) == "\n");
  CHECK(complete("heapdiff diff --color n", 3) == "never\n");
  CHECK(complete("heapdiff diff --by c", 3) == "count\n");
  CHECK(complete("heapdiff export --to n", 3) == "ndjson\n");
}

TEST_CASE("help: each command shows examples, what it takes, and fits 80 columns") {
  std::istringstream list(run_cli("--help").out);
  std::vector<std::string> commands{""};
  bool in_list = false;
  for (std::string line; std::getline(list, line);) {
    in_list = line == "Commands:" || (in_list && !line.empty());
    if (in_list && line.size() > 3 && line.starts_with("  ") && line[2] != ' ') {
      commands.push_back(line.substr(2, line.find(' ', 2) - 2));
    }
  }
  REQUIRE(commands.size() >= 9);
  for (const std::string& command : commands) {
    CAPTURE(command);
    const auto help = run_cli(command + " --help");
    CHECK(help.code == 0);
    CHECK(help.out.find("\nExamples:\n  ") != std::string::npos);
    CHECK(help.out.find("\nUsage: heapdiff") != std::string::npos);
    CHECK(help.out.find("Exit codes: 0 done") != std::string::npos);
    std::istringstream lines(help.out);
    for (std::string line; std::getline(lines, line);) {
      CHECK_MESSAGE(line.size() <= 80, line);
    }
  }
  CHECK(run_cli("help").out == run_cli("--help").out);
  CHECK(run_cli("help diff").out == run_cli("diff --help").out);
  // Nothing at all, a file that is not there, a format misspelt: what was wanted, and what to do.
  const auto nothing = run_cli("", true);
  CHECK(nothing.code == 2);
  CHECK(nothing.out.find("expected heap snapshots, a folder of them") != std::string::npos);
  const auto missing = run_cli("no-such.heapsnapshot", true);
  CHECK(missing.code == 3);
  CHECK(missing.out.find("no such file or folder") != std::string::npos);
  const auto prose = run_cli("summary " HEAPDIFF_SOURCE_DIR "/README.md", true);
  CHECK(prose.code == 3);
  CHECK(prose.out.find("This is no heap snapshot") != std::string::npos);
  const auto misspelt = run_cli("a b -o markdwon=/tmp/x.html", true);
  CHECK(misspelt.code == 2);
  CHECK(misspelt.out.find("Did you mean -o markdown=FILE?") != std::string::npos);
  // Values are words for people, and no validator's text.
  CHECK(run_cli("analyze --help").out.find("--max-memory SIZE ") != std::string::npos);
  const std::string explain = run_cli("explain --help").out;
  CHECK(explain.find("What to explain, one of:\n  --id @N") != std::string::npos);
}
