// What Jira's REST v3 takes: each document against Atlassian's published schema, and nothing that Jira does not draw.

#include "heapdiff/reports/render.h"
#include "support/injections.h"
#include "support/json_schema.h"
#include "support/run_cli.h"
#include "support/sample_report.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <string>
#include <vector>

using namespace heapdiff;
using Json = nlohmann::json;

namespace {

const test::JsonSchema& published() {
  static const test::JsonSchema kSchema(Json::parse(std::ifstream(HEAPDIFF_TESTDATA "/schemas/adf-full.schema.json")));
  return kSchema;
}

Json adf(const RcaReport& report) { return Json::parse(render(test::masked(report), Format::adf, {})); }

/// Types of nodes and marks in `document`, without recursion: hostile trees may be deep.
std::set<std::string> types_in(const Json& document) {
  std::set<std::string> types;
  std::vector<const Json*> rest{&document};
  while (!rest.empty()) {
    const Json& node = *rest.back();
    rest.pop_back();
    if (node.is_object() && node.contains("type")) {
      types.insert(node["type"].get<std::string>());
    }
    for (const Json& part : node) {
      if (part.is_structured()) {
        rest.push_back(&part);
      }
    }
  }
  return types;
}

}  // namespace

TEST_CASE("adf: documents of hostile reports keep to the published schema") {
  const std::vector<std::string> all = test::injections();
  for (std::size_t i = 0; i < all.size(); i += 7) {  // of each seed one at least is taken: four stand side by side
    CAPTURE(all[i]);
    CHECK(published().complaint(adf(test::sample_report(all[i]))) == "");
  }
  CHECK(published().complaint(adf(test::sample_report(""))) == "");  // an empty text node is no document
}

TEST_CASE("adf: documents of real series keep to the published schema") {
  for (const char* series : {"bug-892", "healthy-lru", "two-leaks", "two-snapshots"}) {
    CAPTURE(series);
    const std::string folder = std::string(HEAPDIFF_TESTDATA "/snapshots/") + series;
    const heapdiff_test::TemporaryFolder out;
    test::run_cli(folder + " -q --source-root " + folder + "/source --fail-on leak --lenient -o adf=" +
                  (out.path / "document").string() + " -o adf-body=" + (out.path / "body").string());
    const Json document = Json::parse(std::ifstream((out.path / "document").string()));
    CHECK(published().complaint(document) == "");
    CHECK(document.dump().size() <= 32767);  // Jira's limit, counted in the largest way
    // The nodes and marks that Jira draws in comments and descriptions; the schema knows more.
    const std::set<std::string> drawn{"doc",       "heading",     "paragraph", "panel",    "bulletList",
                                      "listItem",  "orderedList", "table",     "tableRow", "tableHeader",
                                      "tableCell", "codeBlock",   "text",      "strong",   "code"};
    for (const std::string& type : types_in(document)) {
      CHECK_MESSAGE(drawn.contains(type), type);
    }
    const Json body = Json::parse(std::ifstream((out.path / "body").string()));
    CHECK(body.size() == 1);
    CHECK(body.at("body") == document);
  }
}

TEST_CASE("adf: the test notices what the schema forbids") {
  const Json good = adf(test::sample_report());
  REQUIRE(published().complaint(good) == "");
  Json bad = good;
  bad["content"][0]["attrs"]["invented"] = 1;
  CHECK(published().complaint(bad) != "");
  bad = good;
  bad["content"][0]["content"][0]["text"] = "";
  CHECK(published().complaint(bad) != "");
  bad = good;
  bad["content"].push_back({{"type", "text"}, {"text", "bare"}});
  CHECK(published().complaint(bad) != "");
  bad = good;
  bad.erase("version");
  CHECK(published().complaint(bad) != "");
}
