// Shortest retaining paths, and which of two paths is the one to show.

#include "heapdiff/snapshot/retaining_tree.h"

#include "heapdiff/snapshot/distance.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <string>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

namespace {

/// "global.cache[0]" style: labels of the edges from the root, joined by '/'.
std::string path_of(const SnapshotText& text, std::uint32_t node) {
  const LoadedSnapshot loaded = load_text(text.text());
  const Distances distances = compute_distances(loaded.graph);
  const RetainingTree tree(loaded.graph, distances.page_owned);
  std::string out;
  NodeIndex at = SnapshotGraph::root();
  for (const PathStep& step : tree.path(loaded.graph, NodeIndex(node))) {
    CHECK(step.source == at);
    at = step.edge.target;
    out += "/" + loaded.graph.edge_label(step.edge);
  }
  CHECK((out.empty() || at == NodeIndex(node)));
  return out;
}

}  // namespace

TEST_CASE("the shortest path over properties and elements is found") {
  SnapshotText text;
  text.add_root();
  const auto global = text.add_node("object", "global");
  const auto cache = text.add_node("object", "Cache", 8);
  const auto entry = text.add_node("object", "Entry", 8);
  const auto detour = text.add_node("object", "Detour", 8);
  text.add_edge(0, "shortcut", "global", global);
  text.add_edge(global, "property", "detour", detour);
  text.add_edge(detour, "property", "cache", cache);
  text.add_edge(global, "property", "cache", cache);
  text.add_edge(cache, "element", 3, entry);
  CHECK(path_of(text, entry) == "/global/cache/3");
  CHECK(path_of(text, 0).empty());
}

TEST_CASE("a longer path from the program's roots wins over a short one from the system's") {
  SnapshotText text;
  text.add_root();
  const auto gc = text.add_node("synthetic", "(GC roots)");
  const auto global = text.add_node("object", "global");
  const auto step = text.add_node("object", "Step", 8);
  const auto leaf = text.add_node("object", "Leaf", 8);
  text.add_edge(0, "element", 1, gc);
  text.add_edge(0, "element", 2, global);
  text.add_edge(gc, "element", 0, leaf);
  text.add_edge(global, "property", "step", step);
  text.add_edge(step, "property", "leaf", leaf);
  CHECK(path_of(text, leaf) == "/2/step/leaf");
}

TEST_CASE("machinery is walked only where nothing else leads") {
  SnapshotText text;
  text.add_root();
  const auto global = text.add_node("object", "global");
  const auto function = text.add_node("closure", "f", 8);
  const auto shared = text.add_node("code", "f", 8);
  const auto context = text.add_node("object", "system / Context", 8);
  const auto data = text.add_node("object", "Data", 8);
  const auto script = text.add_node("object", "Script", 8);
  text.add_edge(0, "shortcut", "global", global);
  text.add_edge(global, "property", "f", function);
  text.add_edge(function, "internal", "shared", shared);
  text.add_edge(shared, "internal", "data", data);
  text.add_edge(shared, "internal", "only", script);
  text.add_edge(function, "internal", "context", context);
  text.add_edge(context, "context", "held", data);
  text.add_edge(context, "internal", "back", context);
  CHECK(path_of(text, data) == "/global/f/context/held");
  CHECK(path_of(text, script) == "/global/f/shared/only");
}

TEST_CASE("weak edges and a WeakMap's table do not hold") {
  SnapshotText text;
  text.add_root();
  const auto global = text.add_node("object", "global");
  const auto weak = text.add_node("object", "Weak", 8);
  const auto table = text.add_node("object", "WeakMap", 8, 77);
  const auto key = text.add_node("object", "Key", 8);
  const auto value = text.add_node("object", "Value", 8);
  text.add_edge(0, "shortcut", "global", global);
  text.add_edge(global, "weak", "w", weak);
  text.add_edge(global, "property", "table", table);
  text.add_edge(global, "property", "key", key);
  const std::string name = "4 / part of key (Key @9) -> value (Value @11) pair in WeakMap (table @77)";
  text.add_edge(table, "internal", name, value);
  text.add_edge(key, "internal", name, value);
  CHECK(path_of(text, weak).empty());
  CHECK(path_of(text, value) == "/global/key/" + name);
}

TEST_CASE("200,000 links are walked without recursion, parents come before children") {
  SnapshotText text;
  text.add_root();
  constexpr std::uint32_t kLength = 200'000;
  for (std::uint32_t i = 1; i <= kLength; ++i) {
    text.add_node("object", "Link", 8);
    text.add_edge(i - 1, "property", "next", i);
  }
  const LoadedSnapshot loaded = load_text(text.text());
  const Distances distances = compute_distances(loaded.graph);
  const RetainingTree tree(loaded.graph, distances.page_owned);
  CHECK(tree.path(loaded.graph, NodeIndex(kLength)).size() == kLength);
  CHECK(tree.order().size() == kLength + 1);
  CHECK(tree.order().front() == 0);
  CHECK(tree.order().back() == kLength);
}
