// Small drawn heaps, one per kind of leak: two to four snapshots of a program that grows in one place.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

using heapdiff::collect;
using heapdiff::compute_heap;
using heapdiff::Facts;
using heapdiff::find_suspects;
using heapdiff::Findings;
using heapdiff::Heap;
using heapdiff::Suspect;
using heapdiff::Trajectory;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

namespace {

/// A drawn heap while it is drawn: ids stay with what they were given to, whatever comes between.
struct Drawing {
  SnapshotText text;
  std::uint32_t root = 0;
  std::uint32_t global = 0;
  std::uint32_t step = 0;  ///< 0 for the first snapshot

  std::uint32_t node(const char* type, const std::string& name, std::uint64_t id, std::uint64_t bytes = 32,
                     unsigned detached = 0) {
    return text.add_node(type, name, bytes, 2 * id + 1, detached);
  }
  void edge(std::uint32_t from, const char* type, const std::string& name, std::uint32_t to) {
    text.add_edge(from, type, name, to);
  }
};

constexpr std::uint64_t kItems = 100000;  // ids of items start here
constexpr std::uint64_t kSpan = 8;        // ids that one item may use

/// Draws `snapshots` heaps of one program; `draw` gets each and the number of items at that time.
Findings grow(std::size_t snapshots, const std::function<void(Drawing&, std::uint64_t)>& draw,
              const std::function<std::uint64_t(std::size_t)>& items, Heap* last_heap = nullptr) {
  std::vector<Facts> facts;
  std::vector<double> hours;
  Heap last;
  for (std::size_t k = 0; k < snapshots; ++k) {
    Drawing d;
    d.step = static_cast<std::uint32_t>(k);
    d.root = d.text.add_root();
    const std::uint32_t roots = d.node("synthetic", "(GC roots)", 1, 0);
    d.edge(d.root, "element", "1", roots);
    d.global = d.node("object", "global / ", 2, 1000);
    d.edge(d.root, "shortcut", "global", d.global);
    d.edge(roots, "element", "1", d.global);
    draw(d, items(k));
    last = compute_heap(load_text(d.text.text()), {});
    facts.push_back(collect(last));
    hours.push_back(static_cast<double>(k));
  }
  Findings findings = find_suspects(last, facts, hours);
  if (last_heap != nullptr) {
    *last_heap = std::move(last);
  }
  return findings;
}

std::uint64_t steadily(std::size_t k) { return 100 + 100 * k; }

Suspect first(const Findings& findings) {
  REQUIRE(!findings.suspects.empty());
  return findings.suspects.front();
}

/// A program object `owner` of class `App` under the global object, with `collection` as its property "held".
std::uint32_t collection(Drawing& d, const char* type, const char* name) {
  const std::uint32_t app = d.node("object", "App", 10);
  d.edge(d.global, "property", "app", app);
  const std::uint32_t held = d.node(type, name, 11);
  d.edge(app, "property", "held", held);
  return held;
}

/// Items under `store`, each with a payload of its own.
void fill(Drawing& d, std::uint32_t store, const char* edge, const char* type, const std::string& name,
          std::uint64_t items, std::uint64_t bytes = 1000) {
  for (std::uint64_t i = 0; i < items; ++i) {
    const std::uint32_t item = d.node(type, name, kItems + kSpan * i, bytes);
    d.edge(store, edge, fmt::format("{}", i + 3), item);
  }
}

std::uint32_t table_of(Drawing& d, std::uint32_t holder, const char* label, const char* name) {
  // Reallocated when it grows: a new id in each snapshot.
  const std::uint32_t table = d.node("array", name, 5000 + d.step, 64);
  d.edge(holder, "internal", label, table);
  return table;
}

bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a Map that only grows is named by its property, its entries and their cohorts") {
  const Findings findings = grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        fill(d, table_of(d, collection(d, "object", "Map"), "table", ""), "internal", "object", "Profile", items);
      },
      steadily);
  const Suspect s = first(findings);
  CHECK(s.kind == "map-growth");
  CHECK(s.trajectory == Trajectory::steady);
  CHECK(s.label == "held");
  CHECK(s.constructor == "Profile");
  CHECK(s.object_count_growth == 300);
  CHECK(says(s.why, "Map \"held\" gained 300 Profile"));
  CHECK(says(s.why, "100, 100 and 100"));
  REQUIRE(s.rate);
  CHECK(s.rate->estimate == doctest::Approx(100000));
  CHECK(findings.unattributed_bytes * 10 <= findings.new_bytes);
  CHECK(s.fix_frees_bytes == 300000);
}

