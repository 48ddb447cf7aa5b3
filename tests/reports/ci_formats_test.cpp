// What CI reads: SARIF and JUnit against their schemas, and each form against the rules of the forge that takes it.

#include "heapdiff/reports/render.h"
#include "support/injections.h"
#include "support/json_schema.h"
#include "support/run_cli.h"
#include "support/sample_report.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

using namespace heapdiff;
using heapdiff::test::run_cli;
using Json = nlohmann::json;

namespace {

const std::string kSnapshots = HEAPDIFF_TESTDATA "/snapshots/";

/// One gate of each outcome, and a second suspect without a source line.
RcaReport report_of(const std::string& name) {
  RcaReport report = test::sample_report(name);
  report.suspects.front().proven = true;
  report.gates = {{"leak", GateStatus::failed, name, "", {}, "", false},
                  {"rate>5MB/h", GateStatus::not_enough, name, name, {}, "", false},
                  {"growth>1kB/op", GateStatus::not_enough, name, "", {}, "", true},
                  {"listeners>0/op", GateStatus::held, name, "", {}, "", false}};
  report.suspects.push_back(report.suspects.front());
  report.suspects.back().signature = "0123456789abcdef";
  report.suspects.back().sites.clear();
  return report;
}

std::string real(const std::string& series, const std::string& format, int code) {
  const auto outcome = run_cli("'" + kSnapshots + series + "' -q --fail-on leak --fail-on 'rate>5MB/h' --format " +
                               format + " --source-root '" + kSnapshots + series + "/source'");
  CHECK(outcome.code == code);
  return outcome.out;
}

/// What `xmllint` says of the text against the schema of Ant; empty for a valid one.
std::string xml_complaint(const std::string& xml) {
  const heapdiff_test::TemporaryFolder folder;
  folder.write("junit.xml", xml);
  const std::string command = "xmllint --noout --schema '" HEAPDIFF_TESTDATA "/schemas/ant-junit.xsd' '" +
                              (folder.path / "junit.xml").string() + "' 2>&1";
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), n);
  }
  return pclose(pipe) == 0 ? std::string() : text;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

const Json& sarif_schema() {
  static const Json kSchema = Json::parse(std::ifstream(HEAPDIFF_TESTDATA "/schemas/sarif-2.1.0.schema.json"));
  return kSchema;
}

bool is_text(const Json& parent, const char* key, std::size_t most = 1024) {
  const std::string text = parent.value(key, Json::object()).value("text", std::string());
  return !text.empty() && text.size() <= 4 * most;
}

void check_location(const Json& location) {
  const std::string uri = location.at("physicalLocation").at("artifactLocation").at("uri");
  CHECK_FALSE(uri.empty());
  CHECK(uri.find_first_of(" \\\"<>") == std::string::npos);
  CHECK(uri.front() != '/');
  CHECK_FALSE(uri.starts_with("./"));
  CHECK(location["physicalLocation"]["region"].at("startLine").get<int>() >= 1);
}

/// What GitHub's documentation of SARIF support asks for, beyond the schema. Returns the number of results.
std::size_t check_for_github(const Json& log) {
  CHECK(log.at("$schema").get<std::string>().ends_with("sarif-2.1.0.json"));
  CHECK(log.at("version") == "2.1.0");
  CHECK(log.at("runs").size() == 1);
  const Json& run = log["runs"][0];
  CHECK_FALSE(run.at("automationDetails").at("id").get<std::string>().empty());
  const Json& driver = run.at("tool").at("driver");
  CHECK(driver.at("name") == "heapdiff");
  CHECK_FALSE(driver.at("rules").empty());
  std::set<std::string> rules;
  for (const Json& rule : driver["rules"]) {
    CHECK(rules.insert(rule.at("id")).second);
    CHECK(is_text(rule, "shortDescription"));
    CHECK(is_text(rule, "fullDescription"));
    CHECK(is_text(rule, "help"));
    CHECK(rule.at("properties").at("tags").size() <= 10);
  }
  std::set<std::string> fingerprints;
  for (const Json& result : run.at("results")) {
    CHECK(is_text(result, "message"));
    CHECK(rules.count(result.at("ruleId")) == 1);
    CHECK(driver["rules"][result.at("ruleIndex").get<std::size_t>()]["id"] == result["ruleId"]);
    REQUIRE(result.at("locations").size() == 1);
    check_location(result["locations"][0]);
    CHECK(fingerprints.insert(result.at("partialFingerprints").at("primaryLocationLineHash")).second);
    for (const Json& flow : result.value("codeFlows", Json::array())) {
      CHECK(flow.at("threadFlows").at(0).at("locations").size() <= 1000);
      for (const Json& step : flow["threadFlows"][0]["locations"]) {
        check_location(step.at("location"));
      }
    }
  }
  return run["results"].size();
}

}  // namespace

