// `heapdiff diff`: compares two snapshots as DevTools' Comparison view does, and adds the growth of survivors, which
// that view leaves out.

#include "commands/command.h"
#include "heapdiff/diff/class_diff.h"
#include "heapdiff/diff/emitter_classes.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/survivors.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "heapdiff/snapshot/weighty_warnings.h"
#include "io/console.h"
#include "io/progress.h"
#include "io/table_values.h"
#include "options/declare_options.h"
#include "options/memory_option.h"
#include "options/table_options.h"
#include "pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

namespace heapdiff {

namespace {

struct DiffOptions {
  explicit DiffOptions(CLI::App& app) : console(app, {"text", "markdown", "json", "csv"}), table(app), memory(app) {
    add_option(app, "BEFORE AFTER", inputs, "Two snapshots of one process, the older first").required().type_name("");
    begin_group(app, "Tables");
    add_option(app, "--by", by, "Order of the constructors: retained, self or count (their change)")
        .type_name("CHANGE")
        .one_of({"retained", "self", "count"});
    begin_group(app, "Other");
    add_flag(app, "--force", force, "Go on when the snapshots are of different processes");
  }
  Console console;
  TableOptions table;
  MemoryOption memory;
  std::vector<std::string> inputs;
  std::string by = "retained";
  bool force = false;
};

/// What is kept of one snapshot after its graph is freed.
struct Side {
  ReportSnapshot input;
  ClassExtract classes;
  Facts facts;
  std::uint64_t total = 0;
};

Side reduce(const Heap& heap, std::vector<std::string>& warnings) {
  for (std::string& sentence : heap.diagnostics.sentences()) {
    warnings.push_back(heap.input.name + ": " + sentence);
  }
  return {describe_input(heap), extract_classes(heap), collect(heap), heap.statistics.total};
}

ReportTable constructor_table(const ClassDiff& diff, const EmitterClasses& emitters, const DiffOptions& options) {
  std::vector<const ClassDiffRow*> rows;
  for (const ClassDiffRow& row : diff.rows) {
    const bool changed =
        row.new_count() != 0 || row.gone_count() != 0 || row.survived_growth_bytes != 0 || row.retained_delta() != 0;
    if (changed && options.table.passes(row.name)) {
      rows.push_back(&row);
    }
  }
  const auto weight = [&](const ClassDiffRow& row) {
    return options.by == "count"  ? row.count_delta()
           : options.by == "self" ? row.size_delta() + row.survived_growth_bytes
                                  : row.retained_delta();
  };
  std::sort(rows.begin(), rows.end(), [&](const ClassDiffRow* a, const ClassDiffRow* b) {
    return weight(*a) != weight(*b) ? weight(*a) > weight(*b) : a->key < b->key;
  });
  ReportTable table;
  table.key = "constructors";
  table.title = "Constructors by change of " + (options.by == "count"  ? "count"
                                                : options.by == "self" ? "shallow size"
                                                                       : std::string("retained size"));
  table.columns = {{"new", "# New", CellKind::count, 76},
                   {"gone", "# Deleted", CellKind::count, 76},
                   {"countDelta", "# Delta", CellKind::count_change, 64},
                   {"allocSize", "Alloc. Size", CellKind::bytes, 130},
                   {"freedSize", "Freed size", CellKind::bytes, 130},
                   {"sizeDelta", "Size Delta", CellKind::byte_change},
                   {"survivedGrowth", "Survivors", CellKind::byte_change, 100},
                   {"retainedBefore", "Ret. before", CellKind::bytes, 150},
                   {"retainedAfter", "Ret. after", CellKind::bytes, 150},
                   {"retainedDelta", "Retained Delta", CellKind::byte_change},
                   {"name", "Constructor", CellKind::text}};
  table.when_empty = options.table.filter.empty() ? "Nothing changed." : "No constructor of that name changed.";
  options.table.cut(rows, table);
  for (const ClassDiffRow* row : rows) {
    table.rows.push_back({number(row->new_count()), number(row->gone_count()), row->count_delta(),
                          number(row->added_bytes), number(row->removed_bytes), row->size_delta(),
                          row->survived_growth_bytes, number(row->before.retained_bytes),
                          number(row->after.retained_bytes), row->retained_delta(), row->name});
  }
  if (const std::string note = emitters.note(); !note.empty()) {
    table.notes.push_back(mask_secrets(note));
  }
  return table;
}

/// Survivors of one class whose names differ only in data are one row: 50 arrays under 50 event names.
ReportTable survivor_table(const std::vector<GrownSurvivor>& grown, const DiffOptions& options) {
  ReportTable table;
  table.key = "survivors";
  table.title = "Objects that stayed and grew";
  table.columns = {{"ownGrowth", "Grew by", CellKind::byte_change},
                   {"retainedBefore", "Before", CellKind::bytes, 90},
                   {"retainedAfter", "After", CellKind::bytes},
                   {"count", "Objects", CellKind::count},
                   {"id", "Largest", CellKind::node_id},
                   {"name", "Constructor", CellKind::text},
                   {"heldBy", "Held by", CellKind::text}};
  struct Group {
    GrownSurvivor sum;
    std::int64_t count = 0;
  };
  std::vector<Group> groups;
  std::map<std::pair<std::string, std::string>, std::size_t> group_of;
  for (const GrownSurvivor& s : grown) {  // largest first
    if (!options.table.passes(s.name) && !options.table.passes(s.held_by)) {
      continue;
    }
    const std::string held_by = fold_data(s.held_by);
    const auto [found, fresh] = group_of.try_emplace({s.name, held_by}, groups.size());
    if (fresh) {
      groups.push_back({s, 1});
      continue;
    }
    Group& group = groups[found->second];
    group.sum.own_growth += s.own_growth;
    group.sum.retained_before += s.retained_before;
    group.sum.retained_after += s.retained_after;
    group.sum.held_by = held_by;
    ++group.count;
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const Group& a, const Group& b) { return a.sum.own_growth > b.sum.own_growth; });
  for (const Group& g : groups) {
    table.rows.push_back({g.sum.own_growth, number(g.sum.retained_before), number(g.sum.retained_after), g.count,
                          number(g.sum.id), g.sum.name, g.sum.held_by});
  }
  options.table.cut(table);
  if (!table.rows.empty()) {
    table.notes.emplace_back(
        "Growth of retained size that no other object of this list explains; DevTools' comparison shows none of it.");
  }
  return table;
}

/// The keys of closures in Facts are "function<TAB>file:line".
std::string function_name(const std::string& key) { return key.substr(0, key.find('\t')); }
std::string function_place(const std::string& key) {
  const std::size_t tab = key.find('\t');
  return tab == std::string::npos ? std::string() : key.substr(tab + 1);
}

ReportTable closure_table(const Facts& before, const Facts& after, const DiffOptions& options) {
  ReportTable table;
  table.key = "closures";
  table.title = "Closures by function";
  table.columns = {
      {"before", "Before", CellKind::count, 64},         {"after", "After", CellKind::count},
      {"countDelta", "# Delta", CellKind::count_change}, {"retainedDelta", "Retained Delta", CellKind::byte_change},
      {"function", "Function", CellKind::text},          {"place", "Defined at", CellKind::text}};
  struct Row {
    std::string name;
    GroupFact before, after;
  };
  std::vector<Row> rows;
  for (const auto& [name, group] : after.closures) {
    const auto old = before.closures.find(name);
    rows.push_back({name, old == before.closures.end() ? GroupFact{} : old->second, group});
  }
  for (const auto& [name, group] : before.closures) {
    if (!after.closures.contains(name)) {
      rows.push_back({name, group, {}});
    }
  }
  std::erase_if(rows, [&](const Row& r) { return r.before.count == r.after.count || !options.table.passes(r.name); });
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    const std::int64_t x = a.after.count - a.before.count;
    const std::int64_t y = b.after.count - b.before.count;
    return x != y ? x > y : a.name < b.name;
  });
  options.table.cut(rows, table);
  for (const Row& r : rows) {
    table.rows.push_back({r.before.count, r.after.count, r.after.count - r.before.count,
                          r.after.retained_bytes - r.before.retained_bytes, function_name(r.name),
                          function_place(r.name)});
  }
  return table;
}