TEST_CASE("a Set, an Array and a dictionary each have their kind") {
  const auto kind_with = [](const char* holder, const char* label, const char* store) {
    return first(grow(
        4,
        [&](Drawing& d, std::uint64_t items) {
          fill(d, table_of(d, collection(d, "object", holder), label, store), "internal", "object", "Profile", items);
        },
        steadily));
  };
  CHECK(kind_with("Set", "table", "").kind == "set-growth");
  CHECK(kind_with("Array", "elements", "(object elements)").kind == "array-growth");
  const Suspect dictionary = kind_with("Object", "properties", "(object properties)");
  CHECK(dictionary.kind == "object-growth");
  CHECK(says(dictionary.why, "serves as a dictionary"));
}

TEST_CASE("keys and values of one dictionary are one suspect, and words as keys do not split it") {
  const char* const words[] = {"ant", "bee", "cat", "dog", "eel", "fox", "gnu", "hen", "ibis", "jay", "koi", "lark"};
  const Findings findings = grow(
      4,
      [&](Drawing& d, std::uint64_t items) {
        const std::uint32_t object = collection(d, "object", "Object");
        const std::uint32_t store = table_of(d, object, "properties", "(object properties)");
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t value = d.node("object", "Profile", kItems + kSpan * i, 1000);
          const std::uint32_t key = d.node("string", "", kItems + kSpan * i + 1, 500);
          const std::string name = fmt::format("{}-{}-{}", words[i % 12], words[i / 12 % 12], words[i / 144 % 12]);
          d.edge(object, "property", name, value);
          d.edge(store, "internal", fmt::format("{}", 2 * i + 5), key);
          d.edge(store, "internal", fmt::format("{}", 2 * i + 6), value);
        }
      },
      steadily);
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects[0].growth_bytes >= 450000);
  CHECK(findings.suspects[0].fix_frees_bytes == 450000);
}

TEST_CASE("listeners: emitter, event with its data folded, count before and after, the one function") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t emitter = d.node("object", "Bus", 20);
        d.edge(d.global, "property", "bus", emitter);
        const std::uint32_t events = d.node("object", "Object", 21);
        d.edge(emitter, "property", "_events", events);
        const std::uint32_t list = d.node("object", "Array", 22);
        d.edge(events, "property", "message:user:17", list);
        const std::uint32_t store = table_of(d, list, "elements", "");
        const std::uint32_t shared = d.node("code", "onMessage", 23);
        d.edge(d.global, "internal", "shared_of", shared);
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t listener = d.node("closure", "onMessage", kItems + kSpan * i, 64);
          const std::uint32_t context = d.node("object", "system / Context", kItems + kSpan * i + 1, 40);
          const std::uint32_t session = d.node("object", "Session", kItems + kSpan * i + 2, 900);
          d.edge(list, "element", fmt::format("{}", i), listener);
          d.edge(store, "internal", fmt::format("{}", i + 2), listener);
          d.edge(listener, "internal", "context", context);
          d.edge(listener, "internal", "shared", shared);
          d.edge(context, "context", "session", session);
        }
      },
      steadily));
  CHECK(s.kind == "event-listener");
  CHECK(s.emitter == "Bus");
  CHECK(s.event == "message:user:*");
  CHECK(says(s.why, "went from 100 to 400"));
  CHECK(says(s.why, "closures of one function, onMessage"));
  CHECK(says(s.why, "session (900 B)"));
}

TEST_CASE("timers: how many are pending, and whether they repeat") {
  const auto timers = [](bool repeating) {
    return first(grow(
        4,
        [&](Drawing& d, std::uint64_t items) {
          const std::uint32_t lists = collection(d, "object", "Object");
          const std::uint32_t list = d.node("object", "TimersList", 30);
          d.edge(lists, "element", "60000", list);
          const std::uint32_t null = d.node("hidden", "system / Oddball", 31, 0);
          d.edge(d.root, "element", "7", null);
          std::uint32_t before = list;
          for (std::uint64_t i = 0; i < items; ++i) {
            const std::uint32_t timeout = d.node("object", "Timeout", kItems + kSpan * i, 100);
            const std::uint32_t callback = d.node("closure", "poll", kItems + kSpan * i + 1, 900);
            d.edge(before, "property", "_idleNext", timeout);
            d.edge(timeout, "property", "_idlePrev", before);
            d.edge(timeout, "property", "_onTimeout", callback);
            if (!repeating) {
              d.edge(timeout, "property", "_repeat", null);
            }
            before = timeout;
          }
        },
        steadily));
  };
  const Suspect repeating = timers(true);
  CHECK(repeating.kind == "timer");
  CHECK(says(repeating.why, "from 100 to 400"));
  CHECK(says(repeating.why, "The new one repeats every 1 min (setInterval)"));  // one chain of them
  CHECK(says(timers(false).why, "The new one fires once (setTimeout), after 1 min."));
}

