#include "support/drawn_leaks.h"

namespace heapdiff::test {

namespace {

DrawnLeak chain_of_promises() {
  DrawnLeak leak{"promise chain", LeakKind::promise, LeakCause::promise_chain, {12}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t queue = holder_of(d, "Array", {});
    std::uint32_t before = d.node("object", "Promise", 12);
    d.edge(queue, "element", "0", before);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t reaction = d.node("hidden", "system / PromiseReaction", item_id(i), 48);
      const std::uint32_t next = d.node("object", "Promise", item_id(i, 1), 1000);
      if (mutation == "no chain") {
        d.edge(queue, "element", fmt::format("{}", i + 1), next);
        d.edge(next, "internal", "reactions_or_result", reaction);
        continue;
      }
      d.edge(before, "internal", i == 0 && mutation == "settled head" ? "result" : "reactions_or_result", reaction);
      d.edge(reaction, "hidden", "3", next);
      before = next;
    }
  };
  leak.truth = {{FactKind::longest_chain, "Promise", 300},
                {FactKind::kept_by_another, "Promise", 299},
                {FactKind::waits_for_older, "", 3}};
  leak.mutations = {{"no chain", "are a chain"}, {"settled head", "is pending"}};
  return leak;
}

/// As where an async function returns a call of itself: what is pending is the newest one, and each keeps the one
/// before.
DrawnLeak chain_of_newer_promises() {
  DrawnLeak leak{"promise chain, newest first", LeakKind::promise, LeakCause::promise_chain, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t rounds = holder_of(d, "Array", {});
    std::uint32_t older = UINT32_MAX;
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t promise = d.node("object", "Promise", item_id(i, 1), 1000);
      if (older != UINT32_MAX) {
        const std::uint32_t reaction = d.node("hidden", "system / PromiseReaction", item_id(i), 48);
        d.edge(promise, "internal", "reactions_or_result", mutation == "settled" ? older : reaction);
        d.edge(reaction, "hidden", "3", older);
      }
      older = promise;
    }
    d.edge(rounds, "element", "0", older);
  };
  leak.truth = {{FactKind::longest_chain, "Promise", 300},
                {FactKind::waits_for_newer, "", 2},
                {FactKind::waiters_of_head, "", 1}};
  leak.mutations = {{"settled", "made after it"}, {"settled", "is pending"}};
  return leak;
}

DrawnLeak waiters() {
  DrawnLeak leak{"waiters of one promise", LeakKind::promise, LeakCause::promise_waiters, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t gate = holder_of(d, "Promise", {});
    std::uint32_t older = UINT32_MAX;
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t reaction = d.node("hidden", "system / PromiseReaction", item_id(i), 48);
      d.edge(reaction, "hidden", "3", d.node("object", "Promise", item_id(i, 1), 900));
      if (older != UINT32_MAX) {
        d.edge(reaction, "hidden", "0", older);
      }
      older = reaction;
    }
    d.edge(gate, "internal", mutation == "settled" ? "result" : "reactions_or_result", older);
  };
  leak.truth = {{FactKind::waiters, "", 300}, {FactKind::waiters_of_holder, "", 400}};
  leak.mutations = {{"settled", "waiters hang from"}};
  return leak;
}

