// What happens when the system fails: no memory at the Nth allocation, an error or a few bytes at the Nth read, no room
// at the Nth write, a small address space, a small stack, a kill. The shim of tests/support/fault_shim.cpp does it.
//
// Where a command allocates thousands of times, one in some is tried; with HEAPDIFF_EVERY_FAULT set (tests/nightly)
// each.

#include "support/measured_run.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using heapdiff::test::kHasFaultShim;
using heapdiff::test::measured_run;
using heapdiff::test::MeasuredRun;
using heapdiff::test::SnapshotText;
using heapdiff::test::whole_file;
using heapdiff_test::TemporaryFolder;

namespace {

/// A small series that leaks.
std::string small_snapshot(std::uint32_t step) {
  SnapshotText text;
  text.add_root();
  const auto list = text.add_node("object", "Array", 32);
  const auto elements = text.add_node("array", "(object elements)", 64);
  text.add_edge(0, "element", 1, list);
  text.add_edge(list, "internal", "elements", elements);
  for (std::uint32_t i = 0; i < 110; ++i) {
    text.add_edge(0, "element", i + 2, text.add_node("object", "Kept", 100));
  }
  for (std::uint32_t i = 0; i < 30 * step; ++i) {
    text.add_edge(elements, "element", i, text.add_node("object", "Entry", 2000));
  }
  return text.text();
}

struct Series {
  Series() {
    for (std::uint32_t step = 0; step < 3; ++step) {
      folder.write("in/" + std::to_string(step) + ".heapsnapshot", small_snapshot(step));
    }
  }
  [[nodiscard]] MeasuredRun run(const std::string& arguments, const std::string& setup = {}) const {
    return measured_run(arguments, setup, folder.path.string());
  }
  /// Every file but the inputs.
  [[nodiscard]] std::ptrdiff_t files() const {
    return std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) - 1;
  }
  TemporaryFolder folder;
};

std::string fault(const std::string& name, std::size_t n) { return "export " + name + "=" + std::to_string(n) + ";"; }

/// From 1 to `count`: all of them, or about `tries`, evenly, and the last ones: what they are for comes when the
/// outputs are written.
std::vector<std::size_t> places(std::size_t count, std::size_t tries) {
  constexpr std::size_t kLast = 24;
  const std::size_t step = std::getenv("HEAPDIFF_EVERY_FAULT") != nullptr ? 1 : std::max<std::size_t>(1, count / tries);
  std::vector<std::size_t> out;
  for (std::size_t n = 1; n <= count; n += n + kLast < count ? step : 1) {
    out.push_back(n);
  }
  return out;
}

const std::vector<std::string> kFaultCommands = {"summary in/2.heapsnapshot -q --format csv",
                                                 "export in/2.heapsnapshot -q",
                                                 "analyze in --interval 10m -q -o json=report.json",
                                                 "analyze in --interval 10m -q -o jira=ticket.txt",
                                                 "redact in/2.heapsnapshot --key k -o copy.heapsnapshot -q",
                                                 "diff in/0.heapsnapshot in/2.heapsnapshot -q --format json"};

constexpr std::array<const char*, 3> kWritten = {"report.json", "ticket.txt", "copy.heapsnapshot"};

}  // namespace

TEST_CASE("memory that ends at any allocation is exit code 4, and nothing is written") {
  if (!kHasFaultShim) {
    return;
  }
  std::vector<std::string> commands = kFaultCommands;
  commands.emplace_back("analyze in --interval 10m -o json=report.json --fail-on 'rate>5GB/h'");  // which prints more
  for (const std::string& command : commands) {
    const Series series;
    const MeasuredRun whole = series.run(command);
    CAPTURE(command);
    REQUIRE(whole.code == 0);
    REQUIRE(whole.allocations > 100);
    for (const char* file : kWritten) {
      fs::remove(series.folder.path / file);
    }
    std::size_t failed = 0;
    for (const std::size_t n : places(whole.allocations, 120)) {
      const MeasuredRun run = series.run(command, fault("HEAPDIFF_FAIL_ALLOCATION", n));
      CAPTURE(n);
      CAPTURE(run.errors);
      CHECK((run.code == 4 || run.code == 0));
      if (run.code == 4) {
        ++failed;
        CHECK(run.out.empty());
        CHECK(run.errors.find("memory") != std::string::npos);
        CHECK(series.files() == 0);
      } else {
        CHECK(run.out == whole.out);  // it was done without the memory, as a sort does without a buffer
        for (const char* file : kWritten) {
          fs::remove(series.folder.path / file);
        }
      }
    }
    CHECK(failed > 50);
  }
}