TEST_CASE("the other kinds are read off what holds and what is held") {
  const auto held = [](const char* holder, const char* label, const char* type, const std::string& name,
                       unsigned detached = 0) {
    return first(grow(
        4,
        [&](Drawing& d, std::uint64_t items) {
          const std::uint32_t store = table_of(d, collection(d, "object", holder), label, "");
          for (std::uint64_t i = 0; i < items; ++i) {
            const std::uint32_t item = d.node(type, name, kItems + kSpan * i, 1000, detached);
            d.edge(store, "internal", fmt::format("{}", i + 3), item);
          }
        },
        steadily));
  };
  CHECK(held("App", "elements", "object", "Job").kind == "class-instance");
  CHECK(held("ConnectionPool", "elements", "object", "Connection").kind == "pool");
  CHECK(held("Queue", "elements", "object", "Promise").kind == "promise");
  CHECK(held("Queue", "elements", "object", "AsyncGenerator").kind == "generator");
  CHECK(held("Array", "elements", "native", "system / JSArrayBufferData").kind == "buffer");
  CHECK(held("Array", "elements", "native", "<div>", 2).kind == "detached-dom");
  CHECK(held("AsyncContextFrame", "table", "object", "Request").kind == "async-context");
  CHECK(held("Object", "properties", "object", "Module").kind == "module-cache");
  CHECK(held("system / Context", "elements", "closure", "handler").kind == "closure");
}

TEST_CASE("a suspended generator is known by its frame, as it is named after its function") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t cursors = collection(d, "object", "Array");
        const std::uint32_t function = d.node("closure", "rows", 60);
        d.edge(d.global, "property", "rows", function);
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t generator = d.node("object", "rows", kItems + kSpan * i, 100);
          const std::uint32_t frame = d.node("array", "", kItems + kSpan * i + 1, 900);
          d.edge(cursors, "element", fmt::format("{}", i), generator);
          d.edge(generator, "internal", "function", function);
          d.edge(generator, "internal", "parameters_and_registers", frame);
        }
      },
      steadily));
  CHECK(s.kind == "generator");
  CHECK(says(s.why, "300 more generators of rows"));
}

TEST_CASE("a text that grows by appending is a string, not thousands of them") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t log = d.node("object", "Log", 10);
        d.edge(d.global, "property", "log", log);
        std::uint32_t rest = d.node("concatenated string", "(concatenated string)", kItems + kSpan * items, 32);
        d.edge(log, "property", "text", rest);
        for (std::uint64_t i = items; i-- > 0;) {
          const std::uint32_t piece = d.node("string", "", kItems + kSpan * i + 1, 1000);
          const std::uint32_t next = d.node("concatenated string", "(concatenated string)", kItems + kSpan * i, 32);
          d.edge(rest, "internal", "second", piece);
          d.edge(rest, "internal", "first", next);
          rest = next;
        }
      },
      steadily));
  CHECK(s.kind == "string");
  CHECK(s.holder == "Log");
}

TEST_CASE("texts under many keys are a dictionary, even where each text is a concatenation") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t sessions = d.node("object", "Object", 10);
        d.edge(d.global, "property", "sessions", sessions);
        for (std::uint64_t i = 0; i < items; ++i) {
          const std::uint32_t text = d.node("concatenated string", "(concatenated string)", kItems + kSpan * i, 1032);
          d.edge(sessions, "property", fmt::format("sid-{}", i), text);
        }
      },
      steadily));
  CHECK(s.kind == "object-growth");
  CHECK(s.label == "sessions");
}

TEST_CASE("a tree that gains nodes everywhere is one suspect, named by what holds the tree") {
  const Findings findings = grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t index = d.node("object", "Index", 10);
        d.edge(d.global, "property", "index", index);
        std::vector<std::uint32_t> nodes;
        for (std::uint64_t i = 0; i < items; ++i) {
          nodes.push_back(d.node("object", "TreeNode", kItems + kSpan * i, 1000));
          const std::uint32_t above = i == 0 ? index : nodes[(i - 1) / 2];
          d.edge(above, "property", i == 0 ? "root" : i % 2 == 1 ? "left" : "right", nodes.back());
        }
      },
      steadily);
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects[0].holder == "Index");
  CHECK(findings.suspects[0].label == "root");
  CHECK(findings.suspects[0].constructor == "TreeNode");
  CHECK(findings.suspects[0].new_objects == 300);
  CHECK(findings.unattributed_bytes == 0);
}

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
  CHECK(findings.suspects[0].kind == "map-growth");
  CHECK(findings.suspects[1].kind == "array-growth");
  std::set<std::uint64_t> ids;
  std::size_t all = 0;
  for (const Suspect& s : findings.suspects) {
    ids.insert(s.top_ids.begin(), s.top_ids.end());
    all += s.top_ids.size();
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
  CHECK(says(s.other_holders[0], "refers to 300 of the 300"));
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
