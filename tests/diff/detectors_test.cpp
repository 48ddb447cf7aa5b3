// One drawn heap per kind of leak: what is named, and why.

#include "support/drawn_series.h"

#include <string>
#include <vector>

using heapdiff::Findings;
using heapdiff::Suspect;
using heapdiff::Trajectory;
using namespace heapdiff::test;

TEST_CASE("a Map that only grows is named by its property, its entries and their cohorts") {
  const Findings findings = grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        fill(d, table_of(d, collection(d, "object", "Map"), "table", ""), "internal", "object", "Profile", items);
      },
      steadily);
  const Suspect s = first(findings);
  CHECK(s.kind == heapdiff::LeakKind::map_growth);
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
  CHECK(kind_with("Set", "table", "").kind == heapdiff::LeakKind::set_growth);
  CHECK(kind_with("Array", "elements", "(object elements)").kind == heapdiff::LeakKind::array_growth);
  const Suspect dictionary = kind_with("Object", "properties", "(object properties)");
  CHECK(dictionary.kind == heapdiff::LeakKind::object_growth);
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
  CHECK(s.kind == heapdiff::LeakKind::event_listener);
  CHECK(s.emitter == "Bus");
  CHECK(s.event == "message:user:*");
  CHECK(says(s.why, "went from 100 to 400"));
  CHECK(says(s.why, "closures of one function, onMessage"));
  CHECK(says(s.why, "\"session\" (900 B)"));
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
  CHECK(repeating.kind == heapdiff::LeakKind::timer);
  CHECK(says(repeating.why, "from 100 to 400"));
  CHECK(says(repeating.why, "300 repeat every 1 min (setInterval)"));
  CHECK(says(timers(false).why, "300 fire once (setTimeout), after 1 min."));
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
  CHECK(held("App", "elements", "object", "Job").kind == heapdiff::LeakKind::class_instance);
  CHECK(held("ConnectionPool", "elements", "object", "Connection").kind == heapdiff::LeakKind::pool);
  CHECK(held("Queue", "elements", "object", "Promise").kind == heapdiff::LeakKind::promise);
  CHECK(held("Queue", "elements", "object", "AsyncGenerator").kind == heapdiff::LeakKind::generator);
  CHECK(held("Array", "elements", "native", "system / JSArrayBufferData").kind == heapdiff::LeakKind::buffer);
  CHECK(held("Array", "elements", "native", "<div>", 2).kind == heapdiff::LeakKind::detached_dom);
  CHECK(held("AsyncContextFrame", "table", "object", "Request").kind == heapdiff::LeakKind::async_context);
  CHECK(held("Object", "properties", "object", "Module").kind == heapdiff::LeakKind::module_cache);
  CHECK(held("system / Context", "elements", "closure", "handler").kind == heapdiff::LeakKind::closure);
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
  CHECK(s.kind == heapdiff::LeakKind::generator);
  CHECK(says(s.why, "300 more generators are suspended"));
  CHECK(says(s.why, "generators of rows"));
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
  CHECK(s.kind == heapdiff::LeakKind::string);
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
  CHECK(s.kind == heapdiff::LeakKind::object_growth);
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

TEST_CASE("a list or a state that is replaced by a copy of the old one is the collection that grows") {
  const auto replaced_each_time = [](const char* name, const char* edge_type) {
    return first(grow(
        4,
        [&](Drawing& d, std::uint64_t items) {
          const std::uint32_t signal = d.node("object", "Signal", 10);
          d.edge(d.global, "property", "signal", signal);
          const std::uint32_t list = d.node("object", name, 5000 + 2 * d.step);  // `subs = [...subs, item]`
          d.edge(signal, "property", "subs", list);
          for (std::uint64_t i = 0; i < items; ++i) {
            const std::string label =
                edge_type == std::string("element") ? fmt::format("{}", i) : fmt::format("k{}", i);
            d.edge(list, edge_type, label, d.node("object", "Widget", kItems + kSpan * i, 1000));
          }
        },
        steadily));
  };
  const Suspect list = replaced_each_time("Array", "element");
  CHECK(list.kind == heapdiff::LeakKind::array_growth);
  CHECK(list.constructor == "Widget");
  CHECK(list.object_count_growth == 300);
  CHECK(says(list.why, "replaces it by a new one"));
  CHECK(replaced_each_time("Object", "property").kind == heapdiff::LeakKind::object_growth);
}

TEST_CASE("a copy's backing store, and a collection inside of the copied one, are looked through for older objects") {
  const auto copied = [](const char* inner_type, const char* inner_name, const char* inner_edge) {
    return first(grow(
        4,
        [&](Drawing& d, std::uint64_t items) {
          const std::uint32_t signal = d.node("object", "Signal", 10);
          d.edge(d.global, "property", "signal", signal);
          const std::uint32_t state = d.node("object", "Object", 5000 + 2 * d.step);  // `{...state, byId: {...}}`
          d.edge(signal, "property", "state", state);
          const std::uint32_t inner = d.node(inner_type, inner_name, 5001 + 2 * d.step);
          d.edge(state, inner_edge, inner_edge == std::string("internal") ? "properties" : "byId", inner);
          for (std::uint64_t i = 0; i < items; ++i) {
            d.edge(inner, inner_edge, fmt::format("k{}", i), d.node("object", "Widget", kItems + kSpan * i, 1000));
          }
        },
        steadily));
  };
  for (const Suspect& state :
       {copied("object", "Object", "property"), copied("array", "(object properties)", "internal")}) {
    CHECK(state.kind == heapdiff::LeakKind::object_growth);
    CHECK(state.constructor == "Widget");
    CHECK(state.object_count_growth == 300);
  }
}

TEST_CASE("functions of scripts without a name are said to be evaluated code, with ids and a start") {
  const auto handlers = [](bool named) {
    return first(grow(
        4,
        [&](Drawing& d, std::uint64_t items) {
          const std::uint32_t table = table_of(d, collection(d, "object", "Map"), "table", "");
          for (std::uint64_t i = 0; i < items; ++i) {
            const std::uint64_t id = kItems + kSpan * i;
            const std::uint32_t rule = d.node("closure", "rule", id, 1000);
            const std::uint32_t shared = d.node("code", "rule", id + 1);
            const std::uint32_t script = d.node("code", "system / Script", id + 2);
            d.edge(table, "internal", fmt::format("{}", i + 3), rule);
            d.edge(rule, "internal", "shared", shared);
            d.edge(shared, "internal", "script", script);
            d.edge(script, "internal", "source", d.node("string", "(function rule(e) { return e > 7; })", id + 3));
            if (named) {
              d.edge(script, "internal", "name", d.node("string", "/srv/rules.js", id + 4));
            }
            d.text.add_location(rule, static_cast<std::uint32_t>(50 + i), 0, 1);
          }
        },
        steadily));
  };
  const std::string why = handlers(false).why;
  CHECK(says(why, "300 of 300 functions looked at"));
  CHECK(says(why, "300 scripts without a name, ids 150 to 449"));
  CHECK(says(why, "`(function rule(e) { return e > 7; })`"));
  CHECK(!says(handlers(true).why, "evaluated"));
}
