// `heapdiff redact`: same findings, no data, whole or not at all.

#include "heapdiff/snapshot/byte_source.h"
#include "support/planted_secrets.h"
#include "support/real_snapshot.h"
#include "support/run_cli.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace fs = std::filesystem;
using heapdiff::test::expanded_file;
using heapdiff::test::run_cli;
using heapdiff::test::SnapshotText;
using Json = nlohmann::json;

namespace {

/// The report without what names the input files.
Json findings(const fs::path& folder, const fs::path& source) {
  const auto outcome = run_cli(folder.string() + " --source-root " + source.string() + " --format json -q");
  REQUIRE(outcome.code == 0);
  Json report = Json::parse(outcome.out);
  report.erase("commandLine");
  for (Json& snapshot : report["snapshots"]) {
    for (const char* key : {"path", "xxh3", "fileBytes", "storedBytes"}) {
      snapshot.erase(key);
    }
  }
  return report;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// More names than a list of fields may have.
std::string many_fields() {
  std::string fields;
  for (int i = 0; i < 70; ++i) {
    fields += "\"f" + std::to_string(i) + "\",";
  }
  return fields;
}

std::string redacted(const fs::path& folder, const std::string& text) {
  heapdiff_test::TemporaryFolder out;
  std::ofstream(folder / "in.heapsnapshot") << text;
  const fs::path to = out.path / "out.heapsnapshot";
  REQUIRE(run_cli("redact " + (folder / "in.heapsnapshot").string() + " -o " + to.string() + " --key k").code == 0);
  return expanded_file(to.string());
}

}  // namespace

TEST_CASE("redact: verdict, suspects and numbers stay the same") {
  for (const char* series : {"bug-892", "two-leaks", "chromium-detached-rows", "minified-bundle"}) {
    CAPTURE(series);
    const fs::path from = fs::path(HEAPDIFF_TESTDATA) / "snapshots" / series;
    heapdiff_test::TemporaryFolder to;
    for (const auto& entry : fs::directory_iterator(from)) {
      if (entry.path().extension() == ".zst") {
        const std::string target = (to.path / entry.path().filename()).string();
        REQUIRE(run_cli("redact " + entry.path().string() + " -o " + target + " --key series").code == 0);
      }
    }
    Json before = findings(from, from / "source");
    for (Json& snapshot : before.at("snapshots")) {
      snapshot["runtime"] = nullptr;  // a version is a text, and texts are masked
    }
    const Json after = findings(to.path, from / "source");
    for (const char* part :
         {"verdict", "headline", "heap", "snapshots", "suspects", "ruledOut", "closures", "listeners"}) {
      CAPTURE(part);
      CHECK(before.at(part) == after.at(part));
    }
    // Masked texts of scripts are not taken for source.
    CHECK(run_cli(to.path.string() + " --no-source --format json -q").out.find("~~~~") == std::string::npos);
  }
}

TEST_CASE("redact: no planted secret is left, wherever it stood") {
  heapdiff_test::TemporaryFolder folder;
  SnapshotText snapshot;
  const auto root = snapshot.add_root();
  const auto dictionary = snapshot.add_node("object", "Object", 16);
  const auto emitter = snapshot.add_node("object", "EventEmitter", 16);
  const auto events = snapshot.add_node("object", "Object", 16);
  snapshot.add_edge(root, "element", 1, dictionary);
  snapshot.add_edge(root, "element", 2, emitter);
  snapshot.add_edge(emitter, "property", "_events", events);
  int n = 0;
  for (const auto& plant : heapdiff::test::planted_secrets()) {
    const auto value = snapshot.add_node("string", plant.text, 32);
    const auto closure = snapshot.add_node("closure", plant.text, 32);
    const auto script = snapshot.add_node("code", plant.text, 32);
    snapshot.add_edge(root, "internal", plant.text, value);
    snapshot.add_edge(script, "internal", "name", value);
    snapshot.add_edge(script, "property", plant.text, closure);
    snapshot.add_edge(dictionary, "property", plant.text + "/key", value);
    snapshot.add_edge(events, "property", plant.text, closure);
    snapshot.add_edge(root, "element", static_cast<std::uint32_t>(n + 10), script);
    snapshot.add_edge(root, "internal",
                      std::to_string(n++) + " / part of key (" + plant.text + " @5) -> value (" + plant.secret +
                          " @7) pair in WeakMap (table @9)",
                      value);
  }
  for (int i = 0; i < 10; ++i) {
    snapshot.add_edge(dictionary, "property", "alice" + std::string(static_cast<std::size_t>(i), 'x'), emitter);
  }
  const std::string out = redacted(folder.path, snapshot.text());
  for (const auto& plant : heapdiff::test::planted_secrets()) {
    CHECK_MESSAGE(out.find(plant.secret) == std::string::npos, plant.secret);
  }
  CHECK(out.find("alice") == std::string::npos);
  CHECK(out.find("0 / part of key (key @5) -> value (value @7) pair in WeakMap (table @9)") != std::string::npos);
  CHECK(out.find("_events") != std::string::npos);
}

TEST_CASE("redact: refuses what summary refuses, with the same exit code and the same first line") {
  heapdiff_test::TemporaryFolder folder;
  SnapshotText snapshot;
  const auto root = snapshot.add_root();
  const auto object = snapshot.add_node("object", "Foo", 16);
  snapshot.add_edge(root, "element", 1, object);
  snapshot.add_edge(object, "property", "field", snapshot.add_node("string", "text", 24));
  snapshot.add_location(object, 10, 3, 4);
  const std::string good = snapshot.text();
  const auto edited = [&](const std::string& from, const std::string& to) {
    const std::size_t at = good.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return good.substr(0, at) + to + good.substr(at + from.size());
  };
  const std::string to_node = "14\n],\n\"trace";  // of the last edge
  struct Case {
    const char* what;
    std::string text;
    int code;
  };
  const std::vector<Case> cases = {
      {"the good one", good, 0},
      {"empty", "", 3},
      {"a byte before the document", "\xbf" + good, 3},
      {"half a byte order mark", "\xef\xbb" + good, 3},
      {"cut", good.substr(0, good.size() / 2), 3},
      {"two documents", good + good, 3},
      {"another profile", "{\"samples\":[],\"head\":{}}", 3},
      {"locations of dashes", edited("\"locations\":[7,10,3,4\n]", "\"locations\":[---,e.]"), 3},
      {"locations with two commas", edited("[7,10,3,4\n]", "[7,10,,4]"), 3},
      {"location of no node", edited("[7,10,3,4\n]", "[8,10,3,4]"), 3},
      {"trace tree with two commas", edited("\"trace_tree\":[]", "\"trace_tree\":[1,,2]"), 3},
      {"trace node without function", edited("\"trace_tree\":[]", "\"trace_tree\":[1,0,0,0,[]]"), 3},
      {"samples", edited("\"samples\":[]", "\"samples\":[1e400,\"7\",null]"), 3},
      {"samples, half a row", edited("\"samples\":[]", "\"samples\":[0]"), 3},
      {"to_node not a multiple", edited(to_node, "13\n],\n\"trace"), 3},
      {"to_node beyond the nodes", edited(to_node, "21\n],\n\"trace"), 3},
      {"name beyond the strings", edited(",\n\"field\"", ""), 3},
      {"nested too deep", edited("\"samples\"", "\"x\":" + std::string(1000, '[')), 4},
      {"too many fields", edited("\"node_fields\":[", "\"node_fields\":[" + many_fields()), 4},
  };
  const std::string target = (folder.path / "out.heapsnapshot").string();
  for (const Case& c : cases) {
    CAPTURE(c.what);
    folder.write("in.heapsnapshot", c.text);
    const std::string path = (folder.path / "in.heapsnapshot").string();
    const auto summary = run_cli("summary -q " + path, true);
    const auto redact = run_cli("redact -q " + path + " -o " + target + " --key k", true);
    CHECK(summary.code == c.code);
    CHECK(redact.code == c.code);
    CHECK(redact.out.empty() == (c.code == 0));
    if (c.code != 0) {
      CHECK(first_line(redact.out) == first_line(summary.out));
    }
    CHECK((c.code == 0) == fs::exists(target));
    fs::remove(target);
  }
}

TEST_CASE("redact: a text that is a value and a name is masked as the one and kept as the other") {
  heapdiff_test::TemporaryFolder folder;
  SnapshotText snapshot;
  const auto root = snapshot.add_root();
  const auto object = snapshot.add_node("object", "Customer", 16);
  snapshot.add_edge(root, "element", 1, object);
  snapshot.add_edge(object, "property", "plan", snapshot.add_node("string", "Customer", 16));
  snapshot.add_edge(object, "property", "note", snapshot.add_node("string", "Customer", 16));
  snapshot.add_edge(object, "property", "other", snapshot.add_node("string", std::string(70, 'z'), 96));
  const Json out = Json::parse(redacted(folder.path, snapshot.text()));
  const Json& strings = out.at("strings");
  const auto name = [&](std::size_t node) {
    return strings.at(out.at("nodes").at(node * 7 + 1).get<std::size_t>()).get<std::string>();
  };
  CHECK(name(1) == "Customer");
  CHECK(name(2) == name(3));
  CHECK(name(2).size() == 13);
  CHECK(name(4).size() == 64);
  CHECK(name(4).find('z') > 12);
}

TEST_CASE("redact: compressed by suffix, and nothing is left of a file that is broken") {
  heapdiff_test::TemporaryFolder folder;
  const std::string from = heapdiff::test::real_snapshot_path();
  std::string plain;
  for (const char* name : {"a.heapsnapshot", "a.heapsnapshot.gz", "a.heapsnapshot.zst"}) {
    const std::string to = (folder.path / name).string();
    REQUIRE(run_cli("redact " + from + " -o " + to + " --key k").code == 0);
    plain = plain.empty() ? expanded_file(to) : plain;
    CHECK(expanded_file(to) == plain);
  }
  CHECK(fs::file_size(folder.path / "a.heapsnapshot.zst") < plain.size() / 2);
  folder.write("cut.heapsnapshot", plain.substr(0, plain.size() - 9000));
  const std::string target = (folder.path / "none").string();
  const auto outcome = run_cli("redact " + (folder.path / "cut.heapsnapshot").string() + " -o " + target, true);
  CHECK(outcome.code == 3);
  CHECK(outcome.out.find("byte ") != std::string::npos);
  CHECK_FALSE(fs::exists(target));
  folder.write("plain", expanded_file(from));
  for (const std::string& stream : {from, (folder.path / "plain").string()}) {
    const std::string command = "cat " + stream + " | " HEAPDIFF_BINARY " redact -q - --key k -o " + target;
    REQUIRE(std::system(command.c_str()) == 0);
    CHECK(expanded_file(target) == plain);
    fs::remove(target);
  }
  CHECK(run_cli("redact - -o " + target + " </dev/null").code == 3);
  CHECK(run_cli("redact /dev/zero -o " + target).code == 3);  // endless
  CHECK_FALSE(fs::exists(target));
  CHECK(run_cli("redact " + from + " -o " + from).code == 2);
}
