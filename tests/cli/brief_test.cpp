// What a person sees who types one command: a short answer, and where the rest is.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;

namespace {

std::string stored(const std::string& series) {
  const std::string folder = HEAPDIFF_TESTDATA "/snapshots/" + series;
  return "analyze '" + folder + "' --source-root '" + folder + "/source' -q";
}

std::ptrdiff_t line_count(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace

TEST_CASE("brief: the answer of each kind of series fits a screen") {
  for (const auto& pair : {std::pair<const char*, int>{"bug-892-ci", 1},
                           {"two-snapshots", 1},
                           {"chromium-detached-rows", 1},
                           {"two-leaks", 2},
                           {"healthy-lru", 0},
                           {"irregular-cursors", 1}}) {
    const std::string series = pair.first;
    const int suspects = pair.second;
    CAPTURE(series);
    const Outcome outcome = run_cli(stored(series) + " --width 80");
    CHECK(outcome.code == 0);
    CHECK(line_count(outcome.out) <= 25 + 12 * std::max(0, suspects - 1));
    CHECK(line_count(outcome.out) >= 4);
  }
  CHECK(line_count(run_cli(stored("bug-892-ci") + " --width 60").out) <= 35);
  CHECK(line_count(run_cli(stored("bug-892-ci") + " --width 160").out) <= 25);
}

TEST_CASE("brief: --full and files have the whole report") {
  const heapdiff_test::TemporaryFolder folder;
  const std::string file = (folder.path / "rca.txt").string();
  const std::string full = run_cli(stored("bug-892-ci") + " --full").out;
  CHECK(full.find("RUNBOOK") != std::string::npos);

  const std::string listed = run_cli("analyze '" HEAPDIFF_TESTDATA "/snapshots/bug-892-ci' -o text=" + file).out;
  CHECK(listed.starts_with("LEAK  "));
  CHECK(listed.find("\ntext: " + file + "\n") != std::string::npos);
  CHECK(line_count(listed) == 2);
  CHECK(run_cli("analyze '" HEAPDIFF_TESTDATA "/snapshots/bug-892-ci' -q -o text=" + file).out.empty());
  CHECK(run_cli("analyze '" HEAPDIFF_TESTDATA "/snapshots/bug-892-ci' -o json=/dev/stdout").out.starts_with("{"));
}

TEST_CASE("brief: a terminal whose locale is C gets ASCII") {
  const std::string text = run_cli(stored("bug-892-ci") + " --full").out;
  CHECK(text.find("→") != std::string::npos);
  setenv("LC_ALL", "C", 1);
  const std::string ascii = run_cli(stored("bug-892-ci") + " --full").out;
  unsetenv("LC_ALL");
  CHECK(std::all_of(ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}
