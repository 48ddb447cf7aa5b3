// Distances by DevTools' rule, and what the page owns.

#include "heapdiff/snapshot/distance.h"

#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

TEST_CASE("the program's roots are at 1, and what only the system reaches counts from kSystem") {
  SnapshotText text;
  const auto root = text.add_root();
  const auto gc = text.add_node("synthetic", "(GC roots)");
  const auto global = text.add_node("object", "global");
  const auto child = text.add_node("object", "Child", 8);
  const auto grandchild = text.add_node("object", "Grandchild", 8);
  const auto internal = text.add_node("object", "Internal", 8);
  const auto weak_only = text.add_node("object", "WeakOnly", 8);
  text.add_edge(root, "element", 1, gc);
  text.add_edge(root, "shortcut", "global", global);
  text.add_edge(global, "property", "child", child);
  text.add_edge(child, "element", 0, grandchild);
  text.add_edge(gc, "element", 0, internal);
  text.add_edge(gc, "element", 1, grandchild);
  text.add_edge(child, "weak", "w", weak_only);
  const LoadedSnapshot loaded = load_text(text.text());
  const Distances d = compute_distances(loaded.graph);
  CHECK(d.of[root] == Distances::kSystem);
  CHECK(d.of[global] == 1);
  CHECK(d.of[child] == 2);
  CHECK(d.of[grandchild] == 3);
  CHECK(d.of[gc] == Distances::kSystem + 1);
  CHECK(d.of[internal] == Distances::kSystem + 2);
  CHECK(d.of[weak_only] == Distances::kUnreached);
  CHECK(d.page_owned.test(grandchild));
  CHECK_FALSE(d.page_owned.test(internal));
  CHECK_FALSE(d.page_owned.test(weak_only));
}

TEST_CASE("without a program's root distances count from the root itself") {
  SnapshotText text;
  const auto root = text.add_root();
  const auto gc = text.add_node("synthetic", "(GC roots)");
  const auto held = text.add_node("object", "Held", 8);
  text.add_edge(root, "element", 1, gc);
  text.add_edge(gc, "element", 0, held);
  const LoadedSnapshot loaded = load_text(text.text());
  const Distances d = compute_distances(loaded.graph);
  CHECK(d.of[root] == 0);
  CHECK(d.of[gc] == 1);
  CHECK(d.of[held] == 2);
}

TEST_CASE("a program's root that the root names more often than there are nodes is no trouble") {
  SnapshotText text;
  const auto root = text.add_root();
  const auto global = text.add_node("object", "global");
  const auto child = text.add_node("object", "Child");
  for (std::uint32_t i = 0; i < 5000; ++i) {  // beyond the page that a queue of three nodes gets
    text.add_edge(root, "element", i, global);
  }
  text.add_edge(global, "property", "child", child);
  const LoadedSnapshot loaded = load_text(text.text());
  const Distances d = compute_distances(loaded.graph);
  CHECK(d.of[global] == 1);
  CHECK(d.of[child] == 2);
}

TEST_CASE("the sloppy function map of a native context does not shorten distances") {
  SnapshotText text;
  const auto root = text.add_root();
  const auto global = text.add_node("object", "global");
  const auto context = text.add_node("hidden", "system / NativeContext", 8);
  const auto map = text.add_node("object", "Map", 8);
  const auto other = text.add_node("object", "Other", 8);
  text.add_edge(root, "shortcut", "global", global);
  text.add_edge(global, "internal", "native_context", context);
  text.add_edge(context, "internal", "sloppy_function_map", map);
  text.add_edge(context, "internal", "other", other);
  const LoadedSnapshot loaded = load_text(text.text());
  const Distances d = compute_distances(loaded.graph);
  CHECK(d.of[other] == 3);
  CHECK(d.of[map] == Distances::kUnreached);
  CHECK(d.page_owned.test(map));
}

TEST_CASE("values in a map's descriptors do not count, keys and details do") {
  SnapshotText text;
  const auto root = text.add_root();
  const auto global = text.add_node("object", "global");
  const auto descriptors = text.add_node("array", "(map descriptors)", 8);
  text.add_edge(root, "shortcut", "global", global);
  text.add_edge(global, "internal", "descriptors", descriptors);
  for (std::uint32_t i = 0; i < 8; ++i) {
    text.add_edge(descriptors, "internal", std::to_string(i), text.add_node("object", "Entry", 8));
  }
  const LoadedSnapshot loaded = load_text(text.text());
  const Distances d = compute_distances(loaded.graph);
  for (std::uint32_t i = 0; i < 8; ++i) {
    const bool value = i >= 2 && i % 3 == 1;
    CAPTURE(i);
    CHECK(d.of[descriptors + 1 + i] == (value ? Distances::kUnreached : 3));
  }
}

TEST_CASE("a WeakMap value is as far as the farther of its table and its key") {
  SnapshotText text;
  const auto root = text.add_root();
  const auto global = text.add_node("object", "global");
  const auto table = text.add_node("array", "WeakMap", 8);
  const auto step = text.add_node("object", "Step", 8);
  const auto key = text.add_node("object", "Key", 8);
  const auto value = text.add_node("object", "Value", 8);
  text.add_edge(root, "shortcut", "global", global);
  text.add_edge(global, "property", "table", table);
  text.add_edge(global, "property", "step", step);
  text.add_edge(step, "property", "key", key);
  const std::string rest = " / part of key (Key @9) -> value (Value @11) pair in WeakMap (table @5)";
  text.add_edge(table, "internal", "1" + rest, value);
  text.add_edge(key, "internal", "2" + rest, value);
  const LoadedSnapshot loaded = load_text(text.text());
  const Distances d = compute_distances(loaded.graph);
  CHECK(d.of[table] == 2);
  CHECK(d.of[key] == 3);
  CHECK(d.of[value] == 4);
}
