// The fix of a suspect in words: it fits the program's own code, and what the heap holds.

#include "compose/report_parts.h"
#include "heapdiff/reports/suspect_label.h"
#include "model/document.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

namespace heapdiff {

namespace {

using Operation = StoreHint::Operation;

/// Objects of a class in the collection `items`, at line 24 of a.js.
Suspect in_items(LeakKind kind, const std::string& constructor) {
  Suspect s;
  s.kind = kind;
  s.constructor = constructor;
  s.holder = "Map";
  s.label = "items";
  s.object_count_growth = 600;
  s.growth_bytes = 600'000;
  s.levels = {100'000, 700'000};
  return s;
}

/// A statement at line 24 of a.js that stores.
Site line_24(Operation operation = Operation::map_set, const std::string& text = "this.items.set(key, item)") {
  Site site;
  site.file = "a.js";
  site.line = 24;
  site.precision = SitePrecision::statement;
  site.statement.text = text;
  site.statement.operation = operation;
  return site;
}

Site listener_of(const std::string& method, const std::string& event, const std::string& function) {
  Site site = line_24(Operation::listener, "bus." + method + "(" + event + ", " + function + ")");
  site.statement.method = method;
  site.statement.receiver = "bus";
  site.statement.arguments = {event, function};
  return site;
}

std::string fix_of(const Suspect& s, const Site& site) {
  const std::vector<Facts> facts(2);
  return compose::report_suspect(s, {site}, facts, AgeSource::snapshots).fix;
}

std::string frees_of(const Suspect& s, AgeSource ages = AgeSource::snapshots) {
  const std::vector<Facts> facts(2);
  return compose::report_suspect(s, {}, facts, ages).fix_frees_text;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("where a line beside the suspect's removes from the same collection, no second limit is advised") {
  const Suspect s = in_items(LeakKind::map_growth, "Session");
  Site site = line_24();
  CHECK(has(fix_of(s, site), "bound the map"));
  site.removal = {25, "items.delete", false};
  CHECK(fix_of(s, site) ==
        "Line 25 has items.delete already: look at its condition, and whether its limit was reached.");
  site.removal.line = 60;
  CHECK(has(fix_of(s, site), "bound the map"));
  CHECK(has(fix_of(s, site), "Line 60 has items.delete already: look at when it runs"));
}

TEST_CASE("a copy that is thrown away is why nothing was removed") {
  Site site = line_24(Operation::array_push, "this.items.push(item)");
  site.removal = {19, "items.filter", true};
  const std::string fix = fix_of(in_items(LeakKind::array_growth, "Function"), site);
  CHECK(has(fix, "Line 19 calls items.filter() and drops the copy that it returns"));
  CHECK_FALSE(has(fix, "ring buffer"));
}

TEST_CASE("the fix of a listener is the call that takes this one off") {
  const Suspect s = in_items(LeakKind::event_listener, "Function");
  CHECK(has(fix_of(s, listener_of("on", "event", "handler")), "call bus.off(event, handler) when"));
  CHECK(has(fix_of(s, listener_of("addListener", "'a'", "f")), "call bus.removeListener('a', f) when"));
  // A function that is written in the call has no name yet, and an event can be an expression.
  CHECK(has(fix_of(s, listener_of("once", "'a'", "() => {\n}")), "call bus.off('a', listener) when"));
  CHECK(has(fix_of(s, listener_of("on", "name(of)", "f")), "call bus.off(event, f) when"));
  // It is known to stay: once() alone does not help.
  CHECK(has(fix_of(s, listener_of("once", "'a'", "f")), "once() takes a listener off only when the event comes"));
  CHECK_FALSE(has(fix_of(s, listener_of("on", "'a'", "f")), "once()"));
  // An observable's subscription is ended by what subscribe() returns.
  CHECK(has(fix_of(s, listener_of("subscribe", "'a'", "f")), "keep what subscribe() returns"));
  // once(emitter, event) of node:events.
  Site bare = listener_of("once", "emitter", "'a'");
  bare.statement.receiver.clear();
  CHECK(has(fix_of(s, bare), "call off(event, listener) when"));
  // Emitters take no AbortSignal.
  CHECK_FALSE(has(fix_of(s, listener_of("on", "'a'", "f")), "AbortSignal"));
  CHECK(has(fix_of(s, line_24()), "call off(event, listener) when"));
  CHECK(has(fix_of(s, listener_of("on", "'SECRET_KEY=hunter2hunter2'", "f")), "bus.off("));
  CHECK_FALSE(has(fix_of(s, listener_of("on", "'SECRET_KEY=hunter2hunter2'", "f")), "hunter2"));
}

TEST_CASE("a listener of an EventTarget comes off by its function or by a signal") {
  Suspect s = in_items(LeakKind::event_listener, "Listener");
  s.cause = LeakCause::event_target;
  const std::string fix = fix_of(s, listener_of("addEventListener", "'abort'", "() => {\n}"));
  CHECK(has(fix, "call bus.removeEventListener('abort', listener) when"));
  CHECK(has(fix, "the signal of an AbortController"));
  CHECK(has(fix_of(s, line_24()), "removeEventListener(type, listener)"));
}

TEST_CASE("a copy of a small part makes what is kept smaller, and does not end its growth") {
  const std::string fix = fix_of(in_items(LeakKind::buffer, "Buffer"), line_24(Operation::array_push, "items.push(b)"));
  CHECK(has(fix, "Buffer.from(slice)"));
  CHECK(has(fix, "take out of items what is done with"));
}

TEST_CASE("a key that has a clock or chance in it is named as the fault") {
  const auto fix_for = [](const std::string& key) {
    Site site = line_24(Operation::map_set, "items.set(" + key + ", item)");
    site.statement.arguments = {key, "item"};
    return fix_of(in_items(LeakKind::map_growth, "Session"), site);
  };
  CHECK(has(fix_for("`${id}@${process.hrtime.bigint()}`"), "The key has hrtime.bigint() in it"));
  CHECK(has(fix_for("Date.now()"), "The key has Date.now() in it"));
  CHECK(has(fix_for("new Date().toISOString()"), "The key has new Date() in it"));
  for (const char* key : {"id", "`${id}:${day}`", "new Date(day).toISOString()", "uuid(name, space)", "myDate.now()",
                          "item.createdAt", "JSON.stringify(query)"}) {
    CAPTURE(key);
    CHECK(has(fix_for(key), "bound the map"));
  }
}

TEST_CASE("a timer is cleared by the function that fits the one that started it") {
  const Suspect s = in_items(LeakKind::timer, "Timeout");
  CHECK(has(fix_of(s, line_24(Operation::timer, "setTimeout(() => {}, ttl)")), "call clearTimeout when"));
  CHECK(has(fix_of(s, line_24(Operation::timer, "this.t = setInterval(f, 10)")), "call clearInterval when"));
  CHECK(has(fix_of(s, line_24(Operation::timer, "start(f)")), "clearInterval or clearTimeout"));
}

TEST_CASE("functions in an array are not handled, but taken out by their owners") {
  const Site push = line_24(Operation::array_push, "items.push(f)");
  CHECK(has(fix_of(in_items(LeakKind::array_growth, "Function"), push), "Take each function out"));
  CHECK(has(fix_of(in_items(LeakKind::array_growth, "Job"), push), "bound the array"));
}

TEST_CASE("a chain of an async function that returns a call of itself becomes a loop") {
  Suspect s = in_items(LeakKind::promise, "Promise");
  s.cause = LeakCause::promise_chain;
  Site site = line_24(Operation::wait, "return poll(round + 1)");
  site.function = "poll";
  CHECK(has(fix_of(s, site), "Make it a loop"));
  site.statement.text = "tail = tail.then(work)";
  CHECK(has(fix_of(s, site), "not from the one before"));
}

TEST_CASE("long texts are bounded first, and made smaller after that") {
  Suspect s = in_items(LeakKind::set_growth, "(concatenated string)");
  s.cause = LeakCause::string_parts;
  const std::string fix = fix_of(s, line_24(Operation::set_add, "items.add(text)"));
  CHECK(fix.find("bound the set") < fix.find("copy the text"));
  CHECK_FALSE(has(fix, "WeakSet"));
}

TEST_CASE("all statements that add to the performance timeline are named, and resources only where there are any") {
  Suspect s = in_items(LeakKind::array_growth, "PerformanceMark");
  s.cause = LeakCause::performance_timeline;
  Site second = line_24(Operation::performance_mark, "performance.mark(end)");
  second.line = 27;
  const std::vector<Facts> facts(2);
  const std::string fix =
      compose::report_suspect(s, {line_24(Operation::performance_mark, "performance.mark(a)"), second}, facts,
                              AgeSource::snapshots)
          .fix;
  CHECK(has(fix, "Entries come from a.js:27, too."));
  CHECK_FALSE(has(fix, "clearResourceTimings"));
  s.constructor = "PerformanceResourceTiming";
  CHECK(has(fix_of(s, second), "clearResourceTimings"));
}

TEST_CASE("what settles promises is to be rejected and not only dropped") {
  CHECK(has(fix_of(in_items(LeakKind::map_growth, "{resolve, reject}"), line_24()), "after a time limit reject it"));
  CHECK(has(fix_of(in_items(LeakKind::map_growth, "{reject, timer, resolve}"), line_24()), "reject it"));
  for (const char* counters : {"{resolved, rejected}", "{resolve, rejected}", "{preresolve, reject}", "Deferred"}) {
    CAPTURE(counters);
    CHECK_FALSE(has(fix_of(in_items(LeakKind::map_growth, counters), line_24()), "reject it"));
  }
}

TEST_CASE("elements that listeners keep need these removed") {
  Site site = line_24();
  const Suspect s = in_items(LeakKind::detached_dom, "Detached <p>");
  CHECK_FALSE(has(fix_of(s, site), "removeEventListener"));
  site.statement.operation = Operation::listener;
  CHECK(has(fix_of(s, site), "Call removeEventListener"));
}

TEST_CASE("the report says that clearing frees the new objects, because only those were checked") {
  Suspect s = in_items(LeakKind::map_growth, "Session");
  s.fix_frees_bytes = 500'000;
  CHECK(has(frees_of(s), "Clearing `items` of its new objects would free 500 kB (checked by removing"));
  CHECK(has(frees_of(s, AgeSource::structure), "Clearing `items` would free at least 500 kB"));
  s.holder = "Promise";
  CHECK(has(frees_of(s), "Settling `items` would free at least 500 kB"));
}

TEST_CASE("each way to say what would be freed marks the name as code") {
  Suspect s = in_items(LeakKind::map_growth, "Session");
  for (const std::uint64_t bytes : {500'000U, 900'000U}) {
    for (const char* holder : {"Map", "Promise", "system / Context"}) {
      for (const AgeSource ages : {AgeSource::snapshots, AgeSource::structure}) {
        s.fix_frees_bytes = bytes;
        s.holder = holder;
        const std::string text = frees_of(s, ages);
        CAPTURE(text);
        CHECK(model::names_one_thing(text));
      }
    }
  }
}

TEST_CASE("what frees more than grew says so, and what is no collection is dropped and not cleared") {
  Suspect s = in_items(LeakKind::map_growth, "Session");
  s.fix_frees_bytes = 700'000;
  CHECK(has(frees_of(s), "Clearing `items` of its new objects would free 700 kB, more than it grew by (checked"));
  s.holder = "system / Context";
  CHECK(has(frees_of(s), "Dropping what `items` keeps would free 700 kB, more than it grew by (checked"));
  s.fix_frees_bytes = 500'000;
  CHECK(has(frees_of(s), "Dropping what `items` keeps would free 500 kB (checked"));
  s.holder = "Log";
  s.kind = LeakKind::string;
  CHECK(has(frees_of(s), "Dropping what `items` keeps"));
}

TEST_CASE("a holder without a name of its own lies in the collection that has one") {
  Suspect s = in_items(LeakKind::array_growth, "Row");
  s.holder = "Array";
  s.holder_id = 9;
  const auto step = [&s](EdgeType type, const std::string& edge, const std::string& node, std::uint64_t id) {
    SuspectStep made;
    made.edge_type = type;
    made.edge = edge;
    made.node = node;
    made.node_id = id;
    s.path.push_back(made);
  };
  step(EdgeType::property, "items", "Map", 7);
  CHECK_FALSE(is_element_of_label(s));  // the holder is not on this path
  step(EdgeType::internal, "9", "Array", 9);
  step(EdgeType::element, "0", "Row", 11);
  CHECK(is_element_of_label(s));
  CHECK(label_suspect(s, {}, {}).title == "600 more Row objects held by Array in \"items\"");
  s.holder_id = 7;
  s.holder = "Map";
  CHECK_FALSE(is_element_of_label(s));
  CHECK(label_suspect(s, {}, {}).title == "600 more Row objects held by Map \"items\"");
}

TEST_CASE("the fix of a known cause is not lost where the line is a package's") {
  Suspect s = in_items(LeakKind::map_growth, "AsyncLocalStorage");
  Site site = line_24();
  site.package = "@acme/trace";
  CHECK_FALSE(has(fix_of(s, site), "In the package:"));
  s.cause = LeakCause::http_agent;
  CHECK(has(fix_of(s, site), "In the package: "));
  CHECK_FALSE(has(fix_of(s, site), "`"));
}

TEST_CASE("a minified class or variable has the name that its author gave it, and that of the heap behind it") {
  Suspect s = in_items(LeakKind::map_growth, "e");
  s.renamed = {{"e", "Answer", false}, {"n", "deliver", true}};
  CHECK(label_suspect(s, {}, {}).title == "600 more Answer objects (e in the heap) held by Map \"items\"");
  s.constructor = "Answer";
  CHECK(label_suspect(s, {}, {}).title == "600 more Answer objects held by Map \"items\"");
  s.holder = "system / Context";
  s.label = "n";
  CHECK(label_suspect(s, {}, {}).title ==
        "600 more Answer objects held by the variable \"deliver\" (\"n\" in the heap)");
  s.label = "e";  // a variable is no class
  CHECK(label_suspect(s, {}, {}).title == "600 more Answer objects held by the variable \"e\"");
}

}  // namespace heapdiff
