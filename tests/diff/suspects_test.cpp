// Which growth becomes a suspect, and what it owns: drawn heaps with several places that grow, fill or replace.

#include "support/drawn_series.h"

#include <set>
#include <string>

using heapdiff::Findings;
using heapdiff::Heap;
using heapdiff::LeakKind;
using heapdiff::OtherHolder;
using heapdiff::Suspect;
using heapdiff::Trajectory;
using namespace heapdiff::test;

TEST_CASE("two leaks at once are two suspects that own no object in common") {
  Heap last;
  const Findings findings = grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        fill(d, table_of(d, collection(d, "object", "Map"), "table", ""), "internal", "object", "Profile", items);
        const std::uint32_t queue = d.node("object", "Array", 40);
        d.edge(d.global, "property", "queue", queue);
        for (std::uint64_t i = 0; i < items; ++i) {
          d.edge(queue, "element", fmt::format("{}", i), d.node("object", "Job", kItems + kSpan * i + 4, 700));
        }
      },
      steadily, &last);
  REQUIRE(findings.suspects.size() == 2);
  CHECK(findings.suspects[0].kind == heapdiff::LeakKind::map_growth);
  CHECK(findings.suspects[1].kind == heapdiff::LeakKind::array_growth);
  CHECK(findings.suspects[0].place != findings.suspects[1].place);
  std::set<std::uint64_t> ids;
  std::size_t all = 0;
  for (const Suspect& s : findings.suspects) {
    ids.insert(s.subtree_root_ids.begin(), s.subtree_root_ids.end());
    all += s.subtree_root_ids.size();
  }
  CHECK(ids.size() == all);
}

TEST_CASE("a leak beside a cache that fills: only the leak is a suspect") {
  const Findings findings = grow(
      6,
      [](Drawing& d, std::uint64_t items) {
        const std::uint64_t cached = d.step == 0 ? 0 : d.step == 1 ? 800 : 1000;
        fill(d, table_of(d, collection(d, "object", "Map"), "table", ""), "internal", "object", "Profile", cached);
        const std::uint32_t queue = d.node("object", "Array", 40);
        d.edge(d.global, "property", "queue", queue);
        for (std::uint64_t i = 0; i < items; ++i) {
          d.edge(queue, "element", fmt::format("{}", i), d.node("object", "Job", kItems + kSpan * i + 4, 700));
        }
      },
      steadily);
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects[0].constructor == "Job");
  REQUIRE(findings.dismissed.size() == 1);
  CHECK(findings.dismissed[0].trajectory == Trajectory::decelerating);
  CHECK(findings.dismissed_bytes == 1000000);
  CHECK(findings.unattributed_bytes * 10 <= findings.new_bytes);
}

TEST_CASE("one more listener on each of a thousand emitters is one suspect") {
  const Findings findings = grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t sockets = collection(d, "object", "Array");
        for (std::uint64_t i = 0; i < 100; ++i) {
          const std::uint32_t socket = d.node("object", "Socket", 1000 + 4 * i);
          d.edge(sockets, "element", fmt::format("{}", i), socket);
          const std::uint32_t events = d.node("object", "Object", 1001 + 4 * i);
          d.edge(socket, "property", "_events", events);
          const std::uint32_t list = d.node("object", "Array", 1002 + 4 * i);
          d.edge(events, "property", "drain", list);
          for (std::uint64_t k = 0; k < items / 100; ++k) {
            const std::uint32_t listener = d.node("closure", "onDrain", kItems + kSpan * (1000 * k + i), 1000);
            d.edge(list, "element", fmt::format("{}", k), listener);
          }
        }
      },
      steadily);
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects[0].holder_count == 100);
  CHECK(findings.suspects[0].event == "drain");
}

