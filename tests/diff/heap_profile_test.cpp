// Sampling profiles: which functions they name, and which of them fit a suspect.

#include "heapdiff/diff/heap_profile.h"

#include "heapdiff/diff/runtime_scripts.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

namespace {

using namespace heapdiff;
using heapdiff_test::TemporaryFolder;

std::string node(const std::string& name, const std::string& url, int line, int size, const std::string& children) {
  return R"({"callFrame":{"functionName":")" + name + R"(","scriptId":"1","url":")" + url + R"(","lineNumber":)" +
         std::to_string(line) + R"(,"columnNumber":4},"selfSize":)" + std::to_string(size) + R"(,"id":1,"children":[)" +
         children + "]}";
}

HeapProfile profile_of(const std::string& head, const std::string& samples) {
  const TemporaryFolder folder;
  folder.write("a.heapprofile", R"({"head":)" + head + samples + "}");
  return read_heap_profile((folder.path / "a.heapprofile").string());
}

}  // namespace

TEST_CASE("bytes that the runtime allocated count for the program's function that called it") {
  const std::string head =
      node("(root)", "", -1, 10,
           node("f", "/app/a.js", 9, 100, node("from", "node:buffer", 1, 400, "")) + "," +
               node("g", "file:///app/b.mjs", 0, 300, "") + "," + node("emit", "events.js", 3, 50, ""));
  for (const std::string samples : {"", R"(,"samples":[{"size":1,"nodeId":1,"ordinal":1}])"}) {
    const HeapProfile profile = profile_of(head, samples);
    CHECK(profile.live_bytes == 860);
    REQUIRE(profile.functions.size() == 2);
    CHECK(profile.functions[0].position.name == "f");
    CHECK(profile.functions[0].position.line == 10);
    CHECK(profile.functions[0].position.column == 5);
    CHECK(profile.functions[0].live_bytes == 500);
    CHECK(profile.functions[1].position.script == "/app/b.mjs");
  }
}

TEST_CASE("a profile's functions join a suspect only in its own scripts") {
  const HeapProfile profile = profile_of(
      node("(root)", "", -1, 0, node("f", "/app/a.js", 9, 100, "") + "," + node("g", "/app/b.js", 0, 300, "")), "");
  Suspect named;
  FunctionPosition own;
  own.script = "/app/a.js";
  own.line = 1;
  FunctionPosition core;
  core.script = "node:events";
  named.functions = {own, core};
  add_profile(named, profile);
  REQUIRE(named.functions.size() == 3);
  CHECK(named.functions[1].name == "f");
  CHECK(named.functions[1].evidence == SiteEvidence::sampling_profile);
  CHECK(named.functions[1].note.find("25 %") != std::string::npos);
  Suspect plain;
  plain.functions = {core};
  add_profile(plain, profile);
  REQUIRE(plain.functions.size() == 3);
  CHECK(plain.functions[0].name == "g");
  CHECK(plain.functions[2].script == "node:events");
}

TEST_CASE("the runtime's scripts and packages are told from the program's") {
  for (const char* script :
       {"node:internal/timers", "internal/util.js", "events.js", "_http_server.js", "extensions::SafeBuiltins"}) {
    CHECK(is_runtime_script(script));
  }
  for (const char* script :
       {"/app/events.js", "file:///app/internal/a.js", "evalmachine.<anonymous>", "webpack://a/b.js"}) {
    CHECK_FALSE(is_runtime_script(script));
  }
  CHECK(package_of("/a/node_modules/b/node_modules/@c/d/e.js") == "@c/d");
  CHECK(package_of("/a/node_modules/.pnpm/b@1.0.0/node_modules/b/e.js") == "b");
  CHECK(package_of("/a/my_node_modules/b/e.js").empty());
  CHECK(package_of("node_modules/b").empty());
}
