// The fix pattern: the program's own statement, and a fix that fits its collection.

#include "heapdiff/reports/repair_kit.h"
#include "support/sample_report.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace heapdiff;
using Operation = StoreHint::Operation;

LeakNames leak_at(const std::string& kind, const std::string& holder, const std::string& label) {
  LeakNames names;
  names.kind = kind;
  names.constructor = "Session";
  names.holder = holder;
  names.label = label;
  names.signature = "95a6dda51cc13020";
  names.place = "node_modules/@scope/store/lib/a.js:12";
  names.function = "remember";
  names.module = "lib/a.js";
  return names;
}

RepairKit kit_of(LeakNames names, Operation operation, const std::string& text, const std::string& method,
                 const std::string& receiver, const std::vector<std::string>& arguments) {
  names.statement = {text, operation, method, receiver, false, arguments};
  return repair_kit(names);
}

bool has_part(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("the fix pattern shows the program's own statement and no other") {
  const RepairKit kit =
      kit_of(leak_at("map-growth", "Map", "cache"), Operation::map_set, "this.cache.set(`${id}@${now()}`, hit)", "set",
             "this.cache", {"`${id}@${now()}`", "hit"});
  CHECK(kit.before == "// node_modules/@scope/store/lib/a.js:12\nthis.cache.set(`${id}@${now()}`, hit);\n");
  // A key that is made again at each evaluation is evaluated once.
  CHECK(has_part(kit.after, "const key = `${id}@${now()}`;\n"));
  CHECK(has_part(kit.after, "this.cache.set(key, hit);\n"));
  CHECK(has_part(kit.after, "this.cache.delete(this.cache.keys().next().value);"));
}

TEST_CASE("without its statement a leak has no example of what leaks") {
  LeakNames names = leak_at("array-growth", "Map", "_unreported");
  names.place.clear();
  const RepairKit kit = repair_kit(names);
  CHECK(kit.before.empty());
  CHECK(has_part(kit.after, "_unreported.set("));
  CHECK_FALSE(has_part(kit.after, ".push("));
  CHECK_FALSE(has_part(kit.after, "function remember"));
  for (const std::string& text :
       {kit.after, kit.test, kit.emit, kit.prometheus_rules, kit.datadog_monitor, kit.datadog_dashboard}) {
    CHECK_FALSE(has_part(text, "not known"));
  }
}

TEST_CASE("the operation of the fix is that of the statement") {
  const RepairKit array = kit_of(leak_at("array-growth", "Map", "stashes"), Operation::array_push,
                                 "stash.push(current)", "push", "stash", {"current"});
  CHECK(has_part(array.after, "stash.splice(0, stash.length - MOST)"));
  const RepairKit front = kit_of(leak_at("array-growth", "Array", "undo"), Operation::array_push,
                                 "this.undo.unshift(op)", "unshift", "this.undo", {"op"});
  CHECK(has_part(front.after, "this.undo.unshift(op);"));
  CHECK(has_part(front.after, "this.undo.length = MOST"));
  const RepairKit set = kit_of(leak_at("set-growth", "Set", "ranges"), Operation::set_add, "node.ranges.add(this)",
                               "add", "node.ranges", {"this"});
  CHECK(has_part(set.after, "node.ranges.add(this);"));
  CHECK(has_part(set.after, "node.ranges.delete(this)"));
  const RepairKit memo = kit_of(leak_at("object-growth", "Object", "memo"), Operation::keyed_store,
                                "memo[key] = read(key)", "[]", "memo", {"key", "read(key)"});
  CHECK(has_part(memo.after, "memo.set(key, read(key));"));
  const RepairKit instance = kit_of(leak_at("class-instance", "Array", "open"), Operation::array_push,
                                    "open.push(new Session(id))", "push", "open", {"new Session(id)"});
  CHECK(has_part(instance.after, "const item = new Session(id);\nopen.push(item);"));
  CHECK(has_part(instance.after, "open.splice(open.indexOf(item) >>> 0, 1);"));
}

TEST_CASE("of a text of which a slice is kept, the slice is copied") {
  const RepairKit set = kit_of(leak_at("string", "Set", "names"), Operation::set_add, "names.add(read(line))", "add",
                               "names", {"read(line)"});
  CHECK(has_part(set.after, "const piece = read(line);\nnames.add(Buffer.from(piece).toString());"));
  const RepairKit map = kit_of(leak_at("string", "Map", "names"), Operation::map_set, "names.set(id, name)", "set",
                               "names", {"id", "name"});
  CHECK(has_part(map.after, "names.set(id, Buffer.from(name).toString());"));
}

TEST_CASE("a listener is taken off with the function that was registered") {
  const RepairKit on =
      kit_of(leak_at("event-listener", "Bus", ""), Operation::listener, "this.bus.on(`room:${id}`, () => send(id))",
             "on", "this.bus", {"`room:${id}`", "() => send(id)"});
  CHECK(has_part(on.after, "const listener = () => send(id);"));
  CHECK(has_part(on.after, "this.bus.on(event, listener);"));
  CHECK(has_part(on.after, "this.bus.off(event, listener);"));
  const RepairKit target =
      kit_of(leak_at("event-listener", "AbortSignal", ""), Operation::listener,
             "signal.addEventListener('abort', stop)", "addEventListener", "signal", {"'abort'", "stop"});
  CHECK(has_part(target.after, "signal.addEventListener('abort', stop, { signal: done.signal });"));
}

TEST_CASE("a timer is cleared by the handle that the program keeps") {
  const RepairKit kept =
      kit_of(leak_at("timer", "TimersList", ""), Operation::timer, "this.timer = setInterval(() => this.beat(), 1000)",
             "setInterval", "", {"() => this.beat()", "1000"});
  CHECK(has_part(kept.after, "this.timer = setInterval(() => this.beat(), 1000);"));
  CHECK(has_part(kept.after, "clearInterval(this.timer);"));
  const RepairKit lost = kit_of(leak_at("timer", "TimersList", ""), Operation::timer,
                                "return Number(setTimeout(callback, delay))", "setTimeout", "", {"callback", "delay"});
  CHECK(has_part(lost.after, "const timer = setTimeout(callback, delay);"));
  CHECK(has_part(lost.after, "clearTimeout(timer);"));
}

TEST_CASE("what Node keeps itself is given back by Node's own call") {
  const RepairKit mark = kit_of(leak_at("array-growth", "Array", ""), Operation::performance_mark,
                                "performance.mark(begin)", "mark", "performance", {"begin"});
  CHECK(has_part(mark.after, "performance.clearMarks(begin);"));
  const RepairKit any = kit_of(leak_at("set-growth", "Set", ""), Operation::abort_signal_any,
                               "const signal = AbortSignal.any([shutdown.signal, cancel.signal])", "any", "AbortSignal",
                               {"[shutdown.signal, cancel.signal]"});
  CHECK(has_part(any.after, "shutdown.signal.removeEventListener('abort', stop);"));
}

TEST_CASE("names with marks and of eighty characters survive in the code") {
  const std::string event = "@scope/" + std::string(90, 'e') + "/ready";
  LeakNames names = leak_at("event-listener", "Bus", "");
  names.emitter = "Bus";
  names.event = event;
  const RepairKit kit = repair_kit(names);
  CHECK(has_part(kit.after, "'" + event + "'"));
  CHECK(has_part(kit.test, names.place));
  names.event = "a`${x}*'";
  CHECK(has_part(repair_kit(names).after, R"(`a\`\${x}${id}\'`)"));
  CHECK_FALSE(has_part(kit.datadog_monitor, "@"));
}

TEST_CASE("secrets in a statement are masked") {
  const RepairKit kit = kit_of(leak_at("map-growth", "Map", "cache"), Operation::map_set,
                               "cache.set('sk_live_4eC39HqLyjWDarjtT1zdp7dc', 1)", "set", "cache",
                               {"'sk_live_4eC39HqLyjWDarjtT1zdp7dc'", "1"});
  CHECK_FALSE(has_part(kit.before + kit.after, "4eC39HqLyjWDarjtT1zdp7dc"));
}

TEST_CASE("a tag for Datadog has no folder of a machine, also where a name joins paths") {
  LeakNames names = leak_at("event-listener", "Watcher", "files");
  names.event = "/app/dist/a.js|/home/ana/service/b.js";
  names.emitter = "Watcher";
  const RepairKit kit = repair_kit(names);
  for (const std::string& text : {kit.datadog_monitor, kit.datadog_dashboard}) {
    const std::string tag = text.substr(text.find("{name:"), text.find('}') - text.find("{name:"));
    CHECK_FALSE(has_part(tag, "/app"));
    CHECK_FALSE(has_part(tag, "ana"));
    CHECK(has_part(tag, "b.js"));
  }
}

TEST_CASE("an example has no name and no operation that the program does not have") {
  // A scope's variable is a function, or no name is known.
  LeakNames chain = leak_at("promise", "system / Context", "deliver");
  CHECK_FALSE(has_part(repair_kit(chain).after, "deliver.set("));
  CHECK_FALSE(repair_kit(chain).pattern.empty());
  for (const char* kind :
       {"closure", "class-instance", "map-growth", "set-growth", "array-growth", "pool", "unknown"}) {
    CAPTURE(kind);
    for (const char* holder : {"MessagePort", "FinalizationRegistry", "(synthetic)", "Set", "Map"}) {
      const std::string after = repair_kit(leak_at(kind, holder, "")).after;
      CHECK_FALSE(has_part(after, "collection."));
      CHECK_FALSE(has_part(after, "pool."));
    }
    CHECK_FALSE(has_part(repair_kit(leak_at(kind, "MessagePort", "port")).after, "port.add("));
  }
  CHECK(has_part(repair_kit(leak_at("class-instance", "Set", "open")).after, "open.add(session)"));
}

TEST_CASE("a timer that fired is taken out of where it is kept, not cleared") {
  LeakNames names = leak_at("timer", "Object", "timeouts");
  names.cause = LeakCause::kept_timers;
  const RepairKit kept = kit_of(names, Operation::timer, "timeouts[id] = setTimeout(function() { /* 3 lines */ }, ms)",
                                "setTimeout", "", {"function() { /* 3 lines */ }", "ms"});
  CHECK(has_part(kept.after, "delete timeouts[id];"));
  CHECK_FALSE(has_part(kept.pattern, "Keep the handle"));
  CHECK_FALSE(has_part(repair_kit(names).pattern, "Keep the handle"));
  // The runtime's list of active timers does not have those that fired.
  CHECK_FALSE(has_part(repair_kit(names).emit, "getActiveResourcesInfo"));
  names.cause = LeakCause::none;
  CHECK(has_part(repair_kit(names).emit, "getActiveResourcesInfo"));
}

TEST_CASE("the long-lived signal is one that the program has a name for") {
  const auto any = [](const std::string& list) {
    return kit_of(leak_at("set-growth", "Set", ""), Operation::abort_signal_any,
                  "const signal = AbortSignal.any(" + list + ")", "any", "AbortSignal", {list});
  };
  CHECK(has_part(any("[AbortSignal.timeout(1000), shutdown.signal]").after, "shutdown.signal.addEventListener("));
  CHECK(any("[AbortSignal.timeout(1000), stop()]").after.empty());
  CHECK(any("signals").after.empty());
}