TEST_CASE("the signature does not know ids, counts, or names that DevTools makes of shapes") {
  const auto signature = [](std::size_t snapshots, std::uint64_t bytes) {
    return first(grow(
                     snapshots,
                     [&](Drawing& d, std::uint64_t items) {
                       fill(d, table_of(d, collection(d, "object", "Map"), "table", ""), "internal", "object",
                            "Profile", items, bytes);
                     },
                     steadily))
        .signature;
  };
  CHECK(signature(4, 1000) == signature(6, 3000));
}

TEST_CASE("two snapshots tell that it grew, not that it leaks") {
  const Suspect s = first(grow(
      2,
      [](Drawing& d, std::uint64_t items) {
        fill(d, table_of(d, collection(d, "object", "Map"), "table", ""), "internal", "object", "Profile", items);
      },
      steadily));
  CHECK(s.trajectory == Trajectory::two_points);
  CHECK(!s.rate->low);
}

TEST_CASE("an object that others refer to as well lists them") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t map = collection(d, "object", "Map");
        const std::uint32_t table = table_of(d, map, "table", "");
        const std::uint32_t index = d.node("object", "Index", 50);
        const std::uint32_t byName = d.node("object", "Set", 51);
        const std::uint32_t deep = d.node("object", "Deep", 52);
        d.edge(d.global, "property", "deep", deep);
        d.edge(deep, "property", "index", index);
        d.edge(index, "property", "byName", byName);
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t item = d.node("object", "Profile", kItems + kSpan * i, 1000);
          d.edge(table, "internal", fmt::format("{}", i + 3), item);
          d.edge(byName, "element", fmt::format("{}", i), item);
        }
      },
      steadily));
  REQUIRE(s.other_holders.size() == 1);
  CHECK(s.other_holders[0].holder == "Set");
  CHECK(s.other_holders[0].label == "byName");
  CHECK(s.other_holders[0].references == 300);
  CHECK(s.other_holders[0].counts == std::vector<std::int64_t>{100, 200, 300, 400});
  CHECK(s.other_holders[0].grows);
  CHECK(s.other_holders[0].must_be_cut);
  CHECK(s.fix_frees_bytes == 0);
  CHECK(s.fix_frees_together_bytes >= 300 * 1000);
}

namespace {

/// A Map and an emitter's listeners that hold the same records, whose table doubles in between. `with_listeners` false:
/// the Map alone, after the listeners were fixed.
Findings map_and_listeners(bool with_listeners) {
  return grow(
      6,
      [=](Drawing& d, std::uint64_t items) {
        const std::uint32_t keep = d.node("object", "Object", 5);
        d.edge(d.global, "property", "keep", keep);
        const std::uint32_t map = d.node("object", "Map", 10);
        d.edge(keep, "property", "registry", map);
        const std::uint32_t table = d.node("array", "", items > 300 ? 5001 : 5000, items > 300 ? 120000 : 60000);
        d.edge(map, "internal", "table", table);
        const std::uint32_t bus = d.node("object", "EventEmitter", 20);
        d.edge(keep, "property", "bus", bus);
        const std::uint32_t events = d.node("object", "Object", 21);
        d.edge(bus, "property", "_events", events);
        const std::uint32_t list = d.node("object", "Array", 22);
        d.edge(events, "property", "message", list);
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t record = d.node("object", "Record", kItems + kSpan * i, 1000);
          d.edge(table, "internal", fmt::format("{}", i + 3), record);
          if (with_listeners) {
            const std::uint32_t listener = d.node("closure", "onMessage", kItems + kSpan * i + 1, 600);
            const std::uint32_t context = d.node("object", "system / Context", kItems + kSpan * i + 2, 100);
            d.edge(list, "element", fmt::format("{}", i), listener);
            d.edge(listener, "internal", "context", context);
            d.edge(context, "context", "record", record);
          }
        }
      },
      steadily);
}

}  // namespace

