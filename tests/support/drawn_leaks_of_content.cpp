#include "support/drawn_leaks.h"

namespace heapdiff::test {

namespace {

DrawnLeak pooled() {
  DrawnLeak leak{"pool", LeakKind::pool, LeakCause::none, {13}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t pool = holder_of(d, "ConnectionPool", {});
    const std::uint32_t all = d.node("object", "Array", 13);
    const std::uint32_t free = d.node("object", "Set", 14);
    d.edge(pool, "property", "all", all);
    d.edge(pool, "property", "free", free);
    const std::uint32_t table = d.node("array", "", 5700 + d.step, 64);
    d.edge(free, "internal", "table", table);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t connection = d.node("object", "Connection", item_id(i), 1000);
      d.edge(all, "element", fmt::format("{}", i), connection);
      if (i % 20 == 0 || (mutation == "given back" && i % 2 == 0)) {
        d.edge(table, "internal", fmt::format("{}", i), connection);
      }
    }
  };
  leak.truth = {{FactKind::on_the_books, "all", 300},
                {FactKind::on_the_books, "free", 15},
                {FactKind::heap_count, "Connection", 400}};
  leak.mutations = {{"given back", "not given back"}};
  return leak;
}

DrawnLeak buffers() {
  DrawnLeak leak{"buffers", LeakKind::buffer, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t chunks = holder_of(d, "Array", mutation);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t view = d.node("object", "Uint8Array", item_id(i), 100);
      d.edge(chunks, "element", fmt::format("{}", i), view);
      const char* name = mutation == "no buffers" ? "Memory" : "ArrayBuffer";
      const std::uint32_t buffer = d.node("object", name, item_id(i, 1), 80);
      d.edge(view, "internal", "buffer", buffer);
      d.edge(buffer, "internal", "backing_store", d.node("native", "system / JSArrayBufferData", item_id(i, 2), 4000));
    }
  };
  leak.truth = {{FactKind::buffers, "", 300},
                {FactKind::views, "", 300},
                {FactKind::off_heap_bytes, "", 300 * 4080},
                {FactKind::new_bytes, "", 300 * 4180},
                {FactKind::in_heap_bytes, "", 300 * 100}};
  leak.mutations = {{"no buffers", "A view keeps"}, {"new holder", "one and the same Array"}};
  return leak;
}

DrawnLeak appended() {
  DrawnLeak leak{"appended text", LeakKind::string, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t log = holder_of(d, "Log", mutation);
    std::uint32_t rest = d.node("concatenated string", "(concatenated string)", item_id(items), 32);
    d.edge(log, "property", "text", rest);
    for (std::uint64_t i = items; i-- > 0;) {
      const std::uint32_t next = d.node("concatenated string", "(concatenated string)", item_id(i), 32);
      d.edge(rest, "internal", "second", d.node("string", "", item_id(i, 1), 1000));
      d.edge(rest, "internal", "first", next);
      rest = next;
    }
  };
  leak.truth = {
      {FactKind::text_bytes, "", 300 * 1032}, {FactKind::text_pieces, "", 600}, {FactKind::items_held, "", 1}};
  leak.mutations = {{"new holder", "one and the same Log"}};
  return leak;
}

DrawnLeak slices() {
  DrawnLeak leak{"slices", LeakKind::string, LeakCause::string_slices, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t names = holder_of(d, "Array", mutation);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t slice =
          d.node("sliced string", "(sliced string)", item_id(i), mutation == "short texts" ? 400 : 32);
      d.edge(names, "element", fmt::format("{}", i), slice);
      const std::uint64_t text = i / 2 * 2;  // two slices of each text
      if (text == i) {
        d.edge(slice, "internal", "parent",
               d.node("string", "text", item_id(i, 1), mutation == "short texts" ? 40 : 800));
      } else {
        d.edge(slice, "internal", "parent", static_cast<std::uint32_t>(slice - 1));
      }
    }
  };
  leak.truth = {{FactKind::slices, "", 300},
                {FactKind::slice_parents, "", 150},
                {FactKind::parent_bytes, "", 150 * 800},
                {FactKind::bytes_per_slice, "", 400},
                {FactKind::slice_bytes, "", 32}};
  leak.mutations = {{"short texts", "of longer strings"}};
  return leak;
}

DrawnLeak reloaded_modules() {
  DrawnLeak leak{"reloaded modules", LeakKind::module_cache, LeakCause::none, {12}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t parent = holder_of(d, "Module", {});
    const std::uint32_t children = d.node("object", "Array", 12);
    d.edge(parent, "property", "children", children);
    const std::uint32_t path = d.node("string", "/app/rules.js", 13);
    d.edge(d.global, "property", "path", path);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t module = d.node("object", "Module", item_id(i), 1000);
      d.edge(children, "element", fmt::format("{}", i), module);
      d.edge(module, "property", "filename",
             mutation == "files of their own" ? d.node("string", fmt::format("/app/{}.js", i), item_id(i, 1)) : path);
    }
  };
  leak.truth = {{FactKind::modules_of_file, "", 300}};
  leak.mutations = {{"files of their own", "of one file"}};
  return leak;
}

