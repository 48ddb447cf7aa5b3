// `export` of JSON reports: flat rows with stable columns, in one file or by day and service.

#include "support/run_cli.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using heapdiff::test::run_cli;
namespace fs = std::filesystem;

namespace {

/// A report of BUG-892 as a file below `folder`.
std::string report_below(const fs::path& folder, const std::string& name = "service=api/release=v41/one.json") {
  const fs::path path = folder / name;
  fs::create_directories(path.parent_path());
  REQUIRE(run_cli("analyze " HEAPDIFF_TESTDATA "/snapshots/bug-892-ci --ops 1000 -q -o json=" + path.string()).code ==
          0);
  return path.string();
}

std::vector<nlohmann::ordered_json> rows_in(const std::string& text) {
  std::vector<nlohmann::ordered_json> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    rows.push_back(nlohmann::ordered_json::parse(line));
  }
  return rows;
}

std::string columns_of(const nlohmann::ordered_json& row) {
  std::string names;
  for (const auto& [name, value] : row.items()) {
    names += (names.empty() ? "" : " ") + name;
  }
  return names;
}

}  // namespace

TEST_CASE("a report becomes rows whose columns stay what they are") {
  const heapdiff_test::TemporaryFolder folder;
  const std::string report = report_below(folder.path);
  const auto run = run_cli("export " + report);
  REQUIRE(run.code == 0);
  std::map<std::string, std::vector<nlohmann::ordered_json>> tables;
  for (const auto& row : rows_in(run.out)) {
    tables[row["table"].get<std::string>()].push_back(row);
  }
  REQUIRE(tables.size() == 4);
  CHECK(
      columns_of(tables["suspects"].front()) ==
      "table dt service release report verdict captured_at rank signature kind constructor title proven file line "
      "function precision growth_bytes object_growth off_heap_bytes fix_frees_bytes bytes_per_hour bytes_per_hour_low "
      "bytes_per_hour_high bytes_per_op bytes_per_op_low bytes_per_op_high commit_id commit_date");
  CHECK(columns_of(tables["series"].front()) ==
        "table dt service release report verdict step snapshot captured_at self_bytes off_heap_bytes nodes edges xxh3");
  CHECK(columns_of(tables["classes"].front()) ==
        "table dt service release report name place count_before count_after self_bytes_before self_bytes_after "
        "retained_bytes_before retained_bytes_after");
  CHECK(columns_of(tables["owners"].front()) == "table dt service release report name version bytes");
  const auto& suspect = tables["suspects"].front();
  CHECK(suspect["dt"] == "2026-03-02");
  CHECK(suspect["service"] == "api");
  CHECK(suspect["release"] == "v41");
  CHECK(suspect["kind"] == "event-listener");
  CHECK(suspect["proven"] == true);
  CHECK(suspect["bytes_per_op"].get<double>() > suspect["bytes_per_op_low"].get<double>());
  CHECK(tables["series"].size() == 4);
}

TEST_CASE("options name the service and the release, and one table can be asked for") {
  const heapdiff_test::TemporaryFolder folder;
  const auto run = run_cli("export --table owners --service web --release 7 - < " + report_below(folder.path));
  REQUIRE(run.code == 0);
  for (const auto& row : rows_in(run.out)) {
    CHECK(row["service"] == "web");
    CHECK(row["release"] == "7");
    CHECK(row["report"] == "<stdin>");
    CHECK_FALSE(row.contains("table"));
  }
}

TEST_CASE("a folder of reports becomes partitions, and the same reports the same files") {
  const heapdiff_test::TemporaryFolder folder;
  report_below(folder.path / "reports");
  report_below(folder.path / "reports", "service=..%2F../two.json");
  std::ofstream(folder.path / "reports/package.json") << "{}";
  std::ofstream(folder.path / "reports/other.json") << "no JSON";
  const auto list = [&] {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder.path / "lake")) {
      if (entry.is_regular_file()) {
        names.push_back(fs::relative(entry.path(), folder.path / "lake").string());
      }
    }
    std::sort(names.begin(), names.end());
    return names;
  };
  const std::string command = "export reports -o lake";
  const auto first = run_cli(command, true, folder.path.string());
  REQUIRE(first.code == 0);
  CHECK(first.out.find("left out: reports/package.json") != std::string::npos);
  CHECK(first.out.find("left out: reports/other.json") != std::string::npos);
  const std::vector<std::string> names = list();
  REQUIRE(names.size() == 8);
  CHECK(names[0].starts_with("classes/dt=2026-03-02/service=_.._2F../part-"));
  CHECK(names[1].starts_with("classes/dt=2026-03-02/service=api/part-"));
  CHECK(names[1].ends_with(".ndjson.zst"));
  REQUIRE(run_cli(command, false, folder.path.string()).code == 0);
  CHECK(list() == names);
}

TEST_CASE("rows for SQLite are one transaction, and names are no statements") {
  const heapdiff_test::TemporaryFolder folder;
  const auto run = run_cli("export --to sql --service \"x'); DROP TABLE suspects; --\" " + report_below(folder.path));
  REQUIRE(run.code == 0);
  CHECK(run.out.starts_with("BEGIN;\nCREATE TABLE suspects (\"dt\" TEXT, "));
  CHECK(run.out.find("'x''); DROP TABLE suspects; --'") != std::string::npos);
  CHECK(run.out.ends_with("COMMIT;\n"));
}

TEST_CASE("what is no report is refused by name") {
  const heapdiff_test::TemporaryFolder folder;
  const std::string report = report_below(folder.path);
  std::ofstream(folder.path / "bad.json") << "{\"schemaVersion\": 1, \"suspects\": [";
  std::ofstream(folder.path / "odd.json")
      << R"({"schemaVersion":1,"suspects":[{"growthBytes":"7","sites":3}],"snapshots":7})";
  CHECK(run_cli("export " + (folder.path / "bad.json").string()).code == 3);
  const auto odd = run_cli("export " + (folder.path / "odd.json").string());
  CHECK(odd.code == 0);
  CHECK(rows_in(odd.out).front()["growth_bytes"].is_null());
  CHECK(run_cli("export --to sql -o folder " + report).code == 2);
  CHECK(run_cli("export --table owners " HEAPDIFF_TESTDATA
                "/snapshots/bug-892-ci/Heap.20260302.010000.1.0.001.heapsnapshot.zst")
            .code == 2);
}
