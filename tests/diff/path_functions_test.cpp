// Which functions of a program a suspect's path leads to, in drawn heaps shaped as real Node.js writes them.

#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <vector>

namespace {

using namespace heapdiff;

/// A heap with functions in scripts, while it is drawn.
struct Program {
  test::SnapshotText text;
  std::uint32_t root = text.add_root();
  std::uint32_t roots = node("synthetic", "(GC roots)", 1);
  std::uint32_t global = node("object", "global / ", 1001);
  std::uint64_t next = 5001;  // ids of what is the same in every snapshot

  Program() {
    edge(root, "element", "1", roots);
    edge(roots, "element", "1", global);
    edge(root, "shortcut", "global", global);
  }
  std::uint32_t node(const char* type, const std::string& name, std::uint64_t id, std::uint64_t bytes = 32) {
    return text.add_node(type, name, bytes, id);
  }
  std::uint32_t old(const char* type, const std::string& name) { return node(type, name, next += 2); }
  void edge(std::uint32_t from, const char* type, const std::string& name, std::uint32_t to) {
    text.add_edge(from, type, name, to);
  }
  std::uint32_t script(const std::string& name) {
    const std::uint32_t script = old("code", name);
    edge(roots, "element", "9", script);
    edge(script, "internal", "name", old("string", name));
    edge(script, "internal", "source", old("string", "'use strict';"));
    return script;
  }
  /// What closures of one literal share; `through` names the edge to its script.
  std::uint32_t literal(const std::string& name, std::uint32_t script, const char* through = "script") {
    const std::uint32_t shared = old("code", name);
    edge(roots, "element", "10", shared);
    edge(shared, "internal", through, script);
    return shared;
  }
  std::uint32_t closure(const std::string& name, std::uint32_t shared, std::uint32_t line, std::uint64_t id = 0) {
    const std::uint32_t closure = id == 0 ? old("closure", name) : node("closure", name, id, 64);
    edge(closure, "internal", "shared", shared);
    text.add_location(closure, 1, line - 1, 4);
    return closure;
  }
};

constexpr std::uint64_t kItems = 100001;
constexpr std::uint64_t kSpan = 40;

/// The first suspect of four snapshots with 100, 200, 300 and 400 items.
Suspect first_of(const std::function<void(Program&, std::uint64_t items)>& draw) {
  std::vector<Facts> facts;
  std::vector<double> hours;
  Heap last;
  for (std::uint64_t k = 0; k < 4; ++k) {
    Program program;
    draw(program, 100 + 100 * k);
    last = compute_heap(test::load_text(program.text.text()), {});
    facts.push_back(collect(last));
    hours.push_back(static_cast<double>(k));
  }
  const Findings findings = find_suspects(last, facts, clocks_of(facts.size(), {}, hours));
  REQUIRE(!findings.suspects.empty());
  return findings.suspects.front();
}

bool leads_to(const Suspect& suspect, const std::string& script, std::uint32_t line) {
  for (const FunctionPosition& f : suspect.functions) {
    if (f.script == script && f.line == line) {
      return true;
    }
  }
  return false;
}

/// An array that grows, as the variable `rows` of a module's context; returns that context.
std::uint32_t module_with_rows(Program& p, std::uint64_t items) {
  const std::uint32_t context = p.old("object", "system / Context");
  const std::uint32_t exports = p.closure("step", p.literal("step", p.script("/app/app.js")), 3);
  p.edge(p.global, "property", "step", exports);
  p.edge(exports, "internal", "context", context);
  const std::uint32_t rows = p.old("object", "Array");
  p.edge(context, "context", "rows", rows);
  for (std::uint64_t i = 0; i < items; ++i) {
    p.edge(rows, "element", std::to_string(i), p.node("object", "Row", kItems + kSpan * i, 1000));
  }
  return context;
}

}  // namespace

TEST_CASE("a closure in a scope within the context, as eval makes one, is a place to look") {
  const Suspect s = first_of([](Program& p, std::uint64_t items) {
    const std::uint32_t context = module_with_rows(p, items);
    const std::uint32_t scope = p.old("object", "system / Context");
    p.edge(scope, "internal", "previous", context);
    const std::uint32_t add = p.closure("add", p.literal("add", p.script("generated/add.js")), 1);
    p.edge(p.global, "property", "add", add);
    p.edge(add, "internal", "context", scope);
  });
  CHECK(s.label == "rows");
  CHECK(leads_to(s, "/app/app.js", 3));
  CHECK(leads_to(s, "generated/add.js", 1));
  CHECK(s.functions.front().script == "/app/app.js");
}

TEST_CASE("a function that a variable of the context holds is a place to look") {
  const Suspect s = first_of([](Program& p, std::uint64_t items) {
    const std::uint32_t context = module_with_rows(p, items);
    const std::uint32_t keep = p.closure("keep", p.literal("keep", p.script("/app/lib/keep.js")), 12);
    p.edge(context, "context", "keep", keep);
  });
  CHECK(leads_to(s, "/app/lib/keep.js", 12));
}