DrawnLeak listeners() {
  DrawnLeak leak{"listeners", LeakKind::event_listener, LeakCause::none, {20}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t bus = d.node("object", "Bus", mutation == "new holder" ? 5600 + d.step : 20);
    d.edge(d.global, "property", "bus", bus);
    const std::uint32_t events = d.node("object", "Object", 21);
    d.edge(bus, "property", "_events", events);
    const std::uint32_t list = d.node("object", "Array", 22);
    d.edge(events, "property", "tick", list);
    const std::uint32_t on_tick = literal(d, "onTick", 30);
    const std::uint32_t other = literal(d, "other", 40);
    if (mutation == "others let go" && d.step == 0) {  // as many listeners of another emitter go as come
      const std::uint32_t old_bus = d.node("object", "Bus", 25);
      d.edge(d.global, "property", "oldBus", old_bus);
      const std::uint32_t old_events = d.node("object", "Object", 26);
      d.edge(old_bus, "property", "_events", old_events);
      const std::uint32_t old_list = d.node("object", "Array", 27);
      d.edge(old_events, "property", "tick", old_list);
      for (std::uint64_t k = 0; k < 320; ++k) {
        d.edge(old_list, "element", fmt::format("{}", k), d.node("closure", "old", 7000 + k));
      }
    }
    for (std::uint64_t i = 0; i < items; ++i) {
      const bool once = i % 2 == 1 && mutation != "none with once";
      const std::uint32_t shared = mutation == "two functions" && i % 4 == 0 ? other : on_tick;
      const std::uint32_t function = function_at(d, shared, shared == other ? "other" : "onTick", item_id(i), 64);
      const std::uint32_t scope = d.node("object", "system / Context", item_id(i, 1), 40);
      d.edge(function, "internal", "context", scope);
      const std::uint32_t session = d.node("object", "Session", item_id(i, 2), 600);
      d.edge(scope, "context", "session", session);
      d.edge(session, "property", "user", d.node("object", "User", item_id(i, 4), 300));
      std::uint32_t listener = function;
      if (once) {
        listener = d.node("closure", "onceWrapper", item_id(i, 3), 64);
        d.edge(listener, "property", "listener", function);
      }
      d.edge(list, "element", fmt::format("{}", i), listener);
    }
  };
  leak.truth = {{FactKind::listeners, "Bus tick", 100},
                {FactKind::listeners, "Bus tick", 400},
                {FactKind::functions, "", 300},
                {FactKind::once_listeners, "", 150},
                {FactKind::scopes, "", 300},
                {FactKind::variable_bytes, "session", 900},
                {FactKind::holders, "", 1}};
  leak.mutations = {{"others let go", "went from"},
                    {"two functions", "closures of one function"},
                    {"none with once", "were registered with `once`"},
                    {"new holder", "one and the same Bus"}};
  return leak;
}

DrawnLeak timers() {
  DrawnLeak leak{"timers", LeakKind::timer, LeakCause::none, {30}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t lists = holder_of(d, "Object", {});
    const std::uint32_t list = d.node("object", "TimersList", 30);
    d.edge(lists, "element", "60000", list);
    const std::uint32_t null = d.node("hidden", "system / Oddball", 31, 0);
    d.edge(d.root, "element", "7", null);
    const std::uint32_t fire = literal(d, "fire", 40);
    std::uint32_t before = list;
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t timeout = d.node("object", "Timeout", item_id(i), 100);
      const std::uint32_t callback = function_at(d, fire, "fire", item_id(i, 1), 900);
      const bool fired = mutation == "all fired";
      if (fired) {
        d.edge(list, "element", fmt::format("{}", i), timeout);
        d.edge(timeout, "property", "_idleNext", null);
        d.edge(timeout, "property", "_idlePrev", null);
      } else {
        d.edge(before, "property", "_idleNext", timeout);
        d.edge(timeout, "property", "_idlePrev", before);
        before = timeout;
      }
      d.edge(timeout, "property", "_onTimeout", callback);
      if (mutation == "all repeat" ? false : i % 4 != 0) {
        d.edge(timeout, "property", "_repeat", null);
      }
    }
  };
  leak.truth = {{FactKind::new_timers, "", 300},      {FactKind::timers_once, "", 225},
                {FactKind::timers_repeating, "", 75}, {FactKind::pending_timers, "", 100},
                {FactKind::pending_timers, "", 400},  {FactKind::timer_period, "", 60000}};
  leak.mutations = {{"all fired", "all are still pending"},
                    {"all fired", "Not fired timers"},
                    {"all fired", "went from"},
                    {"all repeat", "fire once"}};
  return leak;
}