TEST_CASE("a second holder is listed with its counts and with what has to be cut together") {
  const Findings findings = map_and_listeners(true);
  CHECK(findings.dismissed.empty());
  const Suspect s = first(findings);
  CHECK(s.holder == "EventEmitter");
  REQUIRE(s.other_holders.size() == 1);
  const OtherHolder& other = s.other_holders[0];
  CHECK(other.holder == "Map");
  CHECK(other.label == "registry");
  CHECK(other.content == "Record");
  CHECK(other.counts == std::vector<std::int64_t>{100, 200, 300, 400, 500, 600});
  CHECK(other.grows);
  CHECK(other.must_be_cut);
  CHECK(s.fix_frees_bytes < 500 * 1000);
  CHECK(s.fix_frees_together_bytes >= 500 * 1700);
  const Findings fixed = map_and_listeners(false);
  REQUIRE(fixed.suspects.size() == 1);
  CHECK(fixed.suspects[0].place == other.place);
}

TEST_CASE("a second Map is not dismissed when its table doubled once and its count rises") {
  const Findings findings = grow(
      8,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t table = table_of(d, collection(d, "object", "Map"), "table", "");
        const std::uint32_t deep = d.node("object", "Deep", 50);
        d.edge(d.global, "property", "deep", deep);
        const std::uint32_t index = d.node("object", "Index", 51);
        d.edge(deep, "property", "index", index);
        const std::uint32_t by_name = d.node("object", "Map", 52);
        d.edge(index, "property", "byName", by_name);
        const bool doubled = d.step > 1;
        const std::uint32_t names = d.node("array", "", doubled ? 6001 : 6000, doubled ? 120000 : 60000);
        d.edge(by_name, "internal", "table", names);
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t item = d.node("object", "Profile", kItems + kSpan * i, 1000);
          d.edge(table, "internal", fmt::format("{}", i + 3), item);
          d.edge(names, "internal", fmt::format("{}", i + 3), item);
        }
      },
      steadily);
  CHECK(findings.dismissed.empty());
  const Suspect s = first(findings);
  REQUIRE(s.other_holders.size() == 1);
  CHECK(s.other_holders[0].label == "byName");
  CHECK(s.other_holders[0].counts.back() == 800);
  CHECK(s.other_holders[0].grows);
}

TEST_CASE("a holder of a few of the objects is none that keeps them") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t table = table_of(d, collection(d, "object", "Map"), "table", "");
        fill(d, table, "internal", "object", "Profile", items);
        const std::uint32_t recent = d.node("object", "Array", 50);
        d.edge(d.global, "property", "recent", recent);
        const std::uint32_t item = d.node("object", "Last", kItems - kSpan, 1000);
        d.edge(recent, "element", "1", item);
      },
      steadily));
  CHECK(s.other_holders.empty());
}

TEST_CASE("growth that belongs to no suspect is not a clean bill") {
  // The old buffer itself grows: no new object.
  const Findings findings = grow(
      5,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t app = d.node("object", "App", 10, 1000 * items);
        d.edge(d.global, "property", "app", app);
      },
      steadily);
  CHECK(findings.suspects.empty());
  CHECK(findings.unexplained == Trajectory::steady);
}

TEST_CASE("a queue that is emptied between all snapshots is no leak, though each finds more in it") {
  const auto teeth = [](bool emptied) {
    return grow(
        5,
        [=](Drawing& d, std::uint64_t items) {
          const std::uint32_t table = table_of(d, collection(d, "object", "Map"), "table", "");
          for (std::uint64_t i = 0; i < items; ++i) {
            const std::uint64_t made = emptied ? 10000 * d.step + i : i;
            d.edge(table, "internal", fmt::format("{}", i + 3),
                   d.node("object", "Profile", kItems + kSpan * made, 1000));
          }
        },
        steadily);
  };
  const Suspect hidden = first(teeth(true));
  CHECK(hidden.levels_are_retained);
  CHECK(!hidden.keeps_cohorts);
  CHECK(hidden.trajectory == Trajectory::unclear);
  const Suspect kept = first(teeth(false));
  CHECK(kept.levels == hidden.levels);
  CHECK(kept.trajectory == Trajectory::steady);
}

