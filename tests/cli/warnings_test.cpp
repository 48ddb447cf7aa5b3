// Warnings: in every format, behind an error, and what a redacted copy and an output leave out.

#include "heapdiff/reports/render.h"
#include "support/measured_run.h"
#include "support/planted_process.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using heapdiff::test::measured_run;
using heapdiff::test::MeasuredRun;
using heapdiff::test::SnapshotText;
using heapdiff_test::TemporaryFolder;

namespace {

/// A heap of which most is not reached, and whose objects name stacks that are not in the file.
SnapshotText heap_with_gaps(std::uint32_t step) {
  SnapshotText text;
  text.add_root();
  for (std::uint32_t i = 0; i < 200; ++i) {
    text.add_edge(0, "element", i, text.add_node("object", "Kept", 100));
  }
  for (std::uint32_t i = 0; i < 100 + 50 * step; ++i) {
    text.add_node("object", "Lost", 400);
  }
  return text;
}

std::string with_unknown_trace(std::string text) {
  const std::string row = ",3,2,3,100,0,0,0";
  const std::size_t at = text.find(row);
  REQUIRE(at != std::string::npos);
  return text.replace(at, row.size(), ",3,2,3,100,0,77,0");
}

}  // namespace

TEST_CASE("nodes that nothing reaches and stacks that the file lacks are said in every format") {
  const TemporaryFolder folder;
  for (std::uint32_t step = 0; step < 3; ++step) {
    folder.write("s/" + std::to_string(step) + ".heapsnapshot", with_unknown_trace(heap_with_gaps(step).text()));
  }
  const std::string all = "s --interval 10m -q";
  for (const std::string& format : heapdiff::report_formats()) {
    if (format == "codequality") {
      continue;  // each of its entries needs a line of source
    }
    CAPTURE(format);
    const std::string report = measured_run(all + " --format " + format, {}, folder.path.string()).out;
    for (const char* words : {"retaining edge leads from the root", "trace_node_id"}) {
      std::string flat;
      for (const char c : report) {
        flat += c == '\n' ? ' ' : c == '\\' ? '\0' : c;
      }
      std::erase(flat, '\0');
      while (flat.find("  ") != std::string::npos) {
        flat.erase(flat.find("  "), 1);
      }
      CHECK_MESSAGE(flat.find(words) != std::string::npos, report.substr(0, 2000));
    }
  }
  for (const char* format : {"text", "markdown", "json"}) {
    const std::string report =
        measured_run("summary s/2.heapsnapshot -q --format " + std::string(format), {}, folder.path.string()).out;
    CHECK(report.find("retaining edge leads") != std::string::npos);
  }
}

TEST_CASE("the error is the first line of standard error, before what was warned of earlier") {
  const TemporaryFolder folder;
  folder.write("1.heapsnapshot", heap_with_gaps(0).text());
  SnapshotText other;
  other.add_root();
  for (std::uint32_t i = 0; i < 200; ++i) {
    other.add_edge(0, "element", i, other.add_node("string", "Other", 100));
  }
  folder.write("2.heapsnapshot", other.text());
  folder.write("in/1.heapsnapshot", heap_with_gaps(0).text());
  folder.write("in/2.heapsnapshot", heap_with_gaps(1).text());
  folder.write("in/3.heapsnapshot", other.text());
  // The folder holds a snapshot of another process, which is warned of, and JSON on standard output holds one document.
  const MeasuredRun run = measured_run("in --interval 1m --fail-on leak --at 9.heapsnapshot=2026-01-01T00:00:00Z", {},
                                       folder.path.string());
  CHECK(run.code != 0);
  const MeasuredRun apart = measured_run("1.heapsnapshot 2.heapsnapshot --interval 1m", {}, folder.path.string());
  CHECK(apart.code == 3);
  CHECK(apart.errors.find("are not of one process") < apart.errors.find('\n'));
}

TEST_CASE("redact: types that V8 does not have, and prefixes of keys, are masked") {
  const TemporaryFolder folder;
  SnapshotText text;
  text.add_root();
  const auto table = text.add_node("object", "Object", 100);
  text.add_edge(0, "property", "table", table);
  for (std::uint32_t i = 0; i < 100; ++i) {
    const auto value = text.add_node("string", "the content", 40);
    text.add_edge(table, "property", "customer-mallory-" + std::to_string(i), value);
    const auto second = text.add_node("string", i % 2 == 0 ? "twin text" : "other text", 40);
    text.add_edge(table, "element", i, second);
  }
  std::string file = text.text();
  const std::string type = "\"bigint\"";
  file.replace(file.find(type), type.size(), "\"acme-payroll-record\"");
  folder.write("in.heapsnapshot", file);
  for (const std::string& options : {std::string(), std::string(" --unlinkable")}) {
    CAPTURE(options);
    const MeasuredRun run =
        measured_run("redact in.heapsnapshot -o out.heapsnapshot -q" + options, {}, folder.path.string());
    CHECK(run.code == 0);
    const std::string out = heapdiff::test::whole_file((folder.path / "out.heapsnapshot").string());
    for (const char* secret : {"acme-payroll", "mallory", "customer-", "the content", "twin text", "other text"}) {
      CHECK_MESSAGE(out.find(secret) == std::string::npos, secret);
    }
    CHECK(measured_run("summary out.heapsnapshot -q", {}, folder.path.string()).code == 0);
    // Whether two strings were equal shows in the copies of the table of strings, and with --unlinkable in none.
    const std::string repeated =
        measured_run("summary out.heapsnapshot -q --format csv --table repeatedStrings", {}, folder.path.string()).out;
    const auto rows = std::count(repeated.begin(), repeated.end(), '\n') - 1;
    CHECK(rows == (options.empty() ? 3 : 1));
  }
  CHECK(measured_run("redact in.heapsnapshot -o x --unlinkable --key k -q", {}, folder.path.string()).code == 2);
}