TEST_CASE("an error at any read is exit code 3 with the system's reason, and short reads change nothing") {
  if (!kHasFaultShim) {
    return;
  }
  for (const std::string& command : kFaultCommands) {
    const Series series;
    const MeasuredRun whole = series.run(command);
    CAPTURE(command);
    REQUIRE(whole.reads > 0);
    const std::string report = whole_file((series.folder.path / "report.json").string());
    for (std::size_t n = 1; n <= whole.reads; ++n) {
      const MeasuredRun run = series.run(command, fault("HEAPDIFF_FAIL_READ", n));
      CAPTURE(n);
      CAPTURE(run.errors);
      // A file of a folder is set aside. A first look at the kind of a file that fails is not needed.
      const bool answered = run.code == 0 && (command.starts_with("analyze") || run.out == whole.out);
      CHECK((run.code == 3 || answered));
      if (run.code == 3) {
        CHECK(run.out.empty());
        CHECK(run.errors.find("Input/output error") != std::string::npos);
      }
    }
    for (const std::size_t n : {std::size_t{1}, whole.reads / 2 + 1}) {
      const MeasuredRun run = series.run(command, fault("HEAPDIFF_SHORT_READ", n));
      CHECK(run.code == 0);
      CHECK(run.out == whole.out);
      if (command.find("report.json") != std::string::npos) {
        CHECK(whole_file((series.folder.path / "report.json").string()) == report);
      }
    }
  }
}

TEST_CASE("a disk that is full at any write is exit code 5, and the old file stays") {
  if (!kHasFaultShim) {
    return;
  }
  for (const std::string& command : kFaultCommands) {
    const Series series;
    const MeasuredRun whole = series.run(command);
    CAPTURE(command);
    REQUIRE(whole.writes > 0);
    for (const char* file : kWritten) {
      if (fs::exists(series.folder.path / file)) {
        series.folder.write(file, "old");
      }
    }
    const auto files = series.files();
    for (const std::size_t n : places(whole.writes, 30)) {
      const MeasuredRun run = series.run(command, fault("HEAPDIFF_FAIL_WRITE", n));
      CAPTURE(n);
      CHECK(run.code == 5);
      CHECK(run.errors.find("No space left on device") != std::string::npos);
      CHECK(series.files() == files);
      for (const char* file : kWritten) {
        if (fs::exists(series.folder.path / file)) {
          CHECK(whole_file((series.folder.path / file).string()) == "old");
        }
      }
    }
  }
}

TEST_CASE("a kill at any of two hundred places leaves the old file or the whole new one") {
  if (!kHasFaultShim) {
    return;
  }
  const Series series;
  const std::string command = "analyze in --interval 10m -q -o json=report.json -o report.md";
  series.folder.write("report.json", "old");
  const MeasuredRun whole = series.run(command);
  REQUIRE(whole.code == 0);
  const std::string report = whole_file((series.folder.path / "report.json").string());
  const std::size_t steps = whole.allocations + whole.writes;
  std::size_t old = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    series.folder.write("report.json", "old");
    // Half of them where the files are written, which is at the end.
    const std::size_t at = i % 2 == 0 ? 1 + i * steps / 200 : steps - 1 - i / 2;
    const MeasuredRun run = series.run(command, fault("HEAPDIFF_KILL", at));
    CHECK(run.code == 128 + 9);
    const std::string text = whole_file((series.folder.path / "report.json").string());
    old += text == "old" ? 1U : 0U;
    CHECK((text == "old" || text == report));
  }
  CHECK(old > 50);
}

TEST_CASE("a small address space and a small stack end in an answer or in exit code 4") {
  if (!kHasFaultShim) {  // the sanitizers reserve terabytes of addresses
    return;
  }
  const Series series;
  std::size_t refused = 0;
  for (const std::string& command : kFaultCommands) {
    for (const int kilobytes : {14'000, 20'000, 28'000, 40'000, 60'000, 120'000, 400'000}) {
      const MeasuredRun run = series.run(command, "ulimit -v " + std::to_string(kilobytes) + ";");
      CAPTURE(command);
      CAPTURE(kilobytes);
      CAPTURE(run.errors);
      const bool not_started = run.code == 127 || run.code == 126;  // the loader had no room for the libraries
      const bool killed_in_loader = run.code == 128 + 9 && run.errors.empty();
      CHECK((run.code == 0 || run.code == 4 || not_started || killed_in_loader));
      CHECK((run.code == 0 || run.out.empty()));
      refused += run.code == 4 ? 1U : 0U;
      CHECK((run.code == 0 || kilobytes < 400'000));
    }
    CHECK(series.run(command, "ulimit -s 256;").code == 0);
  }
  MESSAGE(refused << " runs ended with exit code 4");
}
