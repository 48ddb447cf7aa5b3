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
  const Suspect s = first_of("heavy functions");  // each function that is stored brings 24 more
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

TEST_CASE("a scope keeps what only it refers to: no null, and no object that others have") {
  const Suspect s = first_of("closures");  // `done` is null
  CHECK(says(s.why, "\"page\" (900 B)"));
  CHECK(!says(s.why, "done\" ("));
}

TEST_CASE("an entry that the program refers to elsewhere as well is an entry all the same") {
  const Suspect s = first_of("current entry");
  CHECK(s.object_count_growth == 300);
  CHECK(s.instances == std::vector<double>{0, 100, 100, 100});
  CHECK(says(s.why, "gained 300 Profile"));
  CHECK(says(s.why, "Nothing was released"));
}

TEST_CASE("an object that two collections have as one of their own is not counted for a class that has few there") {
  // 300 in the first list, of which the second one has none but 3 that hang nearer to it.
  const Findings findings = grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t app = d.node("object", "App", 10);
        d.edge(d.global, "property", "app", app);
        const std::uint32_t all = d.node("object", "Array", 11);
        d.edge(app, "property", "all", all);
        const std::uint32_t some = d.node("object", "Array", 12);
        d.edge(d.global, "property", "some", some);
        const auto base = static_cast<std::uint32_t>(d.text.node_count());
        fill(d, all, "element", "object", "Profile", items);
        for (std::uint64_t i = 0; i < items; i += 100) {
          d.edge(some, "element", fmt::format("{}", i), static_cast<std::uint32_t>(base + i));
        }
      },
      steadily);
  CHECK(first(findings).object_count_growth == 300);
}

TEST_CASE("a chain of promises is told in its direction") {
  const Suspect from_old = first_of("promise chain");
  CHECK(says(from_old.why, "Each waits for one that was made before it; the one that keeps all others is pending"));
  const Suspect to_new = first_of("promise chain, newest first");
  CHECK(says(to_new.why, "Each waits for one that was made after it"));
  CHECK(says(to_new.why, "is pending"));
  CHECK(!says(to_new.why, "made before it"));
}

TEST_CASE("registrations for one target are not called values that keep their targets") {
  const Suspect s = first_of("held values", "one target");
  CHECK(s.cause == LeakCause::living_targets);
  CHECK(says(s.why, "All 300 registrations are for one and the same target"));
  CHECK(!says(s.why, "None of 300"));
  CHECK(first_of("held values").cause == LeakCause::finalization_cells);
  const Suspect elsewhere = first_of("held values", "targets kept elsewhere");
  CHECK(elsewhere.cause == LeakCause::finalization_cells);  // each target is registered once
  CHECK(says(elsewhere.why, "300 registrations are for 300 targets, and no held value alone keeps its target"));
}

TEST_CASE("timers that fired have a cause of their own, wherever they are kept") {
  CHECK(first_of("timers", "all fired").cause == LeakCause::kept_timers);
  CHECK(first_of("kept timers").cause == LeakCause::kept_timers);
  CHECK(first_of("kept timers", "one pending").cause == LeakCause::none);
  CHECK(first_of("timers").cause == LeakCause::none);
}

TEST_CASE("what hangs from a socket in an agent's list is not in the list") {
  const Suspect listeners = first_of("listeners of a socket");
  CHECK(listeners.cause == LeakCause::none);
  CHECK(!says(listeners.why, "http.Agent"));
  const Suspect sockets = first_of("listeners of a socket", "in the list");
  CHECK(sockets.cause == LeakCause::http_agent);
  CHECK(says(sockets.why, "its list \"freeSockets\", of sockets that wait for the next request"));
}

TEST_CASE("a scope is not called by the class that V8 gives it") {
  const Suspect s = first_of("links of a variable");
  CHECK(says(s.why, "he variable \"newest\""));
  CHECK(!says(s.why + ruled_out_of(s), "system / "));
}

TEST_CASE("texts of several owners that grow by appending are called texts, not instances") {
  const Suspect s = first_of("transcripts");
  CHECK(says(s.why, "The texts in 10 holders like Session \"transcript\" grow by appending"));
  CHECK(says(ruled_out_of(s), "the holders refer to 10 of the pieces only"));
}