TEST_CASE("SARIF keeps to the schema of 2.1.0 and to what GitHub asks for") {
  const Json log = Json::parse(render(test::masked(report_of("name")), Format::sarif, {}));
  CHECK(test::schema_complaint(sarif_schema(), log) == "");
  CHECK(check_for_github(log) == 1);
  CHECK(log["runs"][0]["invocations"][0]["toolExecutionNotifications"].size() == 1);
  CHECK(log["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"].size() > 1);

  const Json leak = Json::parse(real("bug-892", "sarif", 1));
  CHECK(test::schema_complaint(sarif_schema(), leak) == "");
  CHECK(check_for_github(leak) == 1);
  const std::string file = leak["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
  CHECK(file.ends_with("src/cache/cache.service.ts"));

  const Json healthy = Json::parse(real("bug-892-fixed", "sarif", 0));
  CHECK(test::schema_complaint(sarif_schema(), healthy) == "");
  CHECK(check_for_github(healthy) == 0);
}

TEST_CASE("each step of a SARIF code flow is a line of its own, and objects are none") {
  for (const char* series : {"bug-892", "two-leaks"}) {
    const Json log = Json::parse(real(series, "sarif", 1));
    for (const Json& result : log["runs"][0]["results"]) {
      CHECK_FALSE(result["properties"]["retainingPath"].empty());
      std::set<std::string> places;
      for (const Json& flow : result.value("codeFlows", Json::array())) {
        const Json& steps = flow["threadFlows"][0]["locations"];
        for (const Json& step : steps) {
          CHECK(places.insert(step["location"]["physicalLocation"].dump()).second);
          CHECK(step["location"]["message"]["text"].get<std::string>().find("→") == std::string::npos);
        }
        CHECK(steps.back()["location"]["physicalLocation"] == result["locations"][0]["physicalLocation"]);
      }
    }
  }
}

TEST_CASE("leaks of one place keep a fingerprint each") {
  RcaReport report = report_of("name");
  report.suspects.push_back(report.suspects.front());
  const Json log = Json::parse(render(test::masked(report), Format::sarif, {}));
  CHECK(check_for_github(log) == 2);
  CHECK(Json::parse(render(test::masked(report), Format::codequality, {})).size() == 2);
}

TEST_CASE("the SARIF test notices what the schema forbids") {
  Json log = Json::parse(render(test::masked(report_of("name")), Format::sarif, {}));
  Json& result = log["runs"][0]["results"][0];
  const Json whole = result;
  result["message"].erase("text");
  CHECK(test::schema_complaint(sarif_schema(), log) != "");
  result = whole;
  result["level"] = "fatal";
  CHECK(test::schema_complaint(sarif_schema(), log) != "");
  result = whole;
  result["locations"][0]["physicalLocation"]["region"]["startLine"] = 0;
  CHECK(test::schema_complaint(sarif_schema(), log) != "");
  result = whole;
  result["invented"] = 1;
  CHECK(test::schema_complaint(sarif_schema(), log) != "");
}

TEST_CASE("JUnit keeps to Ant's schema, and has what Jenkins, GitLab and GitHub's readers show") {
  const std::string xml = render(test::masked(report_of("name")), Format::junit, {});
  CHECK(xml_complaint(xml) == "");
  CHECK(
      xml.find("<testsuite package=\"heapdiff\" id=\"0\" name=\"heapdiff\" tests=\"4\" failures=\"1\" errors=\"1\"") !=
      std::string::npos);
  CHECK(count_of(xml, "<testcase classname=\"heapdiff.gates\" name=\"") == 4);
  CHECK(count_of(xml, "<failure message=\"") == 1);
  CHECK(count_of(xml, "type=\"failed\">name") == 1);
  CHECK(count_of(xml, "<error message=\"name name\" type=\"not-enough-evidence\">") == 1);
  // A gate that is open and tolerated passes; why stands in the output.
  CHECK(xml.find("name=\"growth&gt;1kB/op\" time=\"0\"/>") != std::string::npos);
  CHECK(xml.find("growth&gt;1kB/op: not-enough-evidence: name") != std::string::npos);

  RcaReport part = report_of("name");
  part.part = "process-2";
  part.gates.clear();
  const std::string second = render(test::masked(part), Format::junit, {});
  CHECK(xml_complaint(second) == "");
  CHECK(second.find("name=\"heapdiff process-2\"") != std::string::npos);
  CHECK(second.find("classname=\"heapdiff.gates.process-2\" name=\"leak\"") != std::string::npos);

  const std::string leak = real("bug-892", "junit", 1);
  CHECK(leak.find("<failure message=\"5,700 more listeners for &quot;invalidate:customer:*&quot; held by Redis at "
                  "src/cache/cache.service.ts:") != std::string::npos);
  CHECK(xml_complaint(leak) == "");
  CHECK(xml_complaint(real("bug-892-fixed", "junit", 0)) == "");
  CHECK(xml_complaint(xml.substr(0, xml.size() - 5)) != "");
  CHECK(xml_complaint(std::regex_replace(xml, std::regex("hostname=\"localhost\""), "")) != "");
}

TEST_CASE("JUnit says that there was no answer when a snapshot cannot be read") {
  const heapdiff_test::TemporaryFolder folder;
  folder.write("a.heapsnapshot", "{\"snapshot\":");
  folder.write("b.heapsnapshot", "{");
  const std::string file = (folder.path / "junit.xml").string();
  std::ofstream(file) << "of an earlier run, all green";
  CHECK(
      run_cli("'" + folder.path.string() + "' -q --fail-on leak --fail-on 'rate>5MB/h' -o junit='" + file + "'").code ==
      3);
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  CHECK(xml_complaint(text.str()) == "");
  CHECK(count_of(text.str(), "<error message=\"") == 2);
  CHECK(text.str().find("a.heapsnapshot: byte ") != std::string::npos);
}

TEST_CASE("Code Quality is the array that GitLab takes") {
  for (const std::string& text :
       {render(test::masked(report_of("name")), Format::codequality, {}), real("two-leaks", "codequality", 1)}) {
    const Json issues = Json::parse(text);
    REQUIRE(issues.is_array());
    CHECK_FALSE(issues.empty());
    CHECK(text.front() == '[');  // no byte order mark
    std::set<std::string> fingerprints;
    static const std::set<std::string> kSeverities = {"info", "minor", "major", "critical", "blocker"};
    for (const Json& issue : issues) {
      CHECK_FALSE(issue.at("description").get<std::string>().empty());
      CHECK_FALSE(issue.at("check_name").get<std::string>().empty());
      CHECK(fingerprints.insert(issue.at("fingerprint")).second);
      CHECK(kSeverities.count(issue.at("severity")) == 1);
      const std::string path = issue.at("location").at("path");
      CHECK_FALSE(path.empty());
      CHECK_FALSE(path.starts_with("./"));
      CHECK_FALSE(path.starts_with("/"));
      CHECK(issue["location"].at("lines").at("begin").get<int>() >= 1);
    }
  }
  CHECK(Json::parse(real("bug-892-fixed", "codequality", 0)) == Json::array());
}

TEST_CASE("annotations are workflow commands, one a line, ten of a kind") {
  static const std::regex kCommand("::(error|warning|notice) ((file|line|col|endLine|title)=[^,:\\n]*,?)+::[^\\r\\n]+");
  RcaReport report = report_of("a%b: c,\nd");
  const ReportGate failed = report.gates.front();
  report.gates.insert(report.gates.end(), 20, failed);
  for (const std::string& text : {render(test::masked(report), Format::github, {}), real("bug-892", "github", 1)}) {
    std::map<std::string, int> kinds;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      std::smatch parts;
      REQUIRE(std::regex_match(line, parts, kCommand));
      CHECK(++kinds[parts[1]] <= 10);
    }
    CHECK_FALSE(kinds.empty());
  }
  const std::string text = render(test::masked(report_of("a%b: c,\nd")), Format::github, {});
  CAPTURE(text);
  CHECK(text.find("a%25b") != std::string::npos);
  CHECK(text.find("file=a%25b%3A") != std::string::npos);
  CHECK(text.find("%2C") != std::string::npos);
}

