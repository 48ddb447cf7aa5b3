// What piles up in one heap: drawn heaps with one thing that is an accumulation, or that only looks like one.

#include "heapdiff/diff/accumulation_rows.h"
#include "heapdiff/diff/verdict.h"
#include "support/drawn_series.h"

#include <cctype>
#include <string>

using heapdiff::AgeSource;
using heapdiff::Findings;
using heapdiff::Heap;
using heapdiff::LeakKind;
using heapdiff::Suspect;
using namespace heapdiff::test;

namespace {

std::uint64_t next_id = 200000;

std::uint32_t object(Drawing& d, const char* type, const std::string& name, std::uint64_t bytes = 32) {
  return d.node(type, name, next_id++, bytes);
}

std::uint32_t literal(Drawing& d, const std::string& name) { return object(d, "code", name, 64); }

std::uint32_t function_of(Drawing& d, std::uint32_t shared, const std::string& name, std::uint64_t bytes) {
  const std::uint32_t closure = object(d, "closure", name, bytes);
  d.edge(closure, "internal", "shared", shared);
  return closure;
}

/// An emitter of class Bus with a listener for each name of `events`; `literals` functions take turns.
void draw_listeners(Drawing& d, std::size_t count, std::size_t literals, std::size_t events) {
  const std::uint32_t bus = object(d, "object", "Bus");
  d.edge(d.global, "property", "bus", bus);
  const std::uint32_t table = object(d, "object", "Object");
  d.edge(bus, "property", "_events", table);
  std::vector<std::uint32_t> shared;
  for (std::size_t i = 0; i < literals; ++i) {
    shared.push_back(literal(d, "onChange"));
  }
  std::vector<std::uint32_t> lists;
  for (std::size_t i = 0; i < events; ++i) {
    lists.push_back(object(d, "object", "Array"));
    d.edge(table, "property", events == 1 ? std::string("change") : fmt::format("change:{}", i), lists.back());
  }
  for (std::size_t i = 0; i < count; ++i) {
    d.edge(lists[i % events], "element", fmt::format("{}", i / events),
           function_of(d, shared[i % literals], "onChange", 700));
  }
}

/// Timers of one duration, in a ring; those of setInterval have no `_repeat` edge.
void draw_timers(Drawing& d, std::size_t count, bool repeat) {
  const std::uint32_t list = object(d, "object", "TimersList");
  d.edge(d.global, "property", "timers", list);
  const std::uint32_t null = object(d, "hidden", "null");
  const std::uint32_t shared = literal(d, "tick");
  std::uint32_t before = list;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t timer = object(d, "object", "Timeout", 150);
    d.edge(before, "property", "_idleNext", timer);
    d.edge(timer, "property", "_idlePrev", before);
    d.edge(timer, "property", "_onTimeout", function_of(d, shared, "tick", 64));
    if (!repeat) {
      d.edge(timer, "property", "_repeat", null);
    }
    before = timer;
  }
  d.edge(before, "property", "_idleNext", list);
  d.edge(list, "property", "_idlePrev", before);
}

