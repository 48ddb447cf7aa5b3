// `heapdiff explain`: what holds an object, a class or a suspect, what it holds, and what would free it.

#include "commands/command.h"
#include "explain/explain_class.h"
#include "explain/explain_object.h"
#include "explain/object_text.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/console.h"
#include "io/progress.h"
#include "options/declare_options.h"
#include "options/memory_option.h"
#include "options/series_options.h"
#include "options/table_options.h"
#include "pipeline.h"

#include <fmt/format.h>

#include <memory>
#include <optional>

namespace heapdiff {

namespace {

constexpr std::size_t kDefaultTop = 10;

struct ExplainOptions {
  explicit ExplainOptions(CLI::App& app)
      : series(app), console(app, {"text", "markdown", "json", "dot", "csv"}), table(app, kDefaultTop), memory(app) {
    CLI::App& what = add_exactly_one_of(app, "What to explain, one of");
    add_option(what, "--id", id, "The object of this node id, as reports and DevTools print it").type_name("@N");
    add_option(what, "--constructor", constructor, "A class: totals, instances, and how they are held")
        .type_name("NAME");
    add_option(what, "--suspect", suspect, "Suspect K of the analysis (needs two snapshots or more)").type_name("K");
    begin_group(app, "Tables");
    add_option(app, "--paths", limits.paths, "Other ways of being held to show").type_name("N").capture_default_str();
    add_flag(app, "--show-values", limits.show_values, "Print the texts of strings in fields (they may be secrets)");
    begin_group(app, "Other");
    add_flag(app, "--force", force, "Go on when the snapshots are of different processes");
  }
  SeriesOptions series;
  Console console;
  TableOptions table;
  MemoryOption memory;
  ExplainLimits limits;
  std::string id;
  std::string constructor;
  std::size_t suspect = 0;
  bool force = false;
};

std::uint64_t parse_id(std::string_view text) {
  const std::string_view digits = text.substr(text.starts_with('@') ? 1 : 0);
  const auto id = ascii::parse_number<std::uint64_t>(digits);
  if (!id) {
    throw Error(ErrorKind::usage, "--id: expected a node id such as @12345, got '" + visible_text(text, 40) + "'");
  }
  return *id;
}

/// Throws Error{usage} with the nearest ids when no object has this one.
NodeIndex find_object(const Heap& heap, std::uint64_t id) {
  std::optional<NodeIndex> below;
  std::optional<NodeIndex> above;
  const SnapshotGraph& graph = heap.graph;
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    const std::uint64_t here = graph.id(n);
    if (here == id) {
      return n;
    }
    if (here < id && (!below || here > graph.id(*below))) {
      below = n;
    }
    if (here > id && (!above || here < graph.id(*above))) {
      above = n;
    }
  }
  std::string nearest;
  const ObjectText names(heap);
  for (const std::optional<NodeIndex>& n : {below, above}) {
    if (n) {
      nearest += (nearest.empty() ? "" : " and ") + names.with_id(*n);
    }
  }
  throw Error(ErrorKind::usage, fmt::format("--id: {} has no object @{}", visible_text(heap.input.name), id),
              "The nearest are " + nearest + ". Ids mean something within one process only.");
}

/// Reads the snapshot that --id and --constructor look at: the last of the inputs.
Heap read_last(const std::vector<SeriesInput>& series, const ExplainOptions& options, ProgressListener& progress,
               TableReport& report) {
  if (series.size() > 1) {
    report.warnings.push_back(
        fmt::format("Of {} snapshots the last one is explained: {}.", series.size(), visible_text(series.back().path)));
  }
  LoadOptions load;
  load.progress = &progress;
  load.memory_use = MemoryUse::graph;
  load.limits.max_memory_bytes = options.memory.limit_bytes();
  load.keep_string_values = options.limits.show_values;
  HeapOptions derive;
  derive.progress = &progress;
  Heap heap = compute_heap(load_snapshot(series.back().path, load), derive);
  for (std::string& sentence : heap.diagnostics.sentences()) {
    report.warnings.push_back(std::move(sentence));
  }
  return heap;
}

void explain_suspect(const Analysis& analysis, const ExplainOptions& options, TableReport& report) {
  const std::vector<Suspect>& suspects = analysis.findings.suspects;
  if (options.suspect == 0 || options.suspect > suspects.size()) {
    throw Error(ErrorKind::usage,
                suspects.empty() ? std::string("--suspect: the series has no suspect")
                                 : fmt::format("--suspect: the series has suspects 1 to {}, got {}", suspects.size(),
                                               options.suspect),
                "heapdiff analyze SERIES lists them.");
  }
  const Suspect& suspect = suspects[options.suspect - 1];
  const Heap& heap = analysis.series.last;
  const ExplainView view(heap);
  const NodeIndex holder = find_object(heap, suspect.holder_id);
  const NodeIndex top = find_object(heap, suspect.new_object_id);
  report.title =
      fmt::format("Suspect {}: {}, held by {}", options.suspect, to_string(suspect.kind), view.names.with_id(holder));
  report.sentences.push_back(
      fmt::format("It grew by {} in {} new objects, in {} {}.", format_bytes(static_cast<double>(suspect.growth_bytes)),
                  format_count(suspect.new_objects), format_count(static_cast<std::int64_t>(suspect.holder_count)),
                  suspect.holder_count == 1 ? "place" : "places"));
  if (suspect.fix_frees_bytes != 0) {
    report.sentences.push_back(
        fmt::format("Removing the references to all new objects there would free {} (checked by removing them).",
                    format_bytes(static_cast<double>(suspect.fix_frees_bytes))));
    report.facts.push_back(
        {"fixFrees", "A fix frees", CellKind::bytes, static_cast<std::int64_t>(suspect.fix_frees_bytes)});
  }
  report.facts.push_back({"growth", "Growth", CellKind::byte_change, suspect.growth_bytes});
  report.sentences.push_back("One of the objects that came, in the last snapshot:");
  explain_object(view, top, options.limits, options.table, report);
}

int explain(const ExplainOptions& options) {
  const FoundSeries series = options.series.find();
  const bool by_id = !options.id.empty();
  const std::uint64_t id = by_id ? parse_id(options.id) : 0;
  TerminalProgress progress(options.console.quiet());
  TableReport report;
  report.command = "explain";
  report.tool_version = HEAPDIFF_VERSION;
  if (!by_id && options.constructor.empty()) {
    const SeriesReadOptions read{options.memory.limit_bytes(), options.limits.show_values, &progress};
    Analysis analysis = find_leaks(read_inputs(series, read), options.force);
    Heap& last = analysis.series.last;
    last.distances = compute_distances(last.graph);  // an analysis needs none
    report.warnings = analysis.warnings;
    report.inputs.push_back(describe_input(last));
    explain_suspect(analysis, options, report);
  } else {
    const Heap heap = read_last(in_expected_order(series.inputs, series.plan), options, progress, report);
    report.inputs.push_back(describe_input(heap));
    const ExplainView view(heap);
    if (by_id) {
      explain_object(view, find_object(heap, id), options.limits, options.table, report);
    } else {
      explain_class(view, find_class(heap, options.constructor), options.table, report);
    }
  }
  progress.clear();
  options.console.write([&](const std::string& format, const RenderOptions& how) {
    return render_tables(options.console.without_people(report, format), format, how, options.table.table);
  });
  return 0;
}

}  // namespace

CommandRunner setup_explain(CLI::App& app) {
  auto options = std::make_shared<ExplainOptions>(app);
  return [options](const Invocation&) {
    options->console.validate();
    return explain(*options);
  };
}

}  // namespace heapdiff