TEST_CASE("one object is not spoken of as several") {
  constexpr std::string_view kNouns[] = {"waiters",   "timers",        "functions",   "promises", "generators",
                                         "listeners", "nodes",         "slices",      "strings",  "targets",
                                         "contexts",  "references",    "subscribers", "closures", "views",
                                         "buffers",   "registrations", "objects"};
  constexpr std::string_view kVerbs[] = {"are", "were", "have", "hang", "repeat", "fire", "wait", "lead"};
  std::size_t read = 0;
  for (const DrawnLeak& leak : drawn_leaks()) {
    const Findings findings = grow(
        2,
        [&](Drawing& d, std::uint64_t items) {
          d.scale = 10'000;
          leak.draw(d, items, {});
        },
        [](std::size_t k) { return std::uint64_t{1} + k; });
    for (const Suspect& s : findings.suspects) {
      for (const Statement& statement : s.statements) {
        std::size_t at = 0;
        for (const Fact& fact : statement.stated) {
          at = statement.text.find(fact.text(), at);
          REQUIRE(at != std::string::npos);
          const std::size_t end = statement.text.find_first_of(".,:;()", at);
          std::string clause = " " + statement.text.substr(at, end - at) + " ";
          at += fact.text().size();
          if (fact.text() != "1") {
            continue;
          }
          ++read;
          CAPTURE(leak.name);
          CAPTURE(statement.text);
          const std::size_t of = clause.find(" of ");  // "1 of 300 targets are": the number before it counts
          for (const std::string_view noun : kNouns) {
            CHECK(clause.substr(0, of).find(" " + std::string(noun) + " ") == std::string::npos);
          }
          for (const std::string_view verb : kVerbs) {
            CHECK(clause.find(" " + std::string(verb) + " ") == std::string::npos);
          }
        }
      }
    }
  }
  CHECK(read > 20);
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

TEST_CASE("what is counted of a leak of contexts is the contexts, not what each of them brings") {
  const Suspect s = first_of("request contexts");  // with two Trace, one User and one Basket for each
  REQUIRE(s.counted);
  CHECK(s.counted->value() == 300);
  CHECK(s.constructor == "AsyncContextFrame");
  CHECK(s.object_count_growth == 300);
  CHECK(says(s.why, "Of those that came in each interval, 100, 100 and 100 are still alive"));
  CHECK(!says(s.why, "200, 200 and 200"));
}

TEST_CASE("cells of a registry are counted where what they hold is counted elsewhere") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t registry = holder_of(d, "FinalizationRegistry", {});
        const std::uint32_t others = d.node("object", "Object", 14);
        d.edge(d.global, "property", "others", others);
        std::uint32_t newest = UINT32_MAX;
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t cell = d.node("hidden", "system / WeakCell", item_id(i), 720);
          d.edge(cell, "weak", "target", others);
          d.edge(cell, "hidden", "2", others);
          if (newest != UINT32_MAX) {
            d.edge(cell, "hidden", "3", newest);
          }
          newest = cell;
        }
        d.edge(registry, "hidden", "4", newest);
      },
      steadily));
  CAPTURE(s.why);
  CHECK(says(s.why, "300 more registrations are in a FinalizationRegistry"));
  CHECK(!says(s.why, "(system)"));
  CHECK(!says(s.why, "is not known"));
}

TEST_CASE("registrations end with their targets: what keeps the targets is the leak") {
  const auto suspects = grow(
                            4,
                            [](Drawing& d, std::uint64_t items) {
                              const std::uint32_t registry = holder_of(d, "FinalizationRegistry", {});
                              const std::uint32_t list = d.node("object", "Array", 14);
                              d.edge(d.global, "property", "sessions", list);
                              const std::uint32_t elements = table_of(d, list, "elements", "(object elements)");
                              std::uint32_t newest = UINT32_MAX;
                              for (std::uint64_t i = 0; i < items; ++i) {
                                const std::uint32_t session = d.node("object", "Session", item_id(i), 400);
                                d.edge(elements, "hidden", fmt::format("{}", i), session);
                                const std::uint32_t cell = d.node("hidden", "system / WeakCell", item_id(i, 1), 720);
                                d.edge(cell, "weak", "target", session);
                                if (newest != UINT32_MAX) {
                                  d.edge(cell, "hidden", "3", newest);
                                }
                                newest = cell;
                              }
                              d.edge(registry, "hidden", "4", newest);
                            },
                            steadily)
                            .suspects;
  REQUIRE(suspects.size() == 1);
  CHECK(suspects.front().constructor == "Session");
}