TEST_CASE("a store whose shards replace a part of their content at each step is no suspect") {
  const Findings findings = grow(
      5,
      [](Drawing& d, std::uint64_t) {
        const std::uint32_t app = d.node("object", "App", 10);
        d.edge(d.global, "property", "app", app);
        for (std::uint32_t shard = 0; shard < 8; ++shard) {
          const std::uint32_t map = d.node("object", "Map", 20 + shard);
          d.edge(app, "property", fmt::format("shard{}", shard), map);
          const std::uint32_t table = d.node("array", "", 40 + shard, 64);
          d.edge(map, "internal", "table", table);
          for (std::uint32_t i = 0; i < 100; ++i) {
            const std::uint32_t age = (i + 100 - 20 * d.step) % 100;  // a fifth is replaced at each step, in turn
            const std::uint32_t made = age < 100 - 20 * d.step ? 0 : 1 + (100 - age - 1) / 20;
            d.edge(table, "internal", fmt::format("{}", i + 3),
                   d.node("object", "Profile", kItems + kSpan * (1000 * (8 * made + shard) + i), 1000));
          }
        }
      },
      steadily);
  CHECK(findings.suspects.empty());
  CHECK(findings.replaced_bytes > 0);
  CHECK(findings.unexplained == Trajectory::flat);
}

TEST_CASE("many places too small to name that grow together are not a clean bill") {
  const Findings findings = grow(
      5,
      [](Drawing& d, std::uint64_t items) {
        for (std::uint32_t place = 0; place < 12; ++place) {
          // Words, as keys with digits are one place.
          const std::string name = std::string(1, static_cast<char>('a' + place)) + "Log";
          const std::uint32_t log = d.node("object", name, 20 + place);
          d.edge(d.global, "property", name, log);
          for (std::uint64_t i = 0; i < items / 20; ++i) {
            d.edge(log, "element", fmt::format("{}", i),
                   d.node("object", "Line", kItems + kSpan * (1000 * place + i), 1000));
          }
        }
        // The rest of the heap falls by more than that.
        d.edge(d.global, "property", "pool", d.node("array", "", 60, 1000000 - 2000 * items));
      },
      steadily);
  CHECK(findings.suspects.empty());
  CHECK(findings.unexplained == Trajectory::steady);
  CHECK(findings.unexplained_is_scattered);
}

TEST_CASE("a table's own bytes count as growth of what it holds, also where its owner carries them") {
  // DevTools gives a table's bytes to its owner: a Map of numbers has no new object but its table.
  const Findings findings = grow(
      5,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t app = d.node("object", "App", 10);
        d.edge(d.global, "property", "app", app);
        const std::uint32_t seen = d.node("object", "Set", 11, 1000 * items);
        d.edge(app, "property", "seen", seen);
        d.edge(seen, "internal", "table", d.node("array", "", 5000 + d.step, 0));
      },
      steadily);
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects[0].kind == heapdiff::LeakKind::set_growth);
  CHECK(findings.suspects[0].label == "seen");
  CHECK(findings.suspects[0].growth_bytes == 400000);
  CHECK(findings.new_bytes == 400000);
  CHECK(findings.unattributed_bytes == 0);
}

TEST_CASE("a Map's own bytes belong to the objects that its old table holds") {
  const Findings findings = grow(
      5,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t app = d.node("object", "App", 10);
        d.edge(d.global, "property", "app", app);
        const std::uint32_t users = d.node("object", "Map", 11, 1000 * items);
        d.edge(app, "property", "users", users);
        const std::uint32_t table = d.node("array", "", 12, 0);
        d.edge(users, "internal", "table", table);
        fill(d, table, "internal", "object", "Profile", items, 500);
      },
      steadily);
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects[0].constructor == "Profile");
  CHECK(findings.new_bytes == 400 * 1000 + 400 * 500);
  CHECK(findings.suspect_bytes == findings.new_bytes);
  CHECK(findings.unattributed_bytes == 0);
}

