// `explain` through the real program on the real series in testdata/.

#include "support/run_cli.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>
#include <string>

namespace {

using heapdiff::test::run_cli;

const std::string kSeries = HEAPDIFF_TESTDATA "/snapshots/bug-892";
const std::string kLast = kSeries + "/Heap.20260302.010200.1.0.005.heapsnapshot.zst";

nlohmann::json json_of(const std::string& arguments) {
  const auto run = run_cli("explain " + arguments + " --format json");
  REQUIRE(run.code == 0);
  return nlohmann::json::parse(run.out);
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

nlohmann::json row_with(const nlohmann::json& table, const std::string& key, const std::string& part) {
  for (const auto& row : table["rows"]) {
    if (row[key].get<std::string>().find(part) != std::string::npos) {
      return row;
    }
  }
  return nullptr;
}

}  // namespace

TEST_CASE("explain --suspect: the cut of the events edge frees what the suspect says") {
  const auto report = json_of(kSeries + " --suspect 1");
  const auto run = run_cli("analyze " + kSeries + " --no-source --format json");
  REQUIRE(run.code == 0);
  const auto suspect = nlohmann::json::parse(run.out)["suspects"][0];
  const auto& facts = report["facts"];
  CHECK(facts["growth"] == suspect["growthBytes"]);
  REQUIRE(facts["fixFrees"].is_number());
  CHECK(facts["fixFrees"] == suspect["fixFreesBytes"]);
  const auto said = facts["fixFrees"].get<double>();
  // 5,700 of the 6,300 listeners came during the series; the edge holds them all.
  const auto events = row_with(report["tables"]["cuts"], "edge", "._events");
  REQUIRE(events.is_object());
  CHECK(events["thenHeldBy"] == "freed");
  CHECK(events["edge"] == "Redis._events");
  CHECK(events["freed"].get<double>() >= said);
  CHECK(events["freed"].get<double>() < 1.2 * said);
  // One event's array, and one listener, are freed by their own edges, though their stores refer to them too.
  CHECK(row_with(report["tables"]["cuts"], "edge", "invalidate:customer")["freed"] > 10'000);
  const auto& cuts = report["tables"]["cuts"]["rows"];
  CHECK(cuts.back()["freed"] == facts["retained"]);
  CHECK(run_cli("explain " + kSeries + " --suspect 9").code == 2);
  CHECK(run_cli("explain " + kLast + " --suspect 1").code == 2);
}

TEST_CASE("explain --id: parts of the report agree with each other") {
  const auto suspect = json_of(kSeries + " --suspect 1");
  const auto& path = suspect["tables"]["path"]["rows"];
  const std::string emitter =
      std::to_string(row_with(suspect["tables"]["path"], "name", "Redis")["id"].get<std::uint64_t>());
  const auto report = json_of(kLast + " --id @" + emitter + " --top 0");
  const auto& tables = report["tables"];
  CHECK(tables["path"]["rows"].back()["id"] == report["facts"]["id"]);
  CHECK(tables["path"]["rows"].size() < path.size());
  std::int64_t content = 0;
  for (const auto& row : tables["content"]["rows"]) {
    content += row["self"].get<std::int64_t>();
  }
  CHECK(content == report["facts"]["retained"]);
  CHECK(tables["fields"]["rows"].size() == report["facts"]["edges"].get<std::size_t>());
  CHECK(row_with(tables["fields"], "edge", "_events")["retained"] > 3'000'000);
  CHECK(tables["dominators"]["rows"].back()["name"] == "(root)");
  std::int64_t above = report["facts"]["retained"];
  for (const auto& row : tables["dominators"]["rows"]) {
    CHECK(row["retained"] >= above);
    above = row["retained"];
  }
  CHECK(!tables["otherPaths"]["rows"].empty());
  CHECK(row_with(tables["holders"], "hold", "shortest path").is_object());
  CHECK(json_of(kSeries + " --id " + emitter)["facts"]["retained"] == report["facts"]["retained"]);
}

TEST_CASE("explain --constructor: groups cover the class, and the listeners hang off one emitter") {
  const auto report = json_of(kLast + " --constructor Function --top 0");
  const auto& groups = report["tables"]["heldBy"]["rows"];
  std::int64_t count = 0;
  std::int64_t retained = 0;
  for (const auto& row : groups) {
    count += row["count"].get<std::int64_t>();
    retained += row["retained"].get<std::int64_t>();
  }
  CHECK(count == report["facts"]["count"]);
  CHECK(retained == report["facts"]["retained"]);
  CHECK(groups[0]["count"] == 6300);
  CHECK(groups[0]["heldBy"] == "Redis._events[\"invalidate:customer:*\"][\u2026]");
  CHECK(report["summary"][1].get<std::string>().starts_with("6,300 of "));
  CHECK(report["tables"]["instances"]["rows"].size() == report["facts"]["count"].get<std::size_t>());
}

TEST_CASE("explain: what is not there gets an answer that helps") {
  const auto id = run_cli("explain " + kLast + " --id @2", true);
  CHECK(id.code == 2);
  CHECK(id.out.find("no object @2") != std::string::npos);
  CHECK(id.out.find("The nearest are") != std::string::npos);
  CHECK(run_cli("explain " + kLast + " --id @x").code == 2);
  const auto name = run_cli("explain " + kLast + " --constructor eventemit", true);
  CHECK(name.code == 2);
  CHECK(name.out.find("'EventEmitter' (") != std::string::npos);
  // The name that reports give to it, which is no class of DevTools.
  const auto redis = run_cli("explain " + kLast + " --constructor Redis", true);
  CHECK(redis.code == 2);
  CHECK(redis.out.find("stand under 'EventEmitter', as in DevTools: --id @46211") != std::string::npos);
  CHECK(run_cli("explain " + kLast).code == 2);
  CHECK(run_cli("explain " + kLast + " --id 1 --constructor Array").code == 2);
}

TEST_CASE("explain: texts of strings are printed only when asked for") {
  const auto strings = json_of(kLast + " --constructor '(string)' --top 1");
  const std::string id = std::to_string(strings["tables"]["instances"]["rows"][0]["id"].get<std::uint64_t>());
  const auto holder = json_of(kLast + " --id " + id)["tables"]["holders"]["rows"][0]["id"].get<std::uint64_t>();
  const std::string arguments = kLast + " --top 0 --id " + std::to_string(holder);
  CHECK(!json_of(arguments)["tables"]["fields"]["rows"][0].contains("value"));
  bool shown = false;
  const auto with_values = json_of(arguments + " --show-values");
  for (const auto& row : with_values["tables"]["fields"]["rows"]) {
    shown |= !row["value"].get<std::string>().empty();
  }
  CHECK(shown);
}

TEST_CASE("explain: every format and width") {
  for (const std::string& command : {kSeries + " --suspect 1", kLast + " --constructor Array"}) {
    for (const std::size_t width : {60U, 80U, 120U, 160U}) {
      const auto run = run_cli("explain " + command + " --width " + std::to_string(width));
      REQUIRE(run.code == 0);
      CHECK(widest_line(run.out.substr(run.out.find("\n\n"))) <= width);
    }
    CHECK(run_cli("explain " + command + " --format markdown").out.starts_with("# "));
    const auto dot = run_cli("explain " + command + " --format dot").out;
    CHECK(dot.starts_with("digraph G {\n"));
    CHECK(dot.ends_with("}\n"));
    CHECK(dot.find("penwidth=2") != std::string::npos);
  }
}
