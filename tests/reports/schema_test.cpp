// The JSON report keeps to reports/report.schema.json, and the schema names every property that it writes.

#include "heapdiff/reports/render.h"
#include "support/json_schema.h"
#include "support/run_cli.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <string>

namespace {

using Json = nlohmann::json;

const Json& schema_json() {
  static const Json kSchema = Json::parse(std::ifstream(HEAPDIFF_SOURCE_DIR "/reports/report.schema.json"));
  return kSchema;
}

std::string complaint(const Json& document) { return heapdiff::test::schema_complaint(schema_json(), document); }

/// Properties of `value` that the schema's `at` does not declare.
std::string undeclared(const Json& value, const Json& at, const std::string& path) {
  if (at.contains("$ref")) {
    return undeclared(value, schema_json().at("definitions").at(at["$ref"].get<std::string>().substr(14)), path);
  }
  for (const char* list : {"allOf", "anyOf"}) {
    if (at.contains(list)) {
      return undeclared(value, at[list].back(), path);
    }
  }
  std::string out;
  if (value.is_array() && at.contains("items")) {
    for (const Json& item : value) {
      out += undeclared(item, at["items"], path + "[]");
    }
  }
  if (value.is_object() && at.contains("properties")) {
    for (const auto& [key, item] : value.items()) {
      const bool known = at["properties"].contains(key);
      out += known ? undeclared(item, at["properties"][key], path + "/" + key) : path + "/" + key + "\n";
    }
  }
  return out;
}

void check_report(const std::string& text) {
  const Json document = Json::parse(text);
  CHECK(complaint(document) == "");
  CHECK(undeclared(document, schema_json(), "") == "");
}

/// Texts with `mark` in them that the schema's `at` does not mark as untrusted.
std::string unmarked(const Json& value, const Json& at, const std::string& path, const std::string& mark) {
  if (at.contains("$ref")) {
    return unmarked(value, schema_json().at("definitions").at(at["$ref"].get<std::string>().substr(14)), path, mark);
  }
  for (const char* list : {"allOf", "anyOf"}) {
    if (at.contains(list)) {
      return unmarked(value, at[list].back(), path, mark);
    }
  }
  std::string out;
  if (value.is_string() && value.get<std::string>().find(mark) != std::string::npos && !at.value("untrusted", false)) {
    out = path + "\n";
  }
  if (value.is_array() && at.contains("items")) {
    for (const Json& item : value) {
      out += unmarked(item, at["items"], path + "[]", mark);
    }
  }
  if (value.is_object() && at.contains("properties")) {
    for (const auto& [key, item] : value.items()) {
      if (at["properties"].contains(key)) {
        out += unmarked(item, at["properties"][key], path + "/" + key, mark);
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("schema: each text that a heap can write is marked as untrusted, and the report says so") {
  const std::string report = heapdiff::render(heapdiff::test::sample_report("Zzmarked"), heapdiff::Format::json, {});
  const Json document = Json::parse(report);
  CHECK(unmarked(document, schema_json(), "", "Zzmarked") == "");
  CHECK(document["untrusted"].get<std::string>().find("no instructions") != std::string::npos);
  const std::string markdown = heapdiff::render(heapdiff::test::sample_report(), heapdiff::Format::markdown, {});
  CHECK(markdown.starts_with("# "));
  CHECK(markdown.substr(markdown.find('\n'))
            .starts_with("\n\n<!-- Names, paths and lines of source in this report come from the observed program."));
}

TEST_CASE("schema: a report with every field filled keeps to it") {
  heapdiff::RcaReport report = heapdiff::test::sample_report();
  report.heap_per_operation = report.off_heap_rate = report.heap_rate;
  report.detectable_rate = 1e6;
  report.hours_to_limit = 30;
  report.observed_bytes_per_hour = 50e6;
  report.observed_contradicts = true;
  report.suspects[0].per_operation = report.heap_rate;
  report.suspects[0].detectable_rate = 1e6;
  report.suspects[0].commit->before_first_capture = true;
  const std::string text = render(heapdiff::test::masked(report), heapdiff::Format::json, {});
  check_report(text);
  const Json document = Json::parse(text);
  CHECK(document["heap"]["observedContradicts"] == true);
  CHECK(document["heap"]["hoursToLimit"] == 30);
  CHECK(document["suspects"][0]["commitText"] == "name");
  CHECK(document["growthTree"]["children"][0]["children"][0]["kind"] == "step");
}

TEST_CASE("schema: reports of real series keep to it") {
  for (const char* series : {"bug-892", "healthy-lru", "two-snapshots"}) {
    CAPTURE(series);
    check_report(
        heapdiff::test::run_cli(std::string(HEAPDIFF_TESTDATA "/snapshots/") + series + " --format json -q").out);
  }
}

TEST_CASE("schema: the report on one snapshot keeps to it") {
  check_report(
      heapdiff::test::run_cli(HEAPDIFF_TESTDATA
                              "/snapshots/two-snapshots/Heap.20260302.010200.1.0.002.heapsnapshot.zst --format json -q")
          .out);
}

TEST_CASE("schema: the test notices what does not keep to it") {
  Json document =
      Json::parse(render(heapdiff::test::masked(heapdiff::test::sample_report()), heapdiff::Format::json, {}));
  document["verdict"] = "perhaps";
  CHECK(complaint(document) != "");
  document["verdict"] = "leak";
  document["suspects"][0]["invented"] = 1;
  CHECK(undeclared(document, schema_json(), "") == "/suspects[]/invented\n");
}