TEST_CASE("two collections of one object that hold the two halves of each item are one suspect") {
  const auto pool = [](bool linked, bool one_owner) {
    return grow(
        4,
        [=](Drawing& d, std::uint64_t items) {
          const std::uint32_t owner = d.node("object", "Pool", 10);
          d.edge(d.global, "property", "pool", owner);
          const std::uint32_t other = one_owner ? owner : d.node("object", "Audit", 13);
          if (!one_owner) {
            d.edge(d.global, "property", "audit", other);
          }
          const std::uint32_t loans = d.node("object", "Map", 11);
          const std::uint32_t all = d.node("object", "Set", 12);
          d.edge(owner, "property", "loans", loans);
          d.edge(other, "property", "all", all);
          for (std::uint64_t i = 0; i < items; ++i) {
            const std::uint32_t client = d.node("object", "Client", kItems + kSpan * i, 1000);
            const std::uint32_t record = d.node("object", "Record", kItems + kSpan * i + 1, 600);
            d.edge(loans, "internal", fmt::format("{}", i + 3), client);
            d.edge(all, "internal", fmt::format("{}", i + 3), record);
            if (linked) {
              d.edge(record, "property", "client", client);
            }
          }
        },
        steadily);
  };
  const Findings joined = pool(true, true);
  REQUIRE(joined.suspects.size() == 1);
  CHECK(joined.suspects[0].new_objects == 600);
  CHECK(joined.suspects[0].growth_bytes == 480000);
  CHECK(joined.suspects[0].fix_frees_bytes == 480000);
  CHECK(pool(false, true).suspects.size() == 2);
  CHECK(pool(true, false).suspects.size() == 2);
}

TEST_CASE("timers of two functions are two suspects with two signatures") {
  const Findings findings = grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t lists = collection(d, "object", "Object");
        const std::uint32_t list = d.node("object", "TimersList", 30);
        d.edge(lists, "element", "60000", list);
        const char* const names[] = {"poll", "flush"};
        std::uint32_t scripts[2];
        for (std::uint32_t f = 0; f < 2; ++f) {
          const std::uint32_t script = d.node("code", "system / Script", 40 + f);
          d.edge(script, "internal", "name", d.node("string", fmt::format("/srv/{}.js", names[f]), 44 + f));
          scripts[f] = d.node("code", names[f], 42 + f);
          d.edge(scripts[f], "internal", "script", script);
          d.edge(d.global, "property", names[f], scripts[f]);
        }
        std::uint32_t before = list;
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t timeout = d.node("object", "Timeout", kItems + kSpan * i, 1000);
          const std::uint32_t callback = d.node("closure", names[i % 2], kItems + kSpan * i + 1, 500);
          d.text.add_location(callback, static_cast<std::uint32_t>(40 + i % 2), 3, 0);
          d.edge(callback, "internal", "shared", scripts[i % 2]);
          d.edge(before, "property", "_idleNext", timeout);
          d.edge(timeout, "property", "_idlePrev", before);
          d.edge(list, "property", "_idlePrev", timeout);
          d.edge(timeout, "property", "_onTimeout", callback);
          before = timeout;
        }
      },
      steadily);
  REQUIRE(findings.suspects.size() == 2);
  CHECK(findings.suspects[0].kind == heapdiff::LeakKind::timer);
  CHECK(findings.suspects[1].kind == heapdiff::LeakKind::timer);
  CHECK(findings.suspects[0].signature != findings.suspects[1].signature);
}