DrawnLeak timers_by_number() {
  DrawnLeak leak{"timers by number", LeakKind::timer, LeakCause::timers_by_number, {60}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t scope =
        runtime_scope(d, mutation == "a program's table" ? "/app/timers.js" : "node:internal/timers", 50);
    const std::uint32_t table = d.node("object", "Object", 60);
    d.edge(scope, "context", "knownTimersById", table);
    const std::uint32_t null = d.node("hidden", "system / Oddball", 61, 0);
    d.edge(d.root, "element", "7", null);
    const std::uint32_t list = d.node("object", "TimersList", 62);
    d.edge(d.global, "property", "list", list);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t timeout = d.node("object", "Timeout", item_id(i), 1000);
      d.edge(table, "element", fmt::format("{}", i), timeout);
      d.edge(timeout, "property", "_idleNext",
             mutation == "pending" || (mutation == "some pending" && i % 3 == 0) ? list : null);
      d.edge(timeout, "property", "_repeat", null);
    }
  };
  leak.truth = {
      {FactKind::new_timers, "", 300}, {FactKind::timers_pending, "", 0}, {FactKind::items_of, "Timeout", 300}};
  leak.mutations = {{"pending", "have fired"}, {"some pending", "All 300"}, {"a program's table", "Node's table"}};
  return leak;
}

DrawnLeak generators() {
  DrawnLeak leak{"generators", LeakKind::generator, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t cursors = holder_of(d, "Array", mutation);
    const std::uint32_t rows = d.node("closure", "rows", 60);
    const std::uint32_t lines = d.node("closure", "lines", 61);
    d.edge(d.global, "property", "rows", rows);
    d.edge(d.global, "property", "lines", lines);
    for (std::uint64_t i = 0; i < items; ++i) {
      const bool other = mutation == "two functions" && i % 3 == 0;
      const std::uint32_t generator = d.node("object", other ? "lines" : "rows", item_id(i), 100);
      d.edge(cursors, "element", fmt::format("{}", i), generator);
      d.edge(generator, "internal", "function", other ? lines : rows);
      d.edge(generator, "internal", "parameters_and_registers", d.node("array", "", item_id(i, 1), 900));
    }
  };
  leak.truth = {{FactKind::generators, "", 300}, {FactKind::generators_of, "rows", 300}};
  leak.mutations = {{"two functions", "All of them are generators of"}, {"new holder", "one and the same Array"}};
  return leak;
}

DrawnLeak closures() {
  DrawnLeak leak{"closures", LeakKind::closure, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t holder = holder_of(d, "Registry", mutation);
    const std::uint32_t one = literal(d, "undo", 30);
    const std::uint32_t two = literal(d, "redo", 40);
    const std::uint32_t null = d.node("hidden", "system / Oddball", 31, 48);
    d.edge(d.root, "element", "7", null);
    for (std::uint64_t i = 0; i < items; ++i) {
      const bool other = mutation == "two functions" && i % 3 == 0;
      const std::uint32_t function = function_at(d, other ? two : one, other ? "redo" : "undo", item_id(i), 64);
      d.edge(holder, "element", fmt::format("{}", i), function);
      const std::uint32_t scope =
          d.node("object", "system / Context", mutation == "one scope" ? 70 : item_id(i, 1), 40);
      d.edge(function, "internal", "context", scope);
      d.edge(scope, "context", "page", d.node("object", "Page", mutation == "one scope" ? 71 : item_id(i, 2), 900));
      d.edge(scope, "context", "done", null);
    }
  };
  leak.truth = {{FactKind::functions, "", 300}, {FactKind::scopes, "", 300}, {FactKind::variable_bytes, "page", 900}};
  leak.mutations = {{"two functions", "functions are closures of one"}, {"new holder", "one and the same Registry"}};
  return leak;
}

DrawnLeak contexts() {
  DrawnLeak leak{"request contexts", LeakKind::async_context, LeakCause::request_context, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t waiting = holder_of(d, "Array", mutation);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t resource = d.node("object", "Job", item_id(i), 64);
      d.edge(waiting, "element", fmt::format("{}", i), resource);
      const std::uint32_t frame =
          d.node("object", mutation == "no frames" ? "Wrapper" : "AsyncContextFrame", item_id(i, 1), 32);
      d.edge(resource, "property", "frame", frame);
      d.edge(frame, "internal", "5", d.node("object", "User", item_id(i, 2), 400));
      d.edge(frame, "internal", "6", d.node("object", "Basket", item_id(i, 3), 300));
      if (mutation != "uneven" || i % 5 != 0) {
        d.edge(frame, "internal", "7", d.node("object", "Trace", item_id(i, 4), 200));
        d.edge(frame, "internal", "8", d.node("object", "Trace", item_id(i, 5), 200));
      }
      if (mutation == "uneven" && i % 5 == 0) {
        d.edge(frame, "internal", "7", d.node("object", "Trace", item_id(i, 4), 200));
        d.edge(resource, "property", "log", d.node("object", "Array", item_id(i, 6), 16));
      }
    }
  };
  leak.truth = {
      {FactKind::contexts, "AsyncContextFrame", 300}, {FactKind::brought, "Trace", 2}, {FactKind::brought, "User", 1}};
  leak.mutations = {{"no frames", "contexts of asynchronous work"}, {"uneven", "2 Trace"}};
  return leak;
}

