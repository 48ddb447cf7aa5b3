// Names that have no code of two bytes: more different ones than there are codes, and numbers above the largest.

#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string_view>
#include <utility>

using namespace heapdiff;

namespace {

constexpr std::uint32_t kNames = 70'000;  // the codes end at 65,534
constexpr std::uint32_t kNumbers = 66'000;

/// A dictionary of kNames keys, an array of kNumbers elements, and both again in the other order.
std::string text_of_many_names() {
  test::SnapshotText text;
  text.add_root();
  const std::uint32_t value = text.add_node("object", "Value", 16);
  const std::uint32_t dictionary = text.add_node("object", "Object", 16);
  const std::uint32_t array = text.add_node("object", "Array", 16);
  const std::uint32_t mixed = text.add_node("object", "Object", 16);
  for (const std::uint32_t n : {dictionary, array, mixed}) {
    text.add_edge(0, "element", n, n);
  }
  for (std::uint32_t k = 0; k < kNames; ++k) {
    text.add_edge(dictionary, "property", fmt::format("key{}", k), value);
  }
  for (std::uint32_t k = 0; k < kNumbers; ++k) {
    text.add_edge(array, "element", k, value);
  }
  for (std::uint32_t k = kNames; k-- != 0;) {
    text.add_edge(mixed, "property", fmt::format("key{}", k), value);
    text.add_edge(mixed, "hidden", k, value);
  }
  return text.text();
}

std::size_t wrong_labels(const SnapshotGraph& graph) {
  std::size_t wrong = 0;
  std::uint32_t k = 0;
  for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(2))) {
    wrong += graph.edge_label(e) != fmt::format("key{}", k++) ? 1U : 0U;
  }
  wrong += k != kNames ? 1U : 0U;
  k = 0;
  for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(3))) {
    wrong += graph.edge_label(e) != fmt::format("{}", k++) ? 1U : 0U;
  }
  wrong += k != kNumbers ? 1U : 0U;
  k = 2 * kNames;
  for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(4))) {
    --k;
    wrong += graph.edge_label(e) != fmt::format("{}{}", e.type == EdgeType::hidden ? "" : "key", k / 2) ? 1U : 0U;
  }
  return wrong + k;
}

}  // namespace

TEST_CASE("every edge has its name, with more names and larger numbers than two bytes can tell apart") {
  const std::string text = text_of_many_names();
  for (const unsigned threads : {1U, 2U}) {
    CAPTURE(threads);
    const LoadedSnapshot loaded = test::load_text(text, threads);
    CHECK(wrong_labels(loaded.graph) == 0);
    const auto found = loaded.graph.find_edge(NodeIndex(4), EdgeType::property, "key69999");
    REQUIRE(found);
    CHECK(found->target == NodeIndex(1));
    CHECK_FALSE(loaded.graph.find_edge(NodeIndex(4), EdgeType::property, "key70000"));
  }
}

TEST_CASE("more classes than two bytes can tell apart") {
  test::SnapshotText text;
  text.add_root();
  for (std::uint32_t c = 1; c <= kNames; ++c) {
    text.add_edge(0, "element", c, text.add_node("object", fmt::format("Class{}", c), 8));
  }
  const Heap heap = compute_heap(test::load_text(text.text()), {});
  std::size_t wrong = 0;
  for (std::uint32_t c = 1; c <= kNames; ++c) {
    wrong += heap.classes.name(NodeIndex(c)) != fmt::format("Class{}", c) ? 1U : 0U;
  }
  CHECK(wrong == 0);
}

TEST_CASE("the search over the names of edges misses none that an edge has") {
  const auto has = [](const SnapshotGraph& graph, std::string_view name) {
    return graph.may_have_edge_named([&](std::uint32_t n) { return graph.strings()[StringIndex(n)] == name; });
  };
  test::SnapshotText few;
  few.add_root();
  const std::uint32_t value = few.add_node("object", "Value", 16);
  few.add_edge(0, "element", 1, value);
  few.add_edge(0, "property", "first", value);
  few.add_edge(value, "internal", "second", value);
  for (const unsigned threads : {1U, 2U}) {
    CAPTURE(threads);
    const LoadedSnapshot small = test::load_text(few.text(), threads);
    CHECK(has(small.graph, "first"));
    CHECK(has(small.graph, "second"));
    CHECK_FALSE(has(small.graph, "Value"));  // of a node
    const LoadedSnapshot large = test::load_text(text_of_many_names(), threads);
    CHECK(has(large.graph, "key0"));
    CHECK(has(large.graph, fmt::format("key{}", kNames - 1)));  // has no code
  }
}

TEST_CASE("a walk over the texts meets each text of a table once, in order") {
  const LoadedSnapshot loaded = test::load_text(text_of_many_names(), 2);
  const StringTable& strings = loaded.graph.strings();
  std::uint64_t next = 0;
  std::size_t texts = 0;
  std::size_t wrong = 0;
  strings.for_each_text([&](StringIndex i, std::string_view text) {
    for (; next < i.get(); ++next) {
      wrong += strings.has_text(StringIndex(static_cast<std::uint32_t>(next))) ? 1U : 0U;
    }
    ++next;
    ++texts;
    wrong += text != strings[i] ? 1U : 0U;
  });
  CHECK(wrong == 0);
  CHECK(texts > kNames);
}