ReportTable listener_table(const Facts& before, const Facts& after, const DiffOptions& options) {
  ReportTable table;
  table.key = "listeners";
  table.title = "Listeners by emitter and event";
  table.columns = {{"before", "Before", CellKind::count},
                   {"after", "After", CellKind::count},
                   {"countDelta", "# Delta", CellKind::count_change},
                   {"event", "Event", CellKind::text},
                   {"emitter", "Emitter", CellKind::text}};
  std::set<ListenerKey> keys;
  for (const auto& [key, count] : before.listeners) {
    keys.insert(key);
  }
  for (const auto& [key, count] : after.listeners) {
    keys.insert(key);
  }
  for (const ListenerKey& key : keys) {
    const std::int64_t old = listener_count(before, key);
    const std::int64_t now = listener_count(after, key);
    if (old != now && (options.table.passes(key.first) || options.table.passes(key.second))) {
      table.rows.push_back({old, now, now - old, key.second, key.first});
    }
  }
  std::stable_sort(table.rows.begin(), table.rows.end(), [](const auto& a, const auto& b) {
    return std::get<std::int64_t>(a[2]) > std::get<std::int64_t>(b[2]);
  });
  options.table.cut(table);
  return table;
}

int compare(const DiffOptions& options) {
  require_inputs(options.inputs, 2, "diff");
  TerminalProgress progress(options.console.quiet());
  LoadOptions load;
  load.progress = &progress;
  load.memory_use = MemoryUse::graph;
  load.limits.max_memory_bytes = options.memory.limit_bytes();
  HeapOptions derive;
  derive.progress = &progress;
  TableReport report;
  // The newer snapshot is read first, because its interface definitions name the plain objects of both.
  Heap heap = compute_heap(load_snapshot(options.inputs[1], load), derive);
  require_different_ids(heap.diagnostics, options.inputs[1]);
  const std::vector<InterfaceDefinition> interfaces = heap.interfaces;
  const Side after = reduce(heap, report.warnings);
  const SurvivorTable survivors(heap);
  const EmitterClasses emitters(heap.graph);
  heap = Heap();
  derive.keep_distances = false;  // needed for survivors only, which are taken from the newer snapshot
  heap = compute_heap(load_snapshot(options.inputs[0], load), derive, &interfaces);
  require_different_ids(heap.diagnostics, options.inputs[0]);
  const Side before = reduce(heap, report.warnings);
  heap = Heap();
  const ClassDiff diff = diff_classes(before.classes, after.classes);
  require_one_process(before.facts.input.name, after.facts.input.name, diff.identity, options.force, report.warnings);
  const Facts& older = before.facts;
  const Facts& newer = after.facts;
  if (!older.input.digest.empty() && older.input.digest == newer.input.digest) {
    report.warnings.push_back(fmt::format("{} and {} have the same content: nothing can have changed between them.",
                                          visible_text(older.input.name), visible_text(newer.input.name)));
  } else if (newer.objects.last_id() < older.objects.last_id()) {
    report.warnings.push_back(
        fmt::format("{} is given as the newer one, but its node ids end earlier: the order may be reversed.",
                    visible_text(newer.input.name)));
  }
  std::int64_t new_count = 0;
  std::int64_t gone_count = 0;
  for (const ClassDiffRow& row : diff.rows) {
    new_count += number(row.new_count());
    gone_count += number(row.gone_count());
  }
  report.command = "diff";
  report.title = "Heap comparison";
  report.tool_version = HEAPDIFF_VERSION;
  report.inputs = {before.input, after.input};
  report.facts = {
      {"totalBefore", "Before", CellKind::bytes, number(before.total)},
      {"totalAfter", "After", CellKind::bytes, number(after.total)},
      {"totalDelta", "Change", CellKind::byte_change, number(after.total) - number(before.total)},
      {"offHeapDelta", "Off-heap change", CellKind::byte_change,
       number(after.input.off_heap_bytes) - number(before.input.off_heap_bytes)},
      {"newObjects", "New objects", CellKind::count, new_count},
      {"goneObjects", "Gone objects", CellKind::count, gone_count},
      {"sharedIds", "Ids in both", CellKind::count, number(diff.identity.shared)},
      {"sameObjects", "Same object", CellKind::share, diff.identity.share()},
  };
  report.tables = {
      constructor_table(diff, emitters, options), survivor_table(survivors.grown(before.facts.objects, 0), options),
      closure_table(before.facts, after.facts, options), listener_table(before.facts, after.facts, options)};
  progress.clear();
  options.console.write([&](const std::string& format, const RenderOptions& how) {
    return render_tables(options.console.without_people(report, format), format, how, options.table.table);
  });
  return 0;
}

}  // namespace

CommandRunner setup_diff(CLI::App& app) {
  auto options = std::make_shared<DiffOptions>(app);
  return [options](const Invocation&) {
    options->console.validate();
    return compare(*options);
  };
}

}  // namespace heapdiff
