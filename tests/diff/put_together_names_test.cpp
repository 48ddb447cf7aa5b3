// Names of scripts that the program put together: V8 keeps such a string as a tree of its parts.

#include "heapdiff/diff/facts.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using namespace heapdiff;

namespace {

/// A script's name as a chain of `parts`: ("a" + ("b" + ("c" + ...))), read from a heap whose other texts are not kept.
std::string name_in_parts(const std::vector<std::string>& parts) {
  test::SnapshotText text;
  const auto root = text.add_root();
  const auto script = text.add_node("code", "system / Script");
  text.add_edge(root, "element", 1, script);
  std::uint32_t at = script;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto both = text.add_node("concatenated string", "(concatenated string)");
    text.add_edge(at, "internal", i == 0 ? "name" : "second", both);
    text.add_edge(both, "internal", "first", text.add_node("string", parts[i]));
    at = both;
  }
  text.add_edge(at, "internal", parts.size() == 1 ? "name" : "second", text.add_node("string", parts.back()));
  const Heap heap = compute_heap(test::load_text(text.text()), {});
  return text_of(heap.graph, heap.graph.find_target(NodeIndex(script), EdgeType::internal, "name"));
}

}  // namespace

TEST_CASE("a script's name that was put together is read part by part") {
  CHECK(name_in_parts({"/srv/app.js"}) == "/srv/app.js");
  CHECK(name_in_parts({"file://", "/srv/app.js"}) == "file:///srv/app.js");
  CHECK(name_in_parts({"file://", "/srv/", "app", ".js"}) == "file:///srv/app.js");
}

TEST_CASE("a name of many parts is read as far as 64 strings go") {
  const std::string name = name_in_parts(std::vector<std::string>(1000, "part/"));
  CHECK(name.size() > 5 * 20);
  CHECK(name.size() < 5 * 64);
}
