// Which runtime a snapshot is of, by the program's object `process`.

#include "heapdiff/diff/runtime.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

using namespace heapdiff;

namespace {

/// A heap whose `process` has a version and a list of versions with `other` in it.
test::SnapshotText heap_of(std::string_view version, std::string_view other = "v8") {
  test::SnapshotText text;
  text.add_root();
  const auto process = text.add_node("object", "process", 100);
  const auto versions = text.add_node("object", "Object", 100);
  const auto number = text.add_node("string", version, 32);
  const auto listed = text.add_node("string", "1.2.3", 32);
  text.add_edge(0, "element", 1U, process);
  text.add_edge(process, "property", "version", number);
  text.add_edge(process, "property", "versions", versions);
  text.add_edge(versions, "property", other, listed);
  return text;
}

std::optional<RuntimeFacts> runtime_in(const test::SnapshotText& text, std::size_t chunk = SIZE_MAX) {
  return runtime_of(test::load_text(text.text(), 1, chunk).graph);
}

}  // namespace

TEST_CASE("the runtime is what `process` says, however the file is cut into reads") {
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, std::size_t{17}, std::size_t{1000}, SIZE_MAX}) {
    const auto runtime = runtime_in(heap_of("v18.17.0"), chunk);
    REQUIRE(runtime);
    CHECK(runtime->name == "Node.js");
    CHECK(runtime->node_version == "18.17.0");
  }
  const auto nightly = runtime_in(heap_of("v23.0.0-nightly2024"));
  REQUIRE(nightly);
  CHECK(nightly->node_version == "23.0.0-nightly2024");
}

TEST_CASE("a runtime that was built upon Node.js, or claims to be it, has its own name") {
  for (const auto& [property, name] : {std::pair{"electron", "Electron"}, {"deno", "Deno"}, {"bun", "Bun"}}) {
    const auto runtime = runtime_in(heap_of("v24.2.0", property));
    REQUIRE(runtime);
    CHECK(runtime->name == name);
    CHECK(runtime->node_version == "24.2.0");
  }
}

TEST_CASE("an object that only has the name `process` is no runtime") {
  for (const char* version : {"18.17.0", "v18.17", "v18.17.0 of the vault", "vault-secret", "v", "v1.2.3@secret",
                              "v1.2.3-a-version-that-is-longer-than-any"}) {
    CAPTURE(version);
    CHECK_FALSE(runtime_in(heap_of(version)));
  }
  test::SnapshotText other;
  other.add_root();
  other.add_edge(0, "element", 1U, other.add_node("object", "process", 100));
  CHECK_FALSE(runtime_in(other));
}

TEST_CASE("of the texts that are no names, only versions are kept") {
  auto text = heap_of("v18.17.0");
  const auto secret = text.add_node("string", "v1-secret", 32);
  text.add_edge(0, "element", 2U, secret);
  const auto graph = test::load_text(text.text()).graph;
  CHECK(graph.name(NodeIndex(3)) == "v18.17.0");
  CHECK(graph.name(NodeIndex(secret)).empty());
}