DrawnLeak held_values() {
  DrawnLeak leak{"held values", LeakKind::class_instance, LeakCause::finalization_cells, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t registry = holder_of(d, "FinalizationRegistry", {});
    const std::uint32_t alive = d.node("object", "Array", 14);
    d.edge(d.global, "property", "alive", alive);
    std::uint32_t newest = UINT32_MAX;
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t cell = d.node("hidden", "system / WeakCell", item_id(i), 72);
      const std::uint32_t value = d.node("object", "Held", item_id(i, 1), 900);
      const std::uint32_t target = mutation == "one target" ? registry : d.node("object", "Target", item_id(i, 2), 16);
      d.edge(cell, "weak", "target", target);
      d.edge(cell, "hidden", "2", value);
      if (mutation == "targets kept elsewhere") {
        d.edge(alive, "element", fmt::format("{}", i), target);
      } else if (mutation != "one target") {
        d.edge(value, "property", "owner", target);
      }
      if (newest != UINT32_MAX) {
        d.edge(cell, "hidden", "3", newest);
      }
      newest = cell;
    }
    d.edge(registry, "hidden", "4", newest);
  };
  leak.truth = {{FactKind::cells, "", 300}, {FactKind::self_held_cells, "", 300}, {FactKind::items_of, "Held", 300}};
  leak.mutations = {{"targets kept elsewhere", "their own held value"}, {"one target", "their own held value"}};
  return leak;
}

DrawnLeak timeline() {
  DrawnLeak leak{"timeline", LeakKind::array_growth, LeakCause::performance_timeline, {60, 61}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t scope =
        runtime_scope(d, mutation == "a program's list" ? "/app/marks.js" : "node:internal/perf/observe", 50);
    const std::uint32_t marks = d.node("object", "Array", 60);
    const std::uint32_t measures = d.node("object", "Array", 61);
    d.edge(scope, "context", "markEntryBuffer", marks);
    d.edge(scope, "context", "measureEntryBuffer", measures);
    for (std::uint64_t i = 0; i < items; ++i) {
      d.edge(marks, "element", fmt::format("{}", i), d.node("object", "PerformanceMark", item_id(i), 1000));
      d.edge(measures, "element", fmt::format("{}", i), d.node("object", "PerformanceMeasure", item_id(i, 1), 800));
    }
  };
  leak.truth = {{FactKind::items_of, "PerformanceMark", 300}, {FactKind::items_of, "PerformanceMeasure", 300}};
  leak.mutations = {{"a program's list", "performance timeline"}};
  return leak;
}

DrawnLeak dependants() {
  DrawnLeak leak{"dependent signals", LeakKind::set_growth, LeakCause::abort_dependants, {12}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t signal = holder_of(d, "AbortSignal", {});
    const std::uint32_t set = d.node("object", "Set", 12);
    d.edge(signal, "property", "<symbol kDependantSignals>", set);
    const std::uint32_t table = table_of(d, set, "table", "");
    const std::uint32_t alive = d.node("object", "AbortSignal", 15);
    d.edge(d.global, "property", "alive", alive);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t reference = d.node("object", "WeakRef", item_id(i), 1000);
      d.edge(table, "internal", fmt::format("{}", i), reference);
      if (mutation == "signals are alive" || i % 3 == 0) {
        d.edge(reference, "weak", "target", alive);
      }
    }
  };
  leak.truth = {{FactKind::items_of, "WeakRef", 300}, {FactKind::dead_references, "", 200}};
  leak.mutations = {{"signals are alive", "that is gone"}};
  return leak;
}

/// Collections of Node's of which only the place is special.
DrawnLeak storages() {
  DrawnLeak leak{"storages", LeakKind::async_context, LeakCause::async_storages, {60}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t scope = runtime_scope(d, mutation == "a program's list" ? "/app/x.js" : "node:async_hooks", 50);
    const std::uint32_t list = d.node("object", "Array", 60);
    d.edge(scope, "context", "storageList", list);
    for (std::uint64_t i = 0; i < items; ++i) {
      d.edge(list, "element", fmt::format("{}", i), d.node("object", "AsyncLocalStorage", item_id(i), 1000));
    }
  };
  leak.truth = {{FactKind::items_of, "AsyncLocalStorage", 300}};
  leak.mutations = {{"a program's list", "Node's list"}};
  return leak;
}

