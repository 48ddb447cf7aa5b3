// Sentences that were false once, each with what is true.

#include "support/drawn_leaks.h"

#include <string>

using namespace heapdiff;
using namespace heapdiff::test;

namespace {

Suspect first_of(std::string_view name, std::string_view mutation = {}) {
  for (const DrawnLeak& leak : drawn_leaks()) {
    if (leak.name == name) {
      return first(grow(
          4, [&](Drawing& d, std::uint64_t items) { leak.draw(d, items, mutation); }, steadily));
    }
  }
  FAIL("no leak of this name is drawn");
  return {};
}

std::string ruled_out_of(const Suspect& s) {
  std::string words;
  for (const std::string& sentence : s.ruled_out) {
    words += sentence + " ";
  }
  return words;
}

}  // namespace

TEST_CASE("timers that fired and are kept by a table of numbers are not called pending") {
  const Suspect fired = first_of("timers by number");
  CHECK(says(fired.why, "All 300 have fired or were cleared"));
  CHECK(!says(fired.why, "Pending timers"));
  CHECK(!says(fired.why, "fire once"));
  CHECK(!says(ruled_out_of(fired), "Not fired timers"));
  CHECK(says(first_of("timers by number", "pending").why, "All 300 are pending"));
  const Suspect mixed = first_of("timers by number", "some pending");
  CHECK(says(mixed.why, "100 are pending, and 200 have fired or were cleared"));
}

TEST_CASE("a class of which the heap has as many as before is not said to have grown") {
  CHECK(says(first_of("Store").why, "Profile objects of the heap went from 100 to 400"));
  const Suspect moved = first_of("Store", "others of the class let go");  // 500 at first, 400 at the end
  CHECK(!says(moved.why, "went from"));
  CHECK(says(moved.why, "gained 300 Profile"));
  CHECK(!says(first_of("listeners", "others let go").why, "went from"));
}

TEST_CASE("DOM nodes are those that a page's script knows, not what Blink keeps for them") {
  const Suspect s = first_of("detached nodes");  // 1,200 new native objects, of which 600 are nodes
  CHECK(says(s.why, "600 DOM nodes ("));
  CHECK(says(s.why, "300 <tr>"));
  CHECK(says(s.why, "300 Text"));
  CHECK(says(ruled_out_of(s), "9 nodes of the heap are marked as attached"));
}

TEST_CASE("an array that holds one promise, behind which a chain grows, does not hold ever more") {
  const Suspect s = first_of("promise chain");
  CHECK(!s.holder_gains);
  CHECK(says(s.why, "300 more promises are a chain"));
  CHECK(says(s.why, "300 in a row"));
  CHECK(!says(s.why, "gained"));
  CHECK(first_of("promise chain", "no chain").holder_gains);
  CHECK(first_of("Map").holder_gains);
}

TEST_CASE("waiters are counted, not the functions that wait") {
  const Suspect s = first_of("waiters of one promise");
  REQUIRE(s.counted);
  CHECK(s.counted->kind() == FactKind::waiters);
  CHECK(s.counted->value() == 300);
  CHECK(says(s.why, "400 waiters hang from Promise \"held\""));
  CHECK(says(s.why, "300 of them came after the first snapshot"));
}

TEST_CASE("the number of the growing objects is one and the same in all fields and sentences") {
  // Each function that is stored brings two more of its kind.
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t table = table_of(d, collection(d, "object", "Map"), "table", "");
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t resolve = d.node("closure", "resolve", item_id(i), 500);
          d.edge(table, "internal", fmt::format("{}", i + 3), resolve);
          const std::uint32_t scope = d.node("object", "system / Context", item_id(i, 1), 40);
          d.edge(resolve, "internal", "context", scope);
          d.edge(scope, "context", "done", d.node("closure", "done", item_id(i, 2), 500));
          d.edge(scope, "context", "failed", d.node("closure", "failed", item_id(i, 3), 500));
        }
      },
      steadily));
  CHECK(s.object_count_growth == 300);
  CHECK(s.instances == std::vector<double>{0, 100, 100, 100});
  CHECK(says(s.why, "gained 300 functions"));
}

TEST_CASE("a dictionary's keys are not counted as what is under them") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t object = collection(d, "object", "Object");
        const std::uint32_t store = table_of(d, object, "properties", "(object properties)");
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t value = d.node("object", "Profile", item_id(i), 1000);
          const std::uint32_t key = d.node("string", "", item_id(i, 1), 500);
          d.edge(object, "property", fmt::format("key {}", i), value);
          d.edge(store, "internal", fmt::format("{}", 2 * i + 5), key);
          d.edge(store, "internal", fmt::format("{}", 2 * i + 6), value);
        }
      },
      steadily));
  CHECK(says(s.why, "300 objects that came are each under a key of their own"));
}

TEST_CASE("a slice of a text tells what the text costs") {
  const Suspect s = first_of("slices");
  CHECK(s.cause == LeakCause::string_slices);
  CHECK(says(s.why, "300 slices of longer strings came"));
  CHECK(says(s.why, "150 strings of 120 kB in all"));
  CHECK(says(s.why, "A slice of 32 B keeps 400 B on average"));
}

TEST_CASE("two stores of one timeline are one suspect") {
  const DrawnLeak* timeline = nullptr;
  const std::vector<DrawnLeak> leaks = drawn_leaks();
  for (const DrawnLeak& leak : leaks) {
    timeline = leak.name == "timeline" ? &leak : timeline;
  }
  REQUIRE(timeline != nullptr);
  const auto suspects = [&](std::string_view mutation) {
    return grow(
               4, [&](Drawing& d, std::uint64_t items) { timeline->draw(d, items, mutation); }, steadily)
        .suspects;
  };
  REQUIRE(suspects({}).size() == 1);
  CHECK(suspects({}).front().hint.operation == StoreHint::Operation::performance_mark);
  CHECK(suspects({}).front().growth_bytes >= 300 * 1800);
  CHECK(suspects("a program's list").size() == 2);
}

TEST_CASE("what the fix frees counts what the store grew by") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t app = d.node("object", "App", 10);
        d.edge(d.global, "property", "app", app);
        const std::uint32_t map = d.node("object", "Map", 11, 2000 + 16 * items);  // its table counts to it
        d.edge(app, "property", "held", map);
        fill(d, table_of(d, map, "table", ""), "internal", "object", "Profile", items);
      },
      steadily));
  CHECK(s.fix_frees_store_bytes == 16 * 300);
  CHECK(s.fix_frees_bytes == 300 * 1000 + 16 * 300);
}
