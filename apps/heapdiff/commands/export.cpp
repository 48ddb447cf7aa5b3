// `heapdiff export`: writes rows for SQL engines to standard output.

#include "commands/command.h"
#include "fleet/export_reports.h"
#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "heapdiff/snapshot/weighty_warnings.h"
#include "io/export_rows.h"
#include "io/guard.h"
#include "io/progress.h"
#include "io/row_sink.h"
#include "options/declare_options.h"
#include "options/memory_option.h"
#include "pipeline.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <unistd.h>

namespace heapdiff {

namespace {

struct ExportOptions {
  explicit ExportOptions(CLI::App& app) : memory(app) {}
  MemoryOption memory;
  std::vector<std::string> inputs;
  ReportExport reports;
  bool quiet = false;
  bool force = false;
  bool show_names = false;
  [[nodiscard]] ExportNames names() const { return show_names ? ExportNames::as_they_are : ExportNames::masked; }
};

void export_comparison(const ExportOptions& options, const LoadOptions& load, TerminalProgress& progress) {
  // The newer snapshot is read first, because its interface definitions name the plain objects of both.
  Heap heap = compute_heap(load_snapshot(options.inputs[1], load), {});
  require_different_ids(heap.diagnostics, options.inputs[1]);
  const std::vector<InterfaceDefinition> interfaces = heap.interfaces;
  const ClassExtract after = extract_classes(heap);
  heap = Heap();
  heap = compute_heap(load_snapshot(options.inputs[0], load), {}, &interfaces);
  require_different_ids(heap.diagnostics, options.inputs[0]);
  const ClassExtract before = extract_classes(heap);
  heap = Heap();
  const ClassDiff diff = diff_classes(before, after);
  progress.clear();
  std::vector<std::string> warnings;
  require_one_process(before.input.name, after.input.name, diff.identity, options.force, warnings);
  if (!options.quiet) {
    for (const std::string& warning : warnings) {
      warn_later("heapdiff: " + without_log_commands(mask_secrets(warning)) + "\n");
    }
  }
  RowSink sink(STDOUT_FILENO, "<stdout>");
  export_class_diff(diff, options.names(), sink);
}

/// Reports, where the first input is one or a folder. `first` is then empty, else it is the opened snapshot.
bool export_when_reports(ExportOptions& options, OpenedInput& first) {
  ReportExport& request = options.reports;
  request.inputs = options.inputs;
  request.quiet = options.quiet;
  std::error_code error;
  if (std::filesystem::is_directory(options.inputs.front(), error)) {
    export_reports(request);
    return true;
  }
  bool is_report = false;
  first = open_and_tell(options.inputs.front(), is_report);
  if (is_report) {
    export_reports(request, std::move(first));
    return true;
  }
  if (request.to != "ndjson" || !(request.output + request.table + request.service + request.release).empty()) {
    throw Error(ErrorKind::usage, "--to sql, -o, --table, --service and --release are for reports",
                "Rows of snapshots go to standard output.");
  }
  return false;
}

int export_rows(ExportOptions& options) {
  OpenedInput first;
  if (export_when_reports(options, first)) {
    return 0;
  }
  if (options.inputs.size() > 2) {
    throw Error(ErrorKind::usage, fmt::format("export: expected one snapshot or two, got {}", options.inputs.size()));
  }
  TerminalProgress progress(options.quiet);
  LoadOptions load;
  load.progress = &progress;
  load.memory_use = MemoryUse::graph;
  load.limits.max_memory_bytes = options.memory.limit_bytes();
  if (options.inputs.size() == 2) {
    export_comparison(options, load, progress);
    return 0;
  }
  const Heap heap = compute_heap(load_snapshot(std::move(first), load), {});
  progress.clear();
  RowSink sink(STDOUT_FILENO, "<stdout>");
  export_heap(heap, options.names(), sink);
  return 0;
}

}  // namespace

CommandRunner setup_export(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>(app);
  add_option(app, "FILE", options->inputs,
             "A snapshot (.heapsnapshot, .gz, .zst), or - for standard input: nodes and classes; two, the older first: "
             "class differences; JSON reports or a folder of them: suspects, series, classes, owners")
      .required()
      .type_name("");
  ReportExport& reports = options->reports;
  add_option(app, "--to", reports.to, "ndjson or sql (for sqlite3)").type_name("FORMAT").one_of({"ndjson", "sql"});
  begin_group(app, "Reports");
  add_option(
      app, "-o,--output", reports.output,
      "FILE.ndjson, FILE.ndjson.zst or FILE.sql; any other name is a folder, for files by table, day and service")
      .type_name("NAME");
  add_option(app, "--table", reports.table, "Rows of one table only")
      .type_name("TABLE")
      .one_of({"suspects", "series", "classes", "owners"});
  add_option(app, "--service", reports.service, "The service of the reports (default: service=NAME in their paths)")
      .type_name("NAME");
  add_option(app, "--release", reports.release, "The release of the service (default: release=NAME in their paths)")
      .type_name("NAME");
  add_flag(app, "--force", options->force, "Go on when two snapshots are of different processes");
  add_flag(app, "--show-names", options->show_names, "Names as the snapshot has them, secrets in them included");
  add_flag(app, "--durable", reports.durable, "Files are on the disk before the run ends");
  add_flag(app, "-q,--quiet", options->quiet, "No progress and no warnings on stderr");
  return [options](const Invocation&) { return export_rows(*options); };
}

}  // namespace heapdiff
