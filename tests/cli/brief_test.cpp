// What a person sees who types one command: a short answer, and where the rest is.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

using heapdiff::test::Outcome;
using heapdiff::test::run_cli;

namespace {

std::string stored(const std::string& series) {
  const std::string folder = HEAPDIFF_TESTDATA "/snapshots/" + series;
  return "analyze '" + folder + "' --source-root '" + folder + "/source' -q";
}

std::ptrdiff_t line_count(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

/// A report with each line break and the blanks after it as one blank.
std::string on_one_line(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      out += text[i];
      continue;
    }
    out += ' ';
    i = std::min(text.find_first_not_of(" \n", i), text.size()) - 1;
  }
  return out;
}

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

TEST_CASE("the command that a report tells its reader to run is one that runs") {
  for (const std::string format : {"text", "jira"}) {
    const std::string text = on_one_line(run_cli(stored("bug-892-ci") + " --width 160 --format " + format).out);
    const std::size_t at = text.find("heapdiff verify ");
    REQUIRE(at != std::string::npos);
    const std::size_t end = text.find("NEW", at);
    REQUIRE(end != std::string::npos);
    std::string command = text.substr(at, end + 3 - at);
    command.erase(0, std::string("heapdiff ").size());
    for (const std::string series : {"OLD", "NEW"}) {
      const std::size_t word = command.find(series);
      REQUIRE_MESSAGE(word != std::string::npos, command);
      command.replace(word, series.size(), "'" HEAPDIFF_TESTDATA "/snapshots/bug-892-ci'");
    }
    const Outcome verified = run_cli(command + " --no-source", true);
    CHECK_MESSAGE(verified.code == 1, command << ": " << verified.out);  // the leak is still there
  }
}

TEST_CASE("brief: one leak between two runs, and one in a single snapshot, need no cut sentence") {
  const std::string folder = HEAPDIFF_TESTDATA "/snapshots/bug-892";
  const std::string source = " -q --width 80 --source-root '" + folder + "/source'";
  const std::string compared = run_cli("compare '" + folder + "-fixed' '" + folder + "-ci'" + source).out;
  const std::string one =
      run_cli("analyze '" + folder + "/Heap.20260302.010200.1.0.005.heapsnapshot.zst'" + source).out;
  for (const std::string& text : {compared, one}) {
    CHECK_MESSAGE(text.find(" …\n") == std::string::npos, text);
    CHECK(text.find("`heapdiff") == std::string::npos);
    CHECK(text.find("cache.service.ts:53") != std::string::npos);
    CHECK(line_count(text) <= 25);
  }
}

TEST_CASE("brief: a pipe has the width that COLUMNS says") {
  const auto widest = [](const std::string& columns) {
    std::FILE* pipe =
        popen(("COLUMNS=" + columns + " TZ=UTC " HEAPDIFF_BINARY " " + stored("bug-892-ci")).c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::size_t most = 0;
    std::array<char, 1000> line{};
    while (std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr) {
      most = std::max(most, std::string_view(line.data()).size() - 1);
    }
    pclose(pipe);
    return most;
  };
  CHECK(widest("60") <= 64);  // an arrow is one column of three bytes
  CHECK(widest("60") > 50);
  CHECK(widest("140") > 100);
  CHECK(widest("no") == widest("100"));
  CHECK(widest("3") == widest("100"));
}

TEST_CASE("brief: suspended calls are called by the name of their function") {
  const std::string text = run_cli(stored("irregular-cursors") + " --width 120").out;
  CHECK(text.find("975 more rows() generators held by Array \"cursors\"") != std::string::npos);
}

TEST_CASE("brief: the class of the new objects is no plural") {
  const std::string text = on_one_line(run_cli(stored("two-leaks") + " --width 160").out);
  CHECK(text.find("Map \"answers\" gained 1,400 Answer objects.") != std::string::npos);
  CHECK(text.find("next  Fix the leaks, ") != std::string::npos);  // "that line" would be one of two
}

TEST_CASE("brief: a sentence names a window as the headline does, without the page's address") {
  const std::string text = on_one_line(run_cli(stored("chromium-detached-rows") + " --width 160").out);
  CHECK(text.find("and Window keeps them.") != std::string::npos);
  CHECK(text.find(" / file") == std::string::npos);
}

TEST_CASE("brief: a terminal whose locale is C gets ASCII") {
  const std::string text = run_cli(stored("bug-892-ci") + " --full").out;
  CHECK(text.find("→") != std::string::npos);
  setenv("LC_ALL", "C", 1);
  const std::string ascii = run_cli(stored("bug-892-ci") + " --full").out;
  unsetenv("LC_ALL");
  CHECK(std::all_of(ascii.begin(), ascii.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}
