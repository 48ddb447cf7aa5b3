// What both snapshots have and what grew: with the holder's edge that says most to a reader.

#include "heapdiff/diff/survivors.h"

#include "heapdiff/diff/facts.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace heapdiff;

namespace {

/// A table under a store, which refers to it by each of `edges`; it retains `bytes`.
Heap store_with(const std::vector<std::pair<std::string, std::string>>& edges, std::uint64_t bytes) {
  test::SnapshotText text;
  const auto root = text.add_root();
  const auto store = text.add_node("object", "Store", 32);
  text.add_edge(root, "element", 1, store);
  const auto table = text.add_node("object", "Table", bytes);
  for (const auto& [type, name] : edges) {
    text.add_edge(store, type, name, table);
  }
  return compute_heap(test::load_text(text.text()), {});
}

/// How the table that grew is held.
std::string held_by(const std::vector<std::pair<std::string, std::string>>& edges) {
  const Facts older = collect(store_with(edges, 8000));
  const std::vector<GrownSurvivor> grown = SurvivorTable(store_with(edges, 20000)).grown(older.objects, 0);
  REQUIRE(grown.size() == 1);
  CHECK(grown.front().name == "Table");
  CHECK(grown.front().own_growth == 12000);
  return grown.front().held_by;
}

}  // namespace

TEST_CASE("what grew is named by a property, else by an index, else by V8's own edge") {
  CHECK(held_by({{"hidden", "7"}, {"internal", "table"}, {"element", "3"}, {"property", "rows"}}) == "Store.rows");
  CHECK(held_by({{"hidden", "7"}, {"internal", "table"}, {"element", "3"}, {"context", "rows"}}) == "Store.rows");
  CHECK(held_by({{"hidden", "7"}, {"internal", "table"}, {"element", "3"}}) == "Store[3]");
  CHECK(held_by({{"hidden", "7"}, {"internal", "table"}}) == "Store.table");
  CHECK(held_by({{"weak", "cache"}, {"hidden", "7"}}) == "Store[7]");
  CHECK(held_by({{"property", "rows"}, {"property", "again"}}) == "Store.rows");  // the first of two alike
}

TEST_CASE("what grew is named by a holder on a shortest way from the root, and never by a weak edge") {
  const auto heap_with = [](std::uint64_t bytes) {
    test::SnapshotText text;
    const auto root = text.add_root();
    const auto cache = text.add_node("object", "WeakCache", 32);
    const auto service = text.add_node("object", "Service", 32);
    const auto helper = text.add_node("object", "Helper", 32);
    const auto table = text.add_node("object", "Table", bytes);
    const auto list = text.add_node("object", "List", bytes / 2 + 2000);
    text.add_edge(helper, "property", "list", list);
    text.add_edge(root, "element", 1, cache);
    text.add_edge(root, "element", 2, service);
    text.add_edge(cache, "weak", "ref", table);
    text.add_edge(service, "property", "helper", helper);
    text.add_edge(service, "element", 3, table);
    text.add_edge(helper, "property", "longer", table);
    return compute_heap(test::load_text(text.text()), {});
  };
  const std::vector<GrownSurvivor> grown = SurvivorTable(heap_with(20000)).grown(collect(heap_with(8000)).objects, 2);
  REQUIRE(grown.size() == 2);
  CHECK(grown[0].name == "Table");
  CHECK(grown[0].held_by == "Service[3]");
  CHECK(grown[1].name == "List");
  CHECK(grown[1].held_by == "Helper.list");
}

TEST_CASE("no more than a hundred thousand objects have a holder's name: those that retain most") {
  const auto held_below = [](std::uint32_t links) {
    const auto chain = [&](std::uint64_t bytes) {
      test::SnapshotText text;
      const auto root = text.add_root();
      std::uint32_t below = text.add_node("object", "Payload", bytes);  // the file has what retains least first
      for (std::uint32_t i = 0; i < links; ++i) {
        const auto link = text.add_node("object", "Link", 8);
        text.add_edge(link, "property", i == 0 ? "payload" : "next", below);
        below = link;
      }
      text.add_edge(root, "element", 1, below);
      return compute_heap(test::load_text(text.text()), {});
    };
    const std::vector<GrownSurvivor> grown = SurvivorTable(chain(20000)).grown(collect(chain(8000)).objects, 1);
    REQUIRE(grown.size() == 1);
    CHECK(grown.front().name == "Payload");
    return grown.front().held_by;
  };
  CHECK(held_below(10) == "Link.payload");
  CHECK(held_below(100'050).empty());
}