TEST_CASE("when the path names the runtime alone, the suspended function below it is named") {
  // What `await once(bus, event)` leaves: a listener of node:events, whose promise an async function waits for.
  const Suspect s = first_of([](Program& p, std::uint64_t items) {
    const std::uint32_t bus = p.old("object", "Bus");
    p.edge(p.global, "property", "bus", bus);
    const std::uint32_t events = p.old("object", "Object");
    p.edge(bus, "property", "_events", events);
    const std::uint32_t list = p.old("object", "Array");
    p.edge(events, "property", "never", list);
    const std::uint32_t resolver = p.literal("resolver", p.script("node:events"));
    const std::uint32_t script = p.script("/app/app.js");
    const std::uint32_t wait = p.closure("wait", p.literal("wait", script), 7);
    p.edge(p.global, "property", "wait", wait);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint64_t id = kItems + kSpan * i;
      const std::uint32_t listener = p.closure("resolver", resolver, 985, id);
      p.edge(list, "element", std::to_string(i), listener);
      std::uint32_t at = listener;
      const char* const chain[][3] = {{"internal", "context", "system / Context"},
                                      {"context", "resolve", "Promise"},
                                      {"internal", "reactions_or_result", "system / PromiseReaction"},
                                      {"internal", "fulfill_handler", "system / Context"}};
      std::uint64_t depth = 1;
      for (const auto& [type, edge, name] : chain) {
        const std::uint32_t node = p.node("object", name, id + 2 * depth++, 100);
        p.edge(at, type, edge, node);
        at = node;
      }
      const std::uint32_t suspended = p.node("object", "wait", id + 2 * depth, 900);
      p.edge(at, "internal", "extension", suspended);
      p.edge(suspended, "internal", "function", wait);
      p.text.add_location(suspended, 1, 8, 2);
    }
  });
  REQUIRE(!s.functions.empty());
  CHECK(s.functions.front().script == "/app/app.js");
  CHECK(s.functions.front().evidence == SiteEvidence::generator);
}

TEST_CASE("the script of a function with a breakpoint lies behind its DebugInfo") {
  Program p;
  const std::uint32_t script = p.script("/app/a.js");
  const std::uint32_t debug = p.old("code", "system / DebugInfo");
  const std::uint32_t shared = p.literal("stopped", debug, "script_or_debug_info");
  p.edge(debug, "hidden", "1", shared);
  p.edge(debug, "hidden", "3", script);
  const std::uint32_t closure = p.closure("stopped", shared, 21);
  p.edge(p.global, "property", "stopped", closure);
  const SnapshotGraph graph = test::load_text(p.text.text()).graph;
  const auto place = place_of(graph, NodeIndex(closure));
  REQUIRE(place);
  CHECK(place->text() == "/app/a.js:21");
  CHECK(place->source == "'use strict';");
}

TEST_CASE("a script whose name is a part of another string bears its name itself") {
  Program p;
  const std::uint32_t script = p.old("code", "/app/app.js");
  p.edge(p.roots, "element", "9", script);
  const std::uint32_t name = p.old("sliced string", "(sliced string)");
  p.edge(name, "internal", "parent", p.old("string", "file:///app/app.js"));
  p.edge(script, "internal", "name", name);
  const std::uint32_t closure = p.closure("step", p.literal("step", script), 4);
  p.edge(p.global, "property", "step", closure);
  const SnapshotGraph graph = test::load_text(p.text.text()).graph;
  const auto place = place_of(graph, NodeIndex(closure));
  REQUIRE(place);
  CHECK(place->text() == "/app/app.js:4");
  CHECK(place->source.empty());
}

TEST_CASE("a function before the first character of its file has no line, and one on a line before it no column") {
  Program p;
  const std::uint32_t script = p.script("/app/wrapped.js");
  const auto function_at = [&](const std::string& name, std::uint32_t line, std::uint32_t column) {
    const std::uint32_t closure = p.old("closure", name);
    p.edge(closure, "internal", "shared", p.literal(name, script));
    p.edge(p.global, "property", name, closure);
    p.text.add_location(closure, 1, line, column);
    return closure;
  };
  const std::uint32_t wrapper = function_at("wrapper", 4294967291U, 9);
  const std::uint32_t beside = function_at("beside", 2, 4294967286U);
  const SnapshotGraph graph = test::load_text(p.text.text()).graph;
  CHECK_FALSE(place_of(graph, NodeIndex(wrapper)));
  const auto place = place_of(graph, NodeIndex(beside));
  REQUIRE(place);
  CHECK(place->text() == "/app/wrapped.js:3");
  CHECK(place->column == 0);
}