DrawnLeak subscribers() {
  DrawnLeak leak{"subscribers", LeakKind::event_listener, LeakCause::diagnostics_channel, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t channel = holder_of(d, "ActiveChannel", {});
    const std::uint32_t list = d.node("object", "Array", 5700 + d.step);  // made again at each subscribe()
    d.edge(channel, "property", "_subscribers", list);
    const std::uint32_t one = literal(d, "onRequest", 30);
    const std::uint32_t two = literal(d, "onAnswer", 40);
    for (std::uint64_t i = 0; i < items; ++i) {
      const bool other = mutation == "two functions" && i % 2 == 0;
      d.edge(list, "element", fmt::format("{}", i),
             function_at(d, other ? two : one, other ? "onAnswer" : "onRequest", item_id(i), 1000));
    }
  };
  leak.truth = {{FactKind::functions, "", 300}, {FactKind::functions_of, "onRequest", 300}};
  leak.mutations = {{"two functions", "300 of 300"}};
  return leak;
}

DrawnLeak channel_names() {
  DrawnLeak leak{"channel names", LeakKind::object_growth, LeakCause::channel_names, {60}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t scope =
        runtime_scope(d, mutation == "a program's table" ? "/app/x.js" : "node:diagnostics_channel", 50);
    const std::uint32_t table = d.node("object", "Object", 60);
    d.edge(scope, "context", "channels", table);
    for (std::uint64_t i = 0; i < items; ++i) {
      d.edge(table, "property", fmt::format("order {}", i), d.node("object", "WeakReference", item_id(i), 1000));
    }
  };
  leak.truth = {{FactKind::items_of, "WeakReference", 300}};
  leak.mutations = {{"a program's table", "Node's table"}};
  return leak;
}

DrawnLeak waiting_requests() {
  DrawnLeak leak{"waiting requests", LeakKind::pool, LeakCause::http_agent, {14}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t agent = holder_of(d, "Agent", {});
    const std::uint32_t requests = d.node("object", "Object", 12);
    d.edge(agent, "property", "requests", requests);
    if (mutation != "another agent") {
      d.edge(agent, "property", "sockets", d.node("object", "Object", 15));
      d.edge(agent, "property", "freeSockets", d.node("object", "Object", 16));
    }
    const std::uint32_t list = d.node("object", "Array", 14);
    d.edge(requests, "property", "localhost:8080:", list);
    for (std::uint64_t i = 0; i < items; ++i) {
      d.edge(list, "element", fmt::format("{}", i), d.node("object", "ClientRequest", item_id(i), 1000));
    }
  };
  leak.truth = {{FactKind::items_of, "ClientRequest", 300}};
  leak.mutations = {{"another agent", "http.Agent"}};
  return leak;
}

DrawnLeak evaluated() {
  DrawnLeak leak{"evaluated code", LeakKind::map_growth, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t table = table_of(d, holder_of(d, "Map", {}), "table", "");
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t rule = d.node("closure", "rule", item_id(i), 1000);
      const std::uint32_t shared = d.node("code", "rule", item_id(i, 1));
      const std::uint32_t script = d.node("code", "system / Script", item_id(i, 2));
      d.edge(table, "internal", fmt::format("{}", i + 3), rule);
      d.edge(rule, "internal", "shared", shared);
      d.edge(shared, "internal", "script", script);
      d.edge(script, "internal", "source", d.node("string", "(function rule(e) { return e > 7; })", item_id(i, 3)));
      if (mutation == "scripts with names") {
        d.edge(script, "internal", "name", d.node("string", "/srv/rules.js", item_id(i, 4)));
      }
      d.text.add_location(rule, static_cast<std::uint32_t>(50 + i), 0, 1);
    }
  };
  leak.truth = {{FactKind::looked_at, "", 300},
                {FactKind::evaluated, "", 300},
                {FactKind::scripts, "", 300},
                {FactKind::script_id, "", 150},
                {FactKind::script_id, "", 449}};
  leak.mutations = {{"scripts with names", "evaluated at run time"}};
  return leak;
}

DrawnLeak of_no_kind() {
  DrawnLeak leak{"unknown", LeakKind::unknown, LeakCause::none, {}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view) {
    const std::uint32_t roots = d.node("synthetic", "(Handle scope)", 70, 0);
    d.edge(d.root, "element", "9", roots);
    for (std::uint64_t i = 0; i < items; ++i) {
      d.edge(roots, "element", fmt::format("{}", i), d.node("object", "Object", item_id(i), 1000));
    }
  };
  return leak;
}

}  // namespace

std::vector<DrawnLeak> drawn_leaks_of_content() {
  return {pooled(),   buffers(),    appended(),  slices(),      reloaded_modules(), held_values(),      timeline(),
          storages(), dependants(), evaluated(), subscribers(), channel_names(),    waiting_requests(), of_no_kind()};
}

}  // namespace heapdiff::test
