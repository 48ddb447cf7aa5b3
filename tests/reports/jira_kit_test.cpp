// The folder for Jira: what its JSON files hold, and what none of its files may hold.

#include "heapdiff/reports/jira_kit.h"

#include "support/injections.h"
#include "support/json_schema.h"
#include "support/planted_secrets.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

using namespace heapdiff;

namespace {

using KitFiles = std::map<std::string, std::string>;

KitFiles kit_of(const RcaReport& report) {
  KitFiles files;
  for (const FolderFile& file : jira_kit(test::masked(report))) {
    CHECK(file.is_program == (file.name == "post.sh"));
    files[file.name] = file.bytes;
  }
  return files;
}

nlohmann::json json_in(const KitFiles& files, const std::string& name) { return nlohmann::json::parse(files.at(name)); }

std::string adf_complaint(const nlohmann::json& document) {
  static const test::JsonSchema kSchema(
      nlohmann::json::parse(std::ifstream(HEAPDIFF_TESTDATA "/schemas/adf-full.schema.json")));
  return kSchema.complaint(document);
}

std::size_t utf16_units(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
             text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; })) +
         static_cast<std::size_t>(
             std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xF0U; }));
}

}  // namespace

TEST_CASE("a folder for Jira has the fields of an issue, a comment, the page, a chart and the script") {
  const KitFiles files = kit_of(test::sample_report());
  CHECK(files.size() == 6);
  for (const auto& file : files) {
    const std::vector<std::string>& known = jira_kit_mark().names;
    CHECK_MESSAGE(std::find(known.begin(), known.end(), file.first) != known.end(), file.first);
  }
  CHECK(files.at("kit.json").starts_with(jira_kit_mark().begin));
  const auto kit = json_in(files, "kit.json");
  CHECK(kit["signature"] == "95a6dda51cc13020");
  CHECK(kit["post"] == true);
  REQUIRE(kit["attachments"].size() == 2);
  for (const auto& attachment : kit["attachments"]) {
    CHECK(files.contains(attachment["file"].get<std::string>()));
    CHECK(attachment["name"].get<std::string>().find(kit["id"].get<std::string>()) != std::string::npos);
  }
  const auto fields = json_in(files, "issue.json")["fields"];
  CHECK(fields["summary"] == "Memory leak: name, at name:53");
  CHECK(fields["labels"] == nlohmann::json({"heapdiff", "heapdiff-95a6dda51cc13020"}));
  CHECK(fields["environment"].dump().find("3 snapshots, name to name, taken 2026-03-02T01:00:00Z") !=
        std::string::npos);
  CHECK(fields["description"].dump().find(kit["attachments"][0]["name"].get<std::string>()) != std::string::npos);
  CHECK(fields.dump().find("-o html=FILE") == std::string::npos);
  CHECK(json_in(files, "comment.json")["body"].dump().find(kit["id"].get<std::string>()) != std::string::npos);
  CHECK(files.at("report.html").starts_with("<!DOCTYPE html>"));
  CHECK(files.at("chart.svg").starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
}

TEST_CASE("a folder for Jira holds hostile names as data only") {
  std::ifstream asset(HEAPDIFF_SOURCE_DIR "/reports/assets/post.sh", std::ios::binary);
  const std::string script{std::istreambuf_iterator<char>(asset), {}};
  REQUIRE(script.starts_with("#!/bin/sh\n"));
  const std::vector<std::string> all = test::injections();
  for (std::size_t i = 0; i < all.size(); i += 7) {
    CAPTURE(all[i]);
    const KitFiles files = kit_of(test::sample_report(all[i]));
    CHECK(files.at("post.sh") == script);
    const auto fields = json_in(files, "issue.json")["fields"];
    CHECK(fields.size() == 4);
    CHECK(fields["labels"].size() == 2);
    for (const char* field : {"description", "environment"}) {
      CHECK(adf_complaint(fields[field]) == "");
      CHECK(fields[field].dump().size() <= 32767);
      CHECK(fields[field].dump().find("\"link\"") == std::string::npos);
    }
    CHECK(adf_complaint(json_in(files, "comment.json")["body"]) == "");
    const auto summary = fields["summary"].get<std::string>();
    CHECK(utf16_units(summary) <= 255);
    CHECK(summary.find_first_of("\r\n\x1b") == std::string::npos);
    CHECK(files.at("chart.svg") == kit_of(test::sample_report()).at("chart.svg"));
    CHECK(json_in(files, "kit.json").size() == 6);
  }
}

TEST_CASE("a long title is cut to what Jira takes as a summary") {
  std::string faces;
  for (int i = 0; i < 400; ++i) {
    faces += "\U0001F600";
  }
  for (const std::string& name : {std::string(900, 'n'), faces}) {
    const auto fields = json_in(kit_of(test::sample_report(name)), "issue.json")["fields"];
    CHECK(utf16_units(fields["summary"].get<std::string>()) <= 255);
  }
}

TEST_CASE("a folder for Jira names no folder of the machines that captured and analysed") {
  RcaReport report = test::sample_report("/build/7/service/dist/cache.js");
  report.suspects[0].why = "Seen in /home/ana/service/out, /build/7/out and (/opt/x/y/state).";
  report.command_line = "heapdiff /build/7/snapshots/a.heapsnapshot --source-root /build/7";
  report.snapshots[0].path = "/build/7/snapshots/a.heapsnapshot";
  for (const auto& file : kit_of(report)) {
    for (const std::string folder : {"/home", "/build", "/opt", "/ana"}) {
      const std::size_t at = file.second.find(folder);
      CHECK_MESSAGE(at == std::string::npos,
                    file.first << ": " << file.second.substr(std::min(at, file.second.size()), 60));
    }
  }
}

TEST_CASE("no planted secret is in a folder for Jira") {
  for (const auto& plant : test::planted_secrets()) {
    RcaReport report = test::sample_report(plant.text);
    for (ReportSite& site : report.suspects[0].sites) {
      site.excerpt.clear();  // source text is no heap text
    }
    for (const auto& file : kit_of(report)) {
      CHECK_MESSAGE(file.second.find(plant.secret) == std::string::npos, file.first << ": " << plant.text);
    }
  }
}

TEST_CASE("the same evidence has the same id, other evidence another") {
  const auto id = [](const RcaReport& report) { return json_in(kit_of(report), "kit.json")["id"]; };
  RcaReport report = test::sample_report();
  const auto first = id(report);
  report.command_line = "heapdiff elsewhere";
  CHECK(id(report) == first);
  report.suspects[0].growth_bytes += 1'000'000;
  CHECK(id(report) != first);
}

TEST_CASE("a folder of a healthy program is not to be posted, and one snapshot has no chart") {
  RcaReport report = test::sample_report();
  report.verdict = Verdict::no_leak;
  CHECK(json_in(kit_of(report), "kit.json")["post"] == false);
  report.verdict = Verdict::inconclusive;
  CHECK(json_in(kit_of(report), "kit.json")["post"] == true);
  CHECK(json_in(kit_of(report), "issue.json")["fields"]["summary"] == "Possible memory leak: name, at name:53");
  report.suspects.clear();
  const KitFiles none = kit_of(report);
  CHECK(json_in(none, "kit.json")["post"] == false);
  CHECK(json_in(none, "issue.json")["fields"]["labels"] == nlohmann::json::array({"heapdiff"}));
  report = test::sample_report();
  report.snapshots.resize(1);
  CHECK(!kit_of(report).contains("chart.svg"));
  CHECK(json_in(kit_of(report), "kit.json")["attachments"].size() == 1);
}