bool claims_growth(const Suspect& s) {
  std::string text = s.why;
  for (const std::string& sentence : s.ruled_out) {
    text += " " + sentence;
  }
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  for (const char* word :
       {" more ", "gained", "grew", "grows", "growth", "went from", "came ", "snapshot", " interval"}) {
    if (says(text, word)) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("one heap: many objects of one class in a Map are the first accumulation, without a word of growth") {
  const Findings findings = pile_up([](Drawing& d) {
    fill(d, table_of(d, collection(d, "object", "Map"), "table", ""), "internal", "object", "Profile", 2000, 700);
  });
  CHECK(findings.ages == AgeSource::structure);
  REQUIRE(findings.suspects.size() == 1);
  const Suspect& s = findings.suspects.front();
  CHECK(s.kind == LeakKind::map_growth);
  CHECK(s.constructor == "Profile");
  CHECK(s.holder == "Map");
  CHECK(s.object_count_growth == 2000);
  CHECK(s.retained_bytes >= 1400000);
  CHECK(s.growth_bytes == 0);
  CHECK(!s.rate);
  CHECK(s.levels.size() == 1);
  CHECK(!s.shape_convicts);
  CHECK(says(s.why, "Map \"held\" holds 2,000 Profile"));
  CHECK_MESSAGE(!claims_growth(s), s.why);
  CHECK(s.fix_frees_bytes >= 1400000);
}

TEST_CASE("one heap: the holder's own bytes belong to what it holds where it has grown large") {
  const auto retained_in = [](std::uint64_t own_bytes) {
    const Findings findings = pile_up([&](Drawing& d) {
      const std::uint32_t app = object(d, "object", "App");
      d.edge(d.global, "property", "app", app);
      const std::uint32_t list = object(d, "object", "Array", own_bytes);
      d.edge(app, "property", "held", list);
      fill(d, list, "element", "object", "Profile", 2000, 700);
    });
    REQUIRE(findings.suspects.size() == 1);
    CHECK(findings.suspects.front().holder == "Array");
    return findings.suspects.front().retained_bytes;
  };
  CHECK(retained_in(16000) == 1416000);
  CHECK(retained_in(64) == 1400000);
}

TEST_CASE("one heap: a holder with few objects, or with objects of many kinds, is a structure of the program's") {
  const Findings few = pile_up([](Drawing& d) {
    const std::uint32_t services = collection(d, "object", "Array");
    for (std::size_t i = 0; i < 5; ++i) {
      d.edge(services, "element", fmt::format("{}", i), object(d, "object", "Service", 100000));
    }
  });
  CHECK(few.suspects.empty());
  const Findings methods = pile_up([](Drawing& d) {
    const std::uint32_t api = collection(d, "object", "Object");
    for (std::size_t i = 0; i < 400; ++i) {
      const std::string name = fmt::format("method{}", i);
      d.edge(api, "property", name, function_of(d, literal(d, name), name, 1000));
    }
  });
  CHECK(methods.suspects.empty());
}

TEST_CASE("one heap: closures of one function pile up, also below many names") {
  const Findings findings = pile_up([](Drawing& d) {
    const std::uint32_t hooks = collection(d, "object", "Array");
    const std::uint32_t shared = literal(d, "hook");
    for (std::size_t i = 0; i < 400; ++i) {
      d.edge(hooks, "element", fmt::format("{}", i), function_of(d, shared, "hook", 1000));
    }
  });
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects.front().object_count_growth == 400);
  CHECK_MESSAGE(!claims_growth(findings.suspects.front()), findings.suspects.front().why);
}

TEST_CASE("one heap: hundreds of listeners of one function on one emitter convict by their shape") {
  const Findings many = pile_up([](Drawing& d) { draw_listeners(d, 300, 1, 1); });
  REQUIRE(many.suspects.size() == 1);
  CHECK(many.suspects.front().kind == LeakKind::event_listener);
  CHECK(many.suspects.front().shape_convicts);
  CHECK(many.suspects.front().emitter == "Bus");
  CHECK_MESSAGE(!claims_growth(many.suspects.front()), many.suspects.front().why);
  const heapdiff::VerdictResult verdict = heapdiff::judge_verdict(many, {});
  CHECK(verdict.reason == heapdiff::VerdictReason::telling_shape);
  CHECK(heapdiff::verdict_of(verdict.reason) == heapdiff::Verdict::inconclusive);
  CHECK(verdict.proven == std::vector<bool>{false});
  for (const Findings& innocent : {pile_up([](Drawing& d) { draw_listeners(d, 150, 1, 1); }),
                                   pile_up([](Drawing& d) { draw_listeners(d, 600, 10, 1); }),
                                   pile_up([](Drawing& d) { draw_listeners(d, 600, 1, 300); })}) {
    REQUIRE(!innocent.suspects.empty());
    CHECK(!innocent.suspects.front().shape_convicts);
    CHECK(heapdiff::judge_verdict(innocent, {}).reason == heapdiff::VerdictReason::one_snapshot);
  }
}

TEST_CASE("one heap: more than a thousand repeating timers of one function convict, as many time limits do not") {
  const Findings repeating = pile_up([](Drawing& d) { draw_timers(d, 1200, true); });
  REQUIRE(repeating.suspects.size() == 1);
  CHECK(repeating.suspects.front().kind == LeakKind::timer);
  CHECK(repeating.suspects.front().shape_convicts);
  CHECK(says(repeating.suspects.front().why, "1,200 timers"));
  CHECK_MESSAGE(!claims_growth(repeating.suspects.front()), repeating.suspects.front().why);
  const Findings once = pile_up([](Drawing& d) { draw_timers(d, 1200, false); });
  REQUIRE(once.suspects.size() == 1);
  CHECK(!once.suspects.front().shape_convicts);
  CHECK(pile_up([](Drawing& d) { draw_timers(d, 2500, false); }).suspects.front().shape_convicts);
}

TEST_CASE("one heap: modules are told apart, and what piles up in one of them is listed") {
  const Findings findings = pile_up([](Drawing& d) {
    const std::uint32_t cache = collection(d, "object", "Object");
    for (std::size_t i = 0; i < 400; ++i) {
      const std::uint32_t module = object(d, "object", "Module", 2000);
      d.edge(cache, "property", fmt::format("/app/m{}.js", i), module);
      if (i == 7) {
        const std::uint32_t map = object(d, "object", "Map");
        d.edge(module, "property", "seen", map);
        const std::uint32_t table = object(d, "array", "");
        d.edge(map, "internal", "table", table);
        fill(d, table, "internal", "object", "Answer", 200, 1000);
      }
    }
  });
  REQUIRE(findings.suspects.size() == 1);
  CHECK(findings.suspects.front().holder == "Map");
  CHECK(findings.suspects.front().constructor == "Answer");
  CHECK(findings.module_count == 400);
}

TEST_CASE("one heap: of nested piles that one is listed which has more objects at each holder") {
  const auto draw = [](std::size_t outer, std::size_t inner) {
    return pile_up([=](Drawing& d) {
      const std::uint32_t table = table_of(d, collection(d, "object", "Map"), "table", "");
      for (std::size_t i = 0; i < outer; ++i) {
        const std::uint32_t tenant = object(d, "object", "Tenant", 100);
        d.edge(table, "internal", fmt::format("{}", i), tenant);
        const std::uint32_t rows = object(d, "object", "Array");
        d.edge(tenant, "property", "rows", rows);
        for (std::size_t k = 0; k < inner; ++k) {
          d.edge(rows, "element", fmt::format("{}", k), object(d, "object", "Row", 100));
        }
      }
    });
  };
  const Findings inner = draw(20, 500);
  REQUIRE(inner.suspects.size() == 1);
  CHECK(inner.suspects.front().constructor == "Row");
  CHECK(inner.suspects.front().holder_count == 20);
  const Findings outer = draw(500, 20);
  REQUIRE(outer.suspects.size() == 1);
  CHECK(outer.suspects.front().constructor == "Tenant");
  CHECK(outer.suspects.front().holder_count == 1);
}

TEST_CASE("one heap: chains pile up, of links of one class and of closures that keep each other's scopes") {
  const Findings list = pile_up([](Drawing& d) {
    std::uint32_t at = collection(d, "object", "Queue");
    for (std::size_t i = 0; i < 1000; ++i) {
      const std::uint32_t node = object(d, "object", "Node", 200);
      d.edge(at, "property", i == 0 ? "head" : "next", node);
      at = node;
    }
  });
  REQUIRE(list.suspects.size() == 1);
  CHECK(list.suspects.front().constructor == "Node");
  CHECK(list.suspects.front().object_count_growth == 1000);
  CHECK(list.suspects.front().holder == "Queue");
  REQUIRE(list.suspects.front().alike.size() == 1);
  CHECK(list.suspects.front().alike.front().name == "Node");
  CHECK(list.suspects.front().alike.front().count == 1000);
  const Findings scopes = pile_up([](Drawing& d) {
    std::uint32_t at = collection(d, "object", "App2");
    const std::uint32_t shared = literal(d, "someMethod");
    for (std::size_t i = 0; i < 400; ++i) {
      const std::uint32_t closure = function_of(d, shared, "someMethod", 64);
      d.edge(at, "property", "someMethod", closure);
      const std::uint32_t scope = object(d, "object", "system / Context", 2000);
      d.edge(closure, "internal", "context", scope);
      const std::uint32_t thing = object(d, "object", "Object");
      d.edge(scope, "context", "originalThing", thing);
      at = thing;
    }
  });
  REQUIRE(!scopes.suspects.empty());
  CHECK(scopes.suspects.front().retained_bytes > 700000);
}

TEST_CASE("one heap: one large text is an accumulation, the text of a script is not") {
  const Findings text = pile_up([](Drawing& d) {
    d.edge(collection(d, "object", "Logger"), "property", "text", object(d, "string", "all of it", 900000));
  });
  REQUIRE(text.suspects.size() == 1);
  CHECK(text.suspects.front().holder == "Logger");
  CHECK_MESSAGE(!claims_growth(text.suspects.front()), text.suspects.front().why);
  const Findings source = pile_up([](Drawing& d) {
    const std::uint32_t script = object(d, "code", "system / Script");
    d.edge(collection(d, "object", "App2"), "internal", "script", script);
    d.edge(script, "internal", "source", object(d, "string", "function () {}", 900000));
  });
  CHECK(source.suspects.empty());
}

TEST_CASE("one heap: the rows of a table come from the dominators alone") {
  Drawing d;
  d.root = d.text.add_root();
  d.global = d.node("object", "global / ", 2, 1000);
  d.edge(d.root, "element", "1", d.global);
  fill(d, table_of(d, collection(d, "object", "Map"), "table", ""), "internal", "object", "Profile", 2000, 700);
  heapdiff::HeapOptions options;
  options.keep = heapdiff::GraphParts::nodes;
  const Heap heap = compute_heap(load_text(d.text.text()), options);
  const auto rows = heapdiff::likely_accumulations(heap, 10);
  REQUIRE(rows.size() == 1);
  CHECK(rows.front().content == "Profile");
  CHECK(rows.front().holder == "Map");
  CHECK(rows.front().count == 2000);
  CHECK(rows.front().bytes == 1400000);
}

TEST_CASE("one file with allocation times: what kept coming is a suspect with a rate, what came at once is not") {
  const Findings findings = pile_up([](Drawing& d) {
    // Ten seconds between samples; ids rise with time. 2 * id + 1 is the number in the file.
    for (std::uint64_t k = 0; k <= 12; ++k) {
      d.text.add_sample(k * 10'000'000, 2 * (kItems + 10000 * k) + 1);
    }
    const std::uint32_t held = collection(d, "object", "Array");
    const std::uint32_t cache = d.node("object", "Map", 20);
    d.edge(d.global, "property", "cache", cache);
    const std::uint32_t table = d.node("array", "", 21);
    d.edge(cache, "internal", "table", table);
    for (std::uint64_t k = 0; k < 12; ++k) {
      for (std::uint64_t i = 0; i < 100; ++i) {
        d.edge(held, "element", fmt::format("{}", 100 * k + i),
               d.node("object", "Job", kItems + 10000 * k + i + 1, 1000));
      }
    }
    for (std::uint64_t i = 0; i < 500; ++i) {
      d.edge(table, "internal", fmt::format("{}", i), d.node("object", "Profile", kItems + 5000 + i, 1000));
    }
  });
  CHECK(findings.ages == AgeSource::samples);
  REQUIRE(findings.suspects.size() == 1);
  const Suspect& s = findings.suspects.front();
  CHECK(s.constructor == "Job");
  CHECK(s.holder == "Array");
  REQUIRE(s.rate);
  CHECK(s.rate->estimate == doctest::Approx(36e6).epsilon(0.01));  // 100 kB in ten seconds
  CHECK(s.levels.size() == 13);
  CHECK(heapdiff::verdict_of(heapdiff::judge_verdict(findings, {}).reason) == heapdiff::Verdict::inconclusive);
}