TEST_CASE("a list that is copied to be made shorter has not grown, although its array is new") {
  const Findings findings = grow(
      2,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t app = d.node("object", "App", 10);
        d.edge(d.global, "property", "app", app);
        const std::uint32_t live = d.node("object", "Array", 20 + d.step, 16 + 8 * items);
        d.edge(app, "property", "live", live);
        for (std::uint64_t i = 0; i < items; ++i) {
          // The items that are left are those that came first.
          d.edge(live, "element", fmt::format("{}", i), d.node("object", "Job", kItems + kSpan * i, 100));
        }
      },
      [](std::size_t k) { return k == 0 ? std::uint64_t{25'000} : std::uint64_t{8'000}; });
  CHECK(findings.suspects.empty());
  CHECK(findings.dismissed.empty());
  CHECK(findings.replaced_bytes == 64'016);
}

namespace {

/// A page of Chromium: a closure keeps removed elements in an array. V8 merges each element with its wrapper, so that
/// it has an odd id; its text has no wrapper and another even id in each snapshot. The roots have another id as well.
Findings removed_elements(bool by_listener) {
  return grow(
      4,
      [=](Drawing& d, std::uint64_t items) {
        const std::uint32_t roots = d.node("synthetic", "C++ Persistent roots", 7000 + d.step, 0);
        d.edge(d.root, "element", "2", roots);
        const std::uint32_t sheets = d.text.add_node("native", "blink::CSSDefaultStyleSheets", 500000, 88);
        d.edge(roots, "element", "1", sheets);
        const std::uint32_t prototype = d.node("object", "HTMLLIElement", 60);
        d.edge(d.global, "property", "prototype", prototype);
        const std::uint32_t removed = collection(d, "object", "Array");
        const std::uint32_t data = d.text.add_node("native", "blink::EventTargetData", 32, 90);
        d.edge(d.global, "element", "1", data);
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t item = d.node("native", "<li class=\"row\">", kItems + kSpan * i, 300, 2);
          d.edge(item, "property", "__proto__", prototype);
          const std::uint32_t text = d.text.add_node("native", "Text", 100, 200000 + 100000 * d.step + 4 * i, 2);
          d.edge(item, "element", "3", text);
          const std::uint32_t own =
              d.text.add_node("native", "blink::UniqueElementData", 100, 200002 + 100000 * d.step + 4 * i, 2);
          d.edge(item, "element", "4", own);
          if (by_listener) {
            const std::uint64_t id = 900000 + 100000 * d.step + 6 * i;
            const std::uint32_t listener = d.text.add_node("native", "blink::RegisteredEventListener", 32, id);
            const std::uint32_t wrapper = d.text.add_node("native", "V8EventListener", 32, id + 2);
            const std::uint32_t function = d.node("closure", "onClick", kItems + kSpan * i + 1, 64);
            d.edge(data, "element", fmt::format("{}", i + 1), listener);
            d.edge(listener, "element", "1", wrapper);
            d.edge(wrapper, "element", "1", function);
            d.edge(function, "internal", "row", item);
          } else {
            d.edge(removed, "element", fmt::format("{}", i), item);
          }
        }
      },
      steadily);
}

}  // namespace

TEST_CASE("elements that a closure keeps are found, and a root with another id is no suspect") {
  const Findings findings = removed_elements(false);
  REQUIRE(findings.suspects.size() == 1);
  const Suspect& s = findings.suspects[0];
  CHECK(s.kind == LeakKind::detached_dom);
  CHECK(s.constructor == "Detached <li>");
  CHECK(s.holder == "Array");
  CHECK(s.object_count_growth == 300);
  // The element data of Blink are no DOM nodes.
  CHECK(says(s.why, "600 DOM nodes (300 <li>, 300 Text)"));
}

TEST_CASE("elements that listeners keep are named by their class and by the object of the script") {
  const Findings findings = removed_elements(true);
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects[0].kind == LeakKind::detached_dom);
  CHECK(findings.suspects[0].constructor == "Detached <li>");
  CHECK(findings.suspects[0].holder == "global / ");
}
