#include "heapdiff/reports/render.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/reports/redact.h"
#include "model/columns.h"
#include "model/private_paths.h"
#include "support/injections.h"
#include "support/planted_secrets.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace heapdiff;
using heapdiff::model::columns_of;
using heapdiff::test::masked;
using heapdiff::test::sample_report;

namespace {

constexpr std::array kAll = {Format::text, Format::markdown, Format::jira,       Format::adf, Format::adf_body,
                             Format::html, Format::json,     Format::postmortem, Format::csv};
constexpr std::array kNames = {"text", "markdown", "jira", "adf", "adf-body", "html", "json", "postmortem", "csv"};

std::string shown(const RcaReport& report, Format format, unsigned width = 80) {
  return render(masked(report), format, {width, false});
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// Types and attributes of an ADF tree, without the words.
void skeleton(const nlohmann::json& node, std::string& out) {
  out += node.value("type", "?") + (node.contains("marks") ? node["marks"].dump() : "") + "(";
  for (const auto& child : node.value("content", nlohmann::json::array())) {
    skeleton(child, out);
  }
  out += ")";
}

std::string adf_skeleton(const std::string& text) {
  std::string out;
  skeleton(nlohmann::json::parse(text), out);
  return out;
}

bool has_live_control(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool line_end = c == '\n' || (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n');
    if ((c < 0x20 && !line_end) || c == 0x7F || (c == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0) ||
        text.compare(i, 3, "\u202e") == 0 || text.compare(i, 3, "\u2066") == 0) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("each format has its name") {
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    CHECK(parse_format(kNames[i]) == kAll[i]);
    const std::vector<std::string> offered = report_formats();
    CHECK_MESSAGE(std::find(offered.begin(), offered.end(), kNames[i]) != offered.end(), kNames[i]);
  }
  CHECK(parse_format("md") == Format::markdown);
  CHECK(!parse_format("pdf"));
}

TEST_CASE("the same report gives the same bytes, in valid UTF-8") {
  const RcaReport report = sample_report("\xff\xfe\xc3");
  for (const Format format : kAll) {
    const std::string text = shown(report, format);
    CHECK(text == shown(report, format));
    CHECK_NOTHROW(static_cast<void>(nlohmann::json(text).dump()));  // throws on invalid UTF-8
  }
}

TEST_CASE("no control character and no newline of a name reaches an output") {
  const std::string hostile = "a\x1b]0;t\x07\r\nb\x7f\u009b31m\u202ec\u2066d\te";
  for (const Format format : kAll) {
    const std::string text = shown(sample_report(hostile), format);
    CHECK_MESSAGE(!has_live_control(text), kNames[static_cast<std::size_t>(format)]);
    // Jira escapes the braces, JSON the backslash.
    const bool visible = text.find("u{1b}") != std::string::npos || text.find("u\\{1b\\}") != std::string::npos;
    CHECK_MESSAGE(visible, kNames[static_cast<std::size_t>(format)]);
  }
}

TEST_CASE("an injected name changes no structure") {
  // Names that hold data are folded to a family, whose generated code has a line less.
  const std::array<RcaReport, 2> benign = {sample_report(), sample_report("name 1")};
  const std::string adf = adf_skeleton(shown(sample_report(), Format::adf));
  const auto payloads = heapdiff::test::injections();
  REQUIRE(payloads.size() == 200);
  for (const std::string& payload : payloads) {
    CAPTURE(payload);
    const RcaReport report = sample_report(payload);
    const RcaReport& like = benign[fold_data(payload).find('*') == std::string::npos ? 0 : 1];
    CHECK(lines_of(shown(report, Format::markdown)).size() == lines_of(shown(like, Format::markdown)).size());
    CHECK(lines_of(shown(report, Format::jira)).size() == lines_of(shown(like, Format::jira)).size());
    CHECK(adf_skeleton(shown(report, Format::adf)) == adf);
    CHECK(!has_live_control(shown(report, Format::text)));
    for (const std::string& line : lines_of(shown(report, Format::csv))) {
      for (std::size_t at = 0; (at = line.find(",\"", at)) != std::string::npos; at += 2) {
        CHECK(std::string_view("=+-@").find(line[at + 2]) == std::string_view::npos);
      }
    }
    CHECK(nlohmann::json::accept(shown(report, Format::json)));
  }
}

TEST_CASE("no planted secret is in any output") {
  const auto plants = heapdiff::test::planted_secrets();
  REQUIRE(plants.size() >= 60);
  for (const auto& plant : plants) {
    RcaReport report = sample_report(plant.text);
    for (ReportSite& site : report.suspects[0].sites) {
      site.excerpt.clear();  // source text is no heap text: there only literals are masked, as redact_test.cpp shows
    }
    for (const Format format : kAll) {
      CHECK_MESSAGE(shown(report, format, 200).find(plant.secret) == std::string::npos,
                    kNames[static_cast<std::size_t>(format)] << ": " << plant.text);
    }
  }
}

TEST_CASE("text keeps to the width, whatever the names") {
  const std::string longest(300, 'x');
  for (const unsigned width : {40U, 60U, 80U, 120U, 200U}) {
    for (const std::string& name :
         {std::string("name"), longest, std::string("/a/very/long/path/of/words and more.js"),
          std::string("\u4e2d\u6587\u5b57\u4e2d\u6587\u5b57\u4e2d\u6587\u5b57\u4e2d\u6587\u5b57"
                      "\u4e2d\u6587\u5b57\u4e2d\u6587\u5b57\u4e2d\u6587\u5b57\u4e2d\u6587\u5b57")}) {
      RcaReport report = sample_report(name);
      report.suspects[0].path.resize(60, report.suspects[0].path[0]);
      report.suspects[0].kit = repair_kit(heapdiff::test::sample_names("event-listener", "name"));
      for (const std::string& line : lines_of(shown(report, Format::text, width))) {
        CHECK_MESSAGE(columns_of(line) <= width, line);
      }
    }
  }
}

TEST_CASE("text shows notes, holders, digests and a sparkline, and colours only when asked") {
  const std::string text = shown(sample_report("marker"), Format::text, 120);
  for (const std::string part : {"also held by  marker", "compiled to marker:44", "26f465eade4c26f465eade4c26f465ea",
                                 "▁▅█", "111.0 MB/h (95 % 104.7 to 117.4)", "-5.0 kB"}) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  }
  CHECK(text.find("+-") == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(render(masked(sample_report()), Format::text, {80, true}).find("\x1b[1;31mLEAK\x1b[0m") == 0);
}

TEST_CASE("sections come in the order of a reader's questions") {
  const std::string text = shown(sample_report(), Format::markdown);
  std::size_t last = 0;
  for (const char* title :
       {"# Memory leak report: a leak was found", "## Leak rate", "## Suspect 1: event-listener", "**Line:**",
        "### Other candidate lines", "### Retaining path", "## Ruled out", "## Constructors that grew",
        "## Heap at each snapshot", "## What the evidence cannot show", "## Next captures to take", "## Fix pattern",
        "## Regression test", "## Metrics and alerts", "## Runbook", "## Self-check", "## Warnings", "## Inputs"}) {
    const std::size_t at = text.find(title);
    REQUIRE_MESSAGE(at != std::string::npos, title);
    CHECK(at >= last);
    last = at;
  }
}

TEST_CASE("a ticket has at most 40 lines for one suspect, however large the report") {
  RcaReport report = sample_report();
  report.suspects[0].path.assign(5000, {"next", EdgeType::property, "Link", "object", 1, 1, PathRole::none});
  report.suspects[0].path[900].role = PathRole::holder;
  report.snapshots.resize(2000, report.snapshots[0]);
  report.suspects[0].levels.resize(2000, {std::nullopt, 7});
  report.suspects[0].counters[0].values.resize(2000, 9);
  report.ruled_out.resize(500, std::string(60, 'r'));
  report.warnings.resize(500, std::string(60, 'w'));
  report.cautions.resize(50, std::string(60, 'c'));
  report.next_steps.clear();
  const std::string jira = shown(report, Format::jira);
  CHECK(lines_of(jira).size() <= 40);
  CHECK(jira.size() <= 30000);
  CHECK(shown(report, Format::adf).size() <= 30000);
  for (const char* part : {"name:53", "*Why:*", "||5 of 2000 snapshots", "898 steps from the root", "*Commit:*",
                           "*Fix:*", "*Verification:*", "95a6dda51cc13020", "And 48 more"}) {
    CHECK_MESSAGE(jira.find(part) != std::string::npos, std::string(part));
  }
  for (const char* part : {"Constructors that grew", "Runbook", "Datadog", "XXH3"}) {
    CHECK_MESSAGE(jira.find(part) == std::string::npos, std::string(part));
  }
}

TEST_CASE("a ticket says of the next two suspects why they leak and what the fix is, and of others where they are") {
  RcaReport report = sample_report("words");
  report.suspects.resize(5, report.suspects.front());
  for (std::size_t i = 0; i < report.suspects.size(); ++i) {
    report.suspects[i].title = "title " + std::to_string(i + 1);
    report.suspects[i].why = "reason " + std::to_string(i + 1) + ".";
    report.suspects[i].fix = "remedy " + std::to_string(i + 1) + ".";
  }
  const std::string text = shown(report, Format::jira);
  for (int i = 1; i <= 5; ++i) {
    CAPTURE(i);
    CHECK((text.find("reason " + std::to_string(i)) != std::string::npos) == (i <= 3));
    CHECK((text.find("remedy " + std::to_string(i)) != std::string::npos) == (i <= 3));
    CHECK((text.find("title " + std::to_string(i)) != std::string::npos) == (i > 1));
  }
}

TEST_CASE("Jira texts are cut between blocks below 30,000 characters, and say so") {
  RcaReport report = sample_report(std::string(900, 'n'));
  report.suspects.resize(60, report.suspects[0]);
  report.cautions.resize(2, std::string(9000, 'c'));
  report.next_steps.resize(4, std::string(3000, 's'));
  for (const Format format : {Format::jira, Format::adf}) {
    const std::string text = shown(report, format);
    CHECK(text.size() <= 30000);
    CHECK(text.find("markdown=FILE writes the full report") != std::string::npos);
  }
  const std::string jira = shown(report, Format::jira);
  std::size_t codes = 0;
  for (std::size_t at = 0; (at = jira.find("{code", at)) != std::string::npos; ++at) {
    ++codes;
  }
  CHECK(codes % 2 == 0);
  CHECK(shown(sample_report(), Format::jira).find("writes the full report") == std::string::npos);
}

TEST_CASE("what is posted shows no folders of the machines that captured and analysed") {
  RcaReport report = sample_report("/home/ana/service/dist/cache.js, ~/service/a/b.js and /var/lib/app/state");
  report.command_line = "heapdiff /build/7/snapshots --repo=/checkout/service";
  report.snapshots[0].path = "/captures/7/a.heapsnapshot";
  report.suspects[0].why = "Seen in /build/7/out, /checkout/x, /captures/y and /app/server.js.";
  for (const Format format :
       {Format::jira, Format::adf, Format::postmortem, Format::markdown, Format::github_summary}) {
    const std::string text = shown(report, format);
    CAPTURE(static_cast<int>(format));
    for (const std::string folder : {"/home", "/var/lib", "~/", "/build", "/checkout", "/captures", "/app/server"}) {
      CHECK_MESSAGE(text.find(folder) == std::string::npos, folder);
    }
    CHECK(text.find("dist/cache.js") != std::string::npos);
    if (format != Format::github_summary) {  // it is short
      CHECK(text.find("server.js") != std::string::npos);
    }
  }
}

TEST_CASE("private paths keep their last two parts; URLs, units and regular expressions stay") {
  using model::without_private_paths;
  CHECK(without_private_paths("(/app/dist/cache/service.js:33)") == "(/…/cache/service.js:33)");
  CHECK(without_private_paths("file:///srv/a/b/c.mjs at 3") == "file:///…/b/c.mjs at 3");
  CHECK(without_private_paths("C:\\Users\\ana\\a.js:1") == "/…\\ana\\a.js:1");
  CHECK(without_private_paths("in /home/ana/x.") == "in /…/ana/x.");
  CHECK(without_private_paths("/app/server.js:5") == "/…/server.js:5");
  CHECK(without_private_paths("~/code/a/b.js") == "/…/a/b.js");
  CHECK(without_private_paths("in /ci/build", {"ci"}) == "in /…/build");
  CHECK(without_private_paths("/ci/*/out/a.js", {"ci"}) == "/…/out/a.js");
  CHECK(without_private_paths("emitter//ci/out/a.js, name_/ci/out/a", {"ci"}) == "emitter//…/out/a.js, name_/…/out/a");
  // What a package manager installed is the same on every machine.
  CHECK(without_private_paths("/home/ana/app/node_modules/@acme/kv/cjs/async/hooks.js:14") ==
        "/…/node_modules/@acme/kv/cjs/async/hooks.js:14");
  CHECK(without_private_paths("/srv/node_modules/a/node_modules/b/index.js") == "/…/node_modules/b/index.js");
  CHECK(without_private_paths("https://ci/out/a.js, x/ci/a", {"ci"}) == "https://ci/out/a.js, x/ci/a");
  RcaReport report = sample_report();
  report.suspects.resize(1);
  report.suspects[0].kit.emplace();
  report.suspects[0].kit->test = "await import(pathToFileURL(resolve('/home/ana/app/dist/cache.js')).href)";
  CHECK(without_private_paths(report).suspects[0].kit->test ==
        "await import(pathToFileURL(resolve('FILL-IN/dist/cache.js')).href)");
  report.suspects[0].kit->test = "await import(pathToFileURL(resolve('/home/ana/node_modules/kv/index.js')).href)";
  CHECK(without_private_paths(report).suspects[0].kit->test ==
        "await import(pathToFileURL(resolve('node_modules/kv/index.js')).href)");
  for (const char* text : {"21.9 MB/h", "src/cache/a.ts:5", "https://example.org/a/b/c.js", "/users/7/orders", "/a.js",
                           "replace(/a.b/g)", "node:internal/per_context/a", "/", "", "a / b", "'/tmp'"}) {
    CHECK(without_private_paths(text) == text);
  }
}

TEST_CASE("a path marks what holds more at each snapshot, and a long one is cut in the middle") {
  RcaReport report = sample_report();
  report.suspects[0].path[1].role = PathRole::holder;
  report.suspects[0].path[3].role = PathRole::new_object;
  report.suspects[0].path.resize(300, report.suspects[0].path[0]);
  const std::string text = shown(report, Format::markdown);
  CHECK(text.find("_events → Object  @5   <- holds more at each snapshot") != std::string::npos);
  CHECK(text.find("... 220 steps left out ...") != std::string::npos);
  CHECK(shown(report, Format::text).find("◀ holds more at each snapshot") != std::string::npos);
  CHECK(nlohmann::json::parse(shown(report, Format::json))["suspects"][0]["retainingPath"][3]["role"] == "new");
}

TEST_CASE("a comment's body holds the document") {
  const auto body = nlohmann::json::parse(shown(sample_report(), Format::adf_body));
  CHECK(body["body"] == nlohmann::json::parse(shown(sample_report(), Format::adf)));
  CHECK(body["body"]["type"] == "doc");
  CHECK(body["body"]["version"] == 1);
}

TEST_CASE("JSON tells why, evidence, holders, the marked line and the kit apart") {
  const auto s = nlohmann::json::parse(shown(sample_report("n"), Format::json))["suspects"][0];
  CHECK(s["why"] == "n");
  CHECK(s["evidence"] == "n");
  CHECK(s["fixFreesText"] == "n");
  CHECK(s["otherHolders"] == nlohmann::json::array({"n"}));
  REQUIRE(s["holders"].size() == 1);
  CHECK(s["holders"][0]["counts"] == nlohmann::json::array({600, 6300}));
  CHECK(s["holders"][0]["mustBeCut"] == true);
  CHECK(s["sites"][0]["excerpt"][1]["marked"] == true);
  CHECK(s["kit"]["datadogMonitor"]["type"] == "query alert");
  CHECK(s["kit"]["runbook"].size() == 5);
}

TEST_CASE("a post-mortem marks what people must fill in and holds what the snapshots prove") {
  const std::string text = shown(sample_report(), Format::postmortem);
  for (const std::string part :
       {"\\[fill in: Who or what noticed", "\\[fill in: Who was affected", "## Five whys", "**Line:** `name:53`",
        "`0123456789ab`", "2026-02-27 16:20:00", "111.0 MB/h", "## Action items"}) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  }
}

TEST_CASE("a post-mortem covers the sections of the known templates") {
  // reports/README.md lists the templates' sections; what covers each is a heading or a word of a blank's question.
  const std::string text = shown(sample_report(), Format::postmortem);
  const auto covers = [&](const char* template_name, std::initializer_list<const char*> parts) {
    for (const char* part : parts) {
      CHECK_MESSAGE(text.find(part) != std::string::npos, template_name, ": ", std::string(part));
    }
  };
  covers("Google SRE",
         {"# Post-mortem: ", "When was it", "Who wrote this", "Draft or reviewed", "## Summary", "## Impact",
          "## Root cause", "## Trigger", "## Response, recovery", "## Detection", "## Action items",
          "Who does each action, until when, in which ticket", "## Lessons learned", "What went well",
          "What went wrong", "Where we got lucky", "## Timeline", "## Supporting information"});
  covers("Atlassian", {"how severe", "lead-up", "**Why:**", "## Impact", "## Detection", "Who responded",
                       "what delayed", "What ended it", "## Timeline", "## Five whys", "Was work planned",
                       "Has it happened before", "## Lessons learned", "## Action items"});
  covers("PagerDuty", {"What happened", "## Root cause", "What ended it", "how long", "who responded", "## Timeline",
                       "What went well", "What slowed us down", "## Action items", "What were users told"});
}

TEST_CASE("a post-mortem has at most 120 lines and 15 blanks, however large the report") {
  RcaReport report = sample_report();
  report.suspects.resize(30, report.suspects[0]);
  report.suspects[0].path.resize(500, report.suspects[0].path[0]);
  report.suspects[0].sites[0].excerpt.resize(40, {60, "code", false});
  report.snapshots.resize(200, report.snapshots[0]);
  for (auto* list : {&report.ruled_out, &report.warnings, &report.limits_of_evidence, &report.next_steps}) {
    list->resize(50, "words");
  }
  report.gates.resize(4, {"leak", GateStatus::failed, "words", "", std::nullopt, "", false});
  const std::string text = shown(report, Format::postmortem);
  CHECK(lines_of(text).size() <= 120);
  std::size_t blanks = 0;
  for (std::size_t at = 0; (at = text.find("\\[fill in:", at)) != std::string::npos; ++at) {
    ++blanks;
  }
  CHECK(blanks <= 15);
  CHECK(blanks >= 10);
  report.suspects.clear();
  const std::string bare = shown(report, Format::postmortem);
  blanks = 0;
  for (std::size_t at = 0; (at = bare.find("\\[fill in:", at)) != std::string::npos; ++at) {
    ++blanks;
  }
  CHECK(blanks <= 15);
}

TEST_CASE("a report without suspects renders in every format") {
  RcaReport report = sample_report();
  report.suspects.clear();
  report.heap_rate.reset();
  report.verdict = Verdict::no_leak;
  for (const Format format : kAll) {
    CHECK(!shown(report, format).empty());
  }
}

TEST_CASE("hostile renders, for external converters") {
  // tests/external/converters.sh names a folder and compares these files' structure with the benign one's.
  const char* folder = std::getenv("HEAPDIFF_RENDER_DIR");
  if (folder == nullptr) {
    return;
  }
  const auto put = [&](const std::string& name, const RcaReport& report) {
    for (std::size_t i = 0; i < kAll.size(); ++i) {
      std::ofstream(std::filesystem::path(folder) / (name + "." + kNames[i])) << shown(report, kAll[i]);
    }
  };
  put("benign", sample_report());
  const auto payloads = heapdiff::test::injections();
  for (std::size_t i = 0; i < payloads.size(); ++i) {
    put("hostile-" + std::to_string(i), sample_report(payloads[i]));
  }
  const auto put_kit = [&](const std::string& name, const std::string& kind, const std::string& names) {
    RcaReport report = sample_report();
    report.suspects[0].kit = repair_kit(heapdiff::test::sample_names(kind, names));
    std::ofstream(std::filesystem::path(folder) / ("kit-" + name + ".json")) << shown(report, Format::json);
  };
  const auto hostile = heapdiff::test::code_injections();
  for (const std::string kind : {"event-listener", "closure", "timer", "map-growth", "set-growth", "array-growth",
                                 "object-growth", "pool", "promise", "generator", "string", "buffer", "detached-dom",
                                 "async-context", "module-cache", "class-instance", "unknown"}) {
    put_kit(kind, kind, "name");
    for (std::size_t i = 0; i < hostile.size(); ++i) {
      put_kit(kind + "-" + std::to_string(i), kind, hostile[i]);
    }
  }
}