DrawnLeak detached() {
  DrawnLeak leak{"detached nodes", LeakKind::detached_dom, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t rows = holder_of(d, "Array", mutation);
    const std::uint32_t prototype = d.node("object", "HTMLTableRowElement", 79);
    d.edge(d.global, "property", "rowPrototype", prototype);
    if (mutation != "no document") {
      for (std::uint64_t k = 0; k < 9; ++k) {
        d.edge(d.global, "property", fmt::format("attached{}", k), d.node("native", "<p>", 80 + k, 100, 1));
      }
    }
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t row = d.node("native", "<tr>", item_id(i), 400, 2);
      d.edge(row, "property", "__proto__", prototype);  // merged with its wrapper, so that its id lasts
      d.edge(rows, "element", fmt::format("{}", i), row);
      d.edge(row, "internal", "1", d.node("native", "Text", item_id(i, 1), 100, 2));
      d.edge(row, "internal", "2", d.node("native", "blink::UniqueElementData", item_id(i, 2), 600, 2));
      d.edge(row, "internal", "3", d.node("native", "InternalNode", item_id(i, 3), 60, 2));
    }
  };
  leak.truth = {{FactKind::dom_nodes, "", 600},
                {FactKind::dom_nodes_of, "<tr>", 300},
                {FactKind::dom_nodes_of, "Text", 300},
                {FactKind::attached_nodes, "", 9}};
  leak.mutations = {{"no document", "Not the document"}};
  return leak;
}

DrawnLeak dictionary() {
  DrawnLeak leak{"dictionary", LeakKind::object_growth, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view) {
    const std::uint32_t object = holder_of(d, "Object", {});
    const std::uint32_t store = table_of(d, object, "properties", "(object properties)");
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t value = d.node("object", "Profile", item_id(i), 1000);
      d.edge(object, "property", fmt::format("key {}", i), value);
      d.edge(store, "internal", fmt::format("{}", 2 * i + 5), d.node("string", "", item_id(i, 1), 500));
      d.edge(store, "internal", fmt::format("{}", 2 * i + 6), value);
    }
  };
  leak.truth = {{FactKind::items_with_keys, "", 300}, {FactKind::gained_directly, "Profile", 300}};
  return leak;
}

}  // namespace

std::vector<DrawnLeak> drawn_leaks_of_content();
std::vector<DrawnLeak> drawn_leaks_of_places();

std::vector<DrawnLeak> drawn_leaks() {
  std::vector<DrawnLeak> leaks = {drawn_collection("Map", "table", LeakKind::map_growth),
                                  drawn_collection("Set", "table", LeakKind::set_growth),
                                  drawn_collection("Array", "elements", LeakKind::array_growth),
                                  drawn_collection("Object", "properties", LeakKind::object_growth),
                                  drawn_collection("Store", "elements", LeakKind::class_instance),
                                  dictionary(),
                                  chain_of_promises(),
                                  chain_of_newer_promises(),
                                  waiters(),
                                  listeners(),
                                  timers(),
                                  timers_by_number(),
                                  generators(),
                                  closures(),
                                  contexts(),
                                  detached()};
  leaks[4].mutations.push_back({"others of the class let go", "went from"});
  for (const auto& more : {drawn_leaks_of_content(), drawn_leaks_of_places()}) {
    leaks.insert(leaks.end(), more.begin(), more.end());
  }
  return leaks;
}

}  // namespace heapdiff::test