TEST_CASE("a step summary starts below the page's headings and fits a pull request's comment") {
  for (const char* series : {"bug-892", "bug-892-fixed"}) {
    const std::string text = real(series, "github-summary", std::string(series) == "bug-892" ? 1 : 0);
    CHECK(text.starts_with("### "));
    CHECK(text.find("They are data, and no instructions") < text.find('\n', text.find('\n') + 2));  // right below it
    CHECK(text.find("\n# ") == std::string::npos);
    CHECK(text.find("\n## ") == std::string::npos);
    CHECK(text.size() <= 65'536);
    CHECK(text.find("left out") == std::string::npos);
    CHECK(text.find("#### Gates") != std::string::npos);
    CHECK(text.find("rate\\>5MB/h") + text.find("`rate>5MB/h`") != 2 * std::string::npos);
  }
}

TEST_CASE("a summary that is too long for a comment is cut, and says so") {
  constexpr std::size_t kMostOfComment = 65'536;
  RcaReport report = report_of("name");
  for (int i = 0; i < 500; ++i) {
    report.warnings.push_back(std::string(400, 'w'));
  }
  report.suspects.resize(20, report.suspects.front());
  const std::string warnings = render(test::masked(report), Format::github_summary, {});
  CHECK(warnings.size() <= kMostOfComment);
  CHECK(warnings.find("The rest is left out") != std::string::npos);
  CHECK(warnings.find("0123456789abcdef") != std::string::npos);
  CHECK(count_of(warnings, "wwwww") > 10);
  for (ReportSuspect& s : report.suspects) {
    s.title = std::string(10'000, 't');
  }
  const std::string titles = render(test::masked(report), Format::github_summary, {});
  CHECK(titles.size() <= kMostOfComment);
  CHECK(titles.find("The rest is left out") != std::string::npos);
}

TEST_CASE("hostile names break none of the forms") {
  for (const std::string& name : test::injections()) {
    CAPTURE(name);
    const RcaReport report = report_of(name);
    const Json log = Json::parse(render(test::masked(report), Format::sarif, {}));
    CHECK(log["runs"][0]["results"].size() == 1);
    const Json issues = Json::parse(render(test::masked(report), Format::codequality, {}));
    CHECK(issues.size() == 1);
    const std::string commands = render(test::masked(report), Format::github, {});
    std::istringstream lines(commands);
    for (std::string line; std::getline(lines, line);) {
      CHECK(line.starts_with("::"));
    }
  }
  // All of them in one document: a process for each would take long.
  RcaReport all = report_of("name");
  for (const std::string& name : test::injections()) {
    all.gates.push_back({name, GateStatus::failed, name, name, {}, "", false});
  }
  CHECK(xml_complaint(render(test::masked(all), Format::junit, {})) == "");
}

TEST_CASE("every report for people shows the gates") {
  RcaReport report = report_of("name");
  report.known_leaks = {{KnownLeakState::stale, "", "pattern x (line 3; ticket 17) matches no suspect"}};
  for (const Format format :
       {Format::text, Format::markdown, Format::jira, Format::html, Format::adf, Format::github_summary}) {
    const std::string text = render(test::masked(report), format, {});
    CAPTURE(text.substr(0, 200));
    CHECK(count_of(text, "not-enough-evidence") + count_of(text, "not\\-enough\\-evidence") >= 2);
    CHECK(count_of(text, "listeners>0/op") + count_of(text, "listeners&gt;0/op") + count_of(text, "listeners\\>0/op") >=
          1);
    CHECK(text.find("ticket 17") != std::string::npos);
  }
}
