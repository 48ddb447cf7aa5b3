// `heapdiff summary`: what the bytes of one snapshot are, and what holds them.

#include "heapdiff/snapshot/summary.h"

#include "commands/command.h"
#include "heapdiff/diff/accumulation_rows.h"
#include "heapdiff/diff/emitter_classes.h"
#include "heapdiff/diff/owners.h"
#include "heapdiff/diff/quantity.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/console.h"
#include "io/progress.h"
#include "io/table_values.h"
#include "options/declare_options.h"
#include "options/memory_option.h"
#include "options/source_options.h"
#include "options/table_options.h"
#include "profiles/profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace heapdiff {

namespace {

struct SummaryOptions {
  explicit SummaryOptions(CLI::App& app)
      : console(app, {"text", "markdown", "json", "csv"}), table(app), memory(app), source(app) {
    add_option(app, "FILE", inputs,
               "The snapshot (.heapsnapshot, .gz, .zst), a sampling profile, or - for standard input")
        .required()
        .type_name("");
    begin_group(app, "Tables");
    add_option(app, "--by", by, "Order of the constructors: retained, self or count")
        .type_name("SIZE")
        .one_of({"retained", "self", "count"});
    add_flag(app, "--show-values", show_values, "Print the texts of repeated strings (they may be secrets)");
  }
  Console console;
  TableOptions table;
  MemoryOption memory;
  SourceOptions source;
  std::vector<std::string> inputs;
  std::string by = "retained";
  bool show_values = false;
};

std::vector<ReportFact> statistics_facts(const Heap& heap, const RepeatedStrings& strings) {
  const HeapStatistics& s = heap.statistics;
  std::vector<ReportFact> facts{{"total", "Total", CellKind::bytes, number(s.total)},
                                {"v8Heap", "V8 heap", CellKind::bytes, number(s.v8_heap)},
                                {"code", "  code", CellKind::bytes, number(s.code)},
                                {"strings", "  strings", CellKind::bytes, number(s.strings)},
                                {"jsArrays", "  JS arrays", CellKind::bytes, number(s.js_arrays)},
                                {"system", "  system", CellKind::bytes, number(s.system)},
                                {"native", "Off-heap", CellKind::bytes, number(s.native)},
                                {"typedArrays", "  typed arrays", CellKind::bytes, number(s.typed_arrays)},
                                {"nodes", "Nodes", CellKind::count, std::int64_t{heap.graph.node_count()}},
                                {"edges", "Edges", CellKind::count, number(heap.graph.edge_count())},
                                {"repeatedStringTexts", "Repeated texts", CellKind::count, number(strings.texts)},
                                {"repeatedStringBytes", "  cost", CellKind::bytes, number(strings.total_wasted)}};
  if (s.extra_native != 0) {
    facts.insert(facts.begin() + 8, {"extraNative", "  of no node", CellKind::bytes, number(s.extra_native)});
  }
  return facts;
}

/// Who made the code of the objects. All owners are listed, so that they add up to the heap.
ReportTable owner_table(const std::vector<OwnerShare>& owners, std::uint64_t total, const SummaryOptions& options) {
  ReportTable table;
  table.key = "owners";
  table.title = "Owners: packages, folders and teams whose code made the objects";
  table.columns = {{"bytes", "Shallow size", CellKind::bytes},
                   {"share", "", CellKind::share},
                   {"objects", "Objects", CellKind::count, 90},
                   {"name", "Owner", CellKind::text},
                   {"version", "Version", CellKind::text}};
  for (const OwnerShare& share_of : owners) {
    if (options.table.passes(share_of.owner.name)) {
      table.rows.push_back({number(share_of.bytes), share(share_of.bytes, total), number(share_of.objects),
                            share_of.owner.name, share_of.owner.version});
    }
  }
  options.table.cut(table);
  return table;
}

/// Where to look first: many alike objects under one holder.
ReportTable accumulation_table(const Heap& heap, const SummaryOptions& options) {
  constexpr std::size_t kMaxRows = 10;
  ReportTable table;
  table.key = "accumulations";
  table.title = "Likely accumulations: many alike objects that one object keeps";
  table.columns = {{"count", "Count", CellKind::count},   {"retained", "Keeps", CellKind::bytes},
                   {"share", "", CellKind::share},        {"holderId", "Holder", CellKind::node_id},
                   {"holder", "Held by", CellKind::text}, {"holders", "Holders", CellKind::count},
                   {"name", "Objects", CellKind::text}};
  table.when_empty = "None keeps 1 % of the heap.";
  const std::uint64_t total = heap.graph.total_self_size();
  const std::size_t limit = options.table.top == 0 ? SIZE_MAX : std::min(kMaxRows, options.table.top);
  for (const AccumulationRow& row : likely_accumulations(heap, limit)) {
    if (options.table.passes(row.content)) {
      table.rows.push_back({number(row.count), number(row.bytes), share(row.bytes, total), number(row.holder_id),
                            row.holder, number(row.holder_count), row.content});
    }
  }
  if (!table.rows.empty()) {
    table.notes.emplace_back("`heapdiff FILE` names the path, the function and the line of each.");
  }
  return table;
}

ReportTable constructor_table(const Heap& heap, const EmitterClasses& emitters, const SummaryOptions& options) {
  std::vector<const ConstructorRow*> rows;
  for (const ConstructorRow& row : heap.constructors) {
    if (row.count != 0 && options.table.passes(heap.classes.info(row.constructor).name)) {
      rows.push_back(&row);
    }
  }
  const auto weight = [&](const ConstructorRow& row) {
    return options.by == "self" ? row.self_bytes : options.by == "count" ? row.count : row.retained_bytes;
  };
  std::sort(rows.begin(), rows.end(), [&](const ConstructorRow* a, const ConstructorRow* b) {
    return weight(*a) != weight(*b) ? weight(*a) > weight(*b)
                                    : heap.classes.info(a->constructor).key() < heap.classes.info(b->constructor).key();
  });
  ReportTable table;
  table.key = "constructors";
  table.title = "Constructors by " + (options.by == "count"  ? "count"
                                      : options.by == "self" ? "shallow size"
                                                             : std::string("retained size"));
  table.columns = {{"count", "Count", CellKind::count},     {"self", "Shallow size", CellKind::bytes, 70},
                   {"selfShare", "", CellKind::share, 110}, {"retained", "Retained size", CellKind::bytes},
                   {"retainedShare", "", CellKind::share},  {"distance", "Distance", CellKind::distance, 90},
                   {"name", "Constructor", CellKind::text}};
  table.when_empty = "No constructor of that name.";
  const std::uint64_t total = heap.graph.total_self_size();
  options.table.cut(rows, table);
  for (const ConstructorRow* row : rows) {
    const bool reached = row->distance >= 0 && row->distance < Distances::kSystem;
    table.rows.push_back({number(row->count), number(row->self_bytes), share(row->self_bytes, total),
                          number(row->retained_bytes), share(row->retained_bytes, total),
                          reached ? TableCell(std::int64_t{row->distance}) : TableCell("-"),
                          heap.classes.info(row->constructor).name});
  }
  if (const std::string note = emitters.note(); !note.empty()) {
    table.notes.push_back(mask_secrets(note));
  }
  return table;
}

ReportTable string_table(const Heap& heap, const RepeatedStrings& strings, const SummaryOptions& options) {
  ReportTable table;
  table.key = "repeatedStrings";
  table.title = "Strings that repeat, by what the copies cost";
  table.columns = {{"count", "Copies", CellKind::count},
                   {"bytes", "All", CellKind::bytes},
                   {"wasted", "Cost", CellKind::bytes},
                   {"each", "Each", CellKind::bytes},
                   {"example", "One of them", CellKind::node_id}};
  if (options.show_values) {
    table.columns.push_back({"text", "Text", CellKind::string_value});
  }
  table.when_empty = "No text is held twice.";
  for (const RepeatedString& s : strings.largest) {
    std::vector<TableCell> row{std::int64_t{s.count}, number(s.bytes), number(s.wasted_bytes),
                               number(s.bytes / s.count), number(heap.graph.id(s.example))};
    if (options.show_values) {
      row.emplace_back(std::string(heap.graph.strings()[s.text]));
    }
    table.rows.push_back(std::move(row));
  }
  options.table.cut(table);
  if (!options.show_values && !table.rows.empty()) {
    table.notes.emplace_back("Texts may be secrets; --show-values prints them.");
  }
  return table;
}

ReportTable dominator_table(const Heap& heap, const EmitterClasses& emitters, const SummaryOptions& options) {
  ReportTable table;
  table.key = "dominators";
  table.title = "What holds most: the top of the dominator tree";
  table.columns = {{"depth", "", CellKind::depth},    {"retained", "Retained size", CellKind::bytes},
                   {"share", "", CellKind::share},    {"self", "Shallow size", CellKind::bytes, 90},
                   {"id", "Id", CellKind::node_id},   {"type", "Type", CellKind::text, 100},
                   {"name", "Object", CellKind::text}};
  std::swap(table.columns[5], table.columns[6]);
  const std::uint64_t total = heap.graph.total_self_size();
  for (const DominatorRow& row : largest_dominators(heap, options.table.top == 0 ? 1000 : options.table.top)) {
    if (!options.table.passes(heap.classes.name(row.node))) {
      continue;
    }
    table.rows.push_back({std::int64_t{row.depth}, number(heap.retained_size(row.node)),
                          share(heap.retained_size(row.node), total), number(heap.graph.self_size(row.node)),
                          number(heap.graph.id(row.node)), emitters.name_of(row.node, node_label(heap, row.node)),
                          std::string(heap.graph.type_name(row.node))});
  }
  return table;
}

/// Replaces the rows of repeated strings by a line where all of them cost less than 1 % of the heap.
void fold_small(ReportTable& table, std::uint64_t cost, std::uint64_t total) {
  if (table.rows.empty() || 100 * cost >= total) {
    return;
  }
  table.when_empty =
      fmt::format("All copies cost {}, less than 1 % of the heap; --show-values, JSON and CSV list them.",
                  format_bytes(static_cast<double>(cost)));
  table.rows.clear();
  table.notes.clear();
  table.rows_left_out = 0;
}

int summarize(const SummaryOptions& options) {
  require_inputs(options.inputs, 1, "summary");
  if (is_profile(options.inputs.front())) {
    const TableReport report = summarize_profile(options.inputs.front(), options.source.locations, options.table.top);
    options.console.write([&](const std::string& format, const RenderOptions& how) {
      return render_tables(options.console.without_people(report, format), format, how, options.table.table);
    });
    return 0;
  }
  TerminalProgress progress(options.console.quiet());
  LoadOptions load;
  load.progress = &progress;
  load.limits.max_memory_bytes = options.memory.limit_bytes();
  load.keep_string_values = options.show_values;
  HeapOptions derive;
  derive.progress = &progress;
  derive.keep = GraphParts::nodes;
  derive.keep_distances = false;
  RepeatedStrings strings;
  derive.concurrent_task = [&](const SnapshotGraph& graph) {
    strings = repeated_strings(graph, options.table.top);
    prepare_secret_filter();
  };
  LoadedSnapshot loaded = load_snapshot(options.inputs.front(), load);
  OwnerNamer namer(options.source.locations.root);
  const EmitterClasses emitters(loaded.graph);
  const OwnerEvidence evidence = owner_evidence(loaded.graph, namer);
  const Heap heap = compute_heap(std::move(loaded), derive);
  TableReport report;
  report.command = "summary";
  report.title = "Heap summary";
  report.tool_version = HEAPDIFF_VERSION;
  report.inputs.push_back(describe_input(heap));
  report.facts = statistics_facts(heap, strings);
  report.tables.push_back(accumulation_table(heap, options));
  const std::vector<OwnerShare> owners = find_owners(heap, evidence);
  report.owners = report_owners(owners);
  report.tables.push_back(owner_table(owners, heap.graph.total_self_size(), options));
  report.tables.push_back(constructor_table(heap, emitters, options));
  report.tables.push_back(dominator_table(heap, emitters, options));
  report.tables.push_back(string_table(heap, strings, options));
  report.tables.back().rows_left_out = strings.texts - report.tables.back().rows.size();
  report.warnings = heap.diagnostics.sentences();
  progress.clear();
  // For people, strings that cost little are one line; for programs all rows stay.
  TableReport shown = report;
  if (!options.show_values) {
    fold_small(shown.tables.back(), strings.total_wasted, heap.graph.total_self_size());
  }
  options.console.write([&](const std::string& format, const RenderOptions& how) {
    const bool for_people = format == "text" || format == "markdown";
    return render_tables(options.console.without_people(for_people ? shown : report, format), format, how,
                         options.table.table.empty() ? std::string("constructors") : options.table.table);
  });
  return 0;
}

}  // namespace

CommandRunner setup_summary(CLI::App& app) {
  auto options = std::make_shared<SummaryOptions>(app);
  return [options](const Invocation&) {
    options->console.validate();
    options->source.validate();
    return summarize(*options);
  };
}

}  // namespace heapdiff
