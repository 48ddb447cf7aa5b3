// `summary` and `diff` through the real program on the real series in testdata/.

#include "support/run_cli.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <string>

namespace {

using heapdiff::test::run_cli;

const std::string kFirst = HEAPDIFF_TESTDATA "/snapshots/bug-892/Heap.20260302.010000.1.0.001.heapsnapshot.zst";
const std::string kLast = HEAPDIFF_TESTDATA "/snapshots/bug-892/Heap.20260302.010200.1.0.005.heapsnapshot.zst";

nlohmann::json json_of(const std::string& arguments) {
  const auto run = run_cli(arguments + " --format json");
  REQUIRE(run.code == 0);
  return nlohmann::json::parse(run.out);
}

nlohmann::json row_named(const nlohmann::json& table, const std::string& name) {
  for (const auto& row : table["rows"]) {
    if (row["name"] == name) {
      return row;
    }
  }
  return nullptr;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto columns = static_cast<std::size_t>(std::count_if(
        line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    widest = std::max(widest, columns);
  }
  return widest;
}

}  // namespace

TEST_CASE("summary: classes add up to the heap, and orders are what was asked for") {
  const auto report = json_of("summary " + kLast + " --top 0");
  const auto& rows = report["tables"]["constructors"]["rows"];
  REQUIRE(rows.size() > 100);
  std::int64_t self = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    self += rows[i]["self"].get<std::int64_t>();
    CHECK(rows[i]["retained"] >= rows[i]["self"]);
    if (i > 0) {
      CHECK(rows[i - 1]["retained"] >= rows[i]["retained"]);
    }
  }
  CHECK(self == report["inputs"][0]["selfSizeBytes"].get<std::int64_t>() - report["facts"].value("extraNative", 0));
  const auto by_count = json_of("summary " + kLast + " --by count --top 3")["tables"]["constructors"];
  CHECK(by_count["rows"].size() == 3);
  CHECK(by_count["rows"][0]["count"] >= by_count["rows"][1]["count"]);
  CHECK(by_count["rowsLeftOut"].get<std::size_t>() == rows.size() - 3);
  const auto filtered = json_of("summary " + kLast + " --filter context");
  for (const auto& row : filtered["tables"]["constructors"]["rows"]) {
    CHECK(row["name"].get<std::string>().find("ontext") != std::string::npos);
  }
}

TEST_CASE("summary: texts of strings are shown only when asked for") {
  const auto hidden = json_of("summary " + kLast)["tables"]["repeatedStrings"]["rows"];
  REQUIRE(!hidden.empty());
  CHECK(!hidden[0].contains("text"));
  const auto shown = json_of("summary " + kLast + " --show-values --top 0")["tables"]["repeatedStrings"]["rows"];
  std::int64_t cost = 0;
  for (const auto& row : shown) {
    CHECK(row.contains("text"));
    CHECK(row["count"] >= 2);
    cost += row["wasted"].get<std::int64_t>();
  }
  CHECK(json_of("summary " + kLast)["facts"]["repeatedStringBytes"] == cost);
}

TEST_CASE("summary: rows of the dominator tree lie under what dominates them") {
  const auto rows = json_of("summary " + kLast + " --top 40")["tables"]["dominators"]["rows"];
  REQUIRE(rows.size() == 40);
  std::vector<std::int64_t> above;
  for (const auto& row : rows) {
    const auto depth = row["depth"].get<std::size_t>();
    REQUIRE(depth <= above.size());
    above.resize(depth);
    if (depth > 0) {
      CHECK(row["retained"] <= above.back());
    }
    above.push_back(row["retained"]);
  }
}

TEST_CASE("diff: the leak of BUG-892 in every table") {
  const auto report = json_of("diff " + kFirst + " " + kLast + " --top 0");
  const auto closures = row_named(report["tables"]["constructors"], "Function");
  REQUIRE(closures.is_object());
  CHECK(closures["countDelta"] == 5700);
  CHECK(closures["retainedDelta"] > 3'000'000);
  const auto& listeners = report["tables"]["listeners"]["rows"];
  REQUIRE(!listeners.empty());
  CHECK(listeners[0]["event"] == "invalidate:customer:*");
  CHECK(listeners[0]["before"] == 600);
  CHECK(listeners[0]["after"] == 6300);
  CHECK(report["tables"]["closures"]["rows"][0]["countDelta"] == 5700);
  const auto& grown = report["tables"]["survivors"]["rows"];
  REQUIRE(!grown.empty());
  CHECK(grown[0]["name"] == "Array");
  CHECK(grown[0]["heldBy"].get<std::string>().find("invalidate:customer:*") != std::string::npos);
  std::int64_t own = 0;
  for (const auto& row : grown) {
    own += row["ownGrowth"].get<std::int64_t>();
  }
  CHECK(own <= report["facts"]["totalDelta"].get<std::int64_t>() * 11 / 10);
}

TEST_CASE("diff: a snapshot against itself has no rows, and backwards the signs turn") {
  const auto same = json_of("diff " + kFirst + " " + kFirst);
  for (const auto& table : same["tables"].items()) {
    CAPTURE(table.key());
    CHECK(table.value()["rows"].empty());
  }
  const auto forth = json_of("diff " + kFirst + " " + kLast);
  const auto back = json_of("diff " + kLast + " " + kFirst);
  CHECK(forth["facts"]["totalDelta"].get<std::int64_t>() == -back["facts"]["totalDelta"].get<std::int64_t>());
  CHECK(forth["facts"]["newObjects"] == back["facts"]["goneObjects"]);
}

TEST_CASE("diff: snapshots of two processes are refused") {
  const std::string other = HEAPDIFF_TESTDATA "/snapshots/healthy-lru";
  const auto run = run_cli("diff " + kFirst + " " + other + "/$(ls " + other + " | grep zst | head -1)", true);
  CHECK(run.code == 3);
  CHECK(run.out.find("not of one process") != std::string::npos);
}

TEST_CASE("tables fit the width that is asked for, in every format") {
  for (const std::string& command : {"summary " + kLast, "diff " + kFirst + " " + kLast}) {
    for (const std::size_t width : {60U, 80U, 120U, 160U}) {
      const auto run = run_cli("" + command + " --width " + std::to_string(width));
      REQUIRE(run.code == 0);
      CHECK(widest_line(run.out.substr(run.out.find("\n\n"))) <= width);  // paths of inputs are not cut
    }
    CHECK(run_cli(command + " --format markdown").out.starts_with("# Heap "));
    const auto csv = run_cli(command + " --format csv --top 2").out;
    CHECK(std::count(csv.begin(), csv.end(), '\n') == 3);
    CHECK(run_cli(command + " --format csv --table nothing").code == 2);
    CHECK(run_cli(command + " --by nothing").code == 2);
    CHECK(run_cli(command + " --format html").code == 2);
  }
  CHECK(run_cli("summary " + kFirst + " " + kLast).code == 2);
}

TEST_CASE("slips of the fingers get a suggestion") {
  const auto command = run_cli("sumary x", true);
  CHECK(command.code == 2);
  CHECK(command.out.find("Did you mean heapdiff summary?") != std::string::npos);
  const auto flag = run_cli("summary --fromat json " + kFirst, true);
  CHECK(flag.code == 2);
  CHECK(flag.out.find("Did you mean --format?") != std::string::npos);
  const auto sides = run_cli("verify old new", true);
  CHECK(sides.code == 2);
  CHECK(sides.out.find("Did you mean heapdiff verify --before old --after new?") != std::string::npos);
}
