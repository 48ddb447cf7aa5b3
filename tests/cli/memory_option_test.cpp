// --max-memory: a snapshot that cannot fit is refused, by every command that reads one.

#include "support/measured_run.h"
#include "support/run_cli.h"

#include <doctest/doctest.h>

#include <string>

namespace {

using heapdiff::test::kHasFaultShim;
using heapdiff::test::Outcome;
using heapdiff::test::run_cli;

const std::string kFolder = HEAPDIFF_TESTDATA "/snapshots/bug-892/";
const std::string kFirst = kFolder + "Heap.20260302.010000.1.0.001.heapsnapshot.zst";
const std::string kSecond = kFolder + "Heap.20260302.010100.1.0.003.heapsnapshot.zst";

}  // namespace

TEST_CASE("a snapshot that needs more than --max-memory ends with code 4 and says what it needs") {
  if (!kHasFaultShim) {  // the memory of a sanitizer itself is more
    return;
  }
  for (const std::string& command :
       {"summary " + kFirst, "diff " + kFirst + " " + kSecond, "analyze --no-source " + kFirst + " " + kSecond,
        "export " + kFirst, "explain --constructor Map " + kFirst}) {
    CAPTURE(command);
    const Outcome refused = run_cli(command + " --max-memory 1MB", true);
    CHECK(refused.code == 4);
    CHECK(refused.out.find("this one needs about 0.") != std::string::npos);
    CHECK(refused.out.find("--max-memory") != std::string::npos);
    CHECK(run_cli(command + " --max-memory 1MB").out.empty());
  }
}

TEST_CASE("--max-memory with room enough, or 0, changes nothing") {
  const Outcome plain = run_cli("summary " + kFirst);
  REQUIRE(plain.code == 0);
  for (const std::string size : {"2GB", "1GiB", "0"}) {
    CAPTURE(size);
    const Outcome run = run_cli("summary --max-memory " + size + " " + kFirst);
    CHECK(run.code == 0);
    CHECK(run.out == plain.out);
  }
}

TEST_CASE("--max-memory wants a size") {
  for (const std::string size : {"much", "-1", "1XB"}) {
    CAPTURE(size);
    CHECK(run_cli("summary --max-memory=" + size + " " + kFirst).code == 2);
  }
}
