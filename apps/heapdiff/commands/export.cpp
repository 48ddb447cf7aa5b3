// `heapdiff export`: writes rows for SQL engines to standard output.

#include "commands/command.h"
#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/export_rows.h"
#include "io/progress.h"
#include "io/row_sink.h"
#include "options/declare_options.h"
#include "options/memory_option.h"
#include "pipeline.h"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <unistd.h>

namespace heapdiff {

namespace {

struct ExportOptions {
  explicit ExportOptions(CLI::App& app) : memory(app) {}
  MemoryOption memory;
  std::vector<std::string> inputs;
  std::string to = "ndjson";
  bool quiet = false;
  bool force = false;
  bool show_names = false;
  [[nodiscard]] ExportNames names() const { return show_names ? ExportNames::as_they_are : ExportNames::masked; }
};

void export_comparison(const ExportOptions& options, const LoadOptions& load, TerminalProgress& progress) {
  // The newer snapshot is read first, because its interface definitions name the plain objects of both.
  Heap heap = compute_heap(load_snapshot(options.inputs[1], load), {});
  const std::vector<InterfaceDefinition> interfaces = heap.interfaces;
  const ClassExtract after = extract_classes(heap);
  heap = Heap();
  heap = compute_heap(load_snapshot(options.inputs[0], load), {}, &interfaces);
  const ClassExtract before = extract_classes(heap);
  heap = Heap();
  const ClassDiff diff = diff_classes(before, after);
  progress.clear();
  std::vector<std::string> warnings;
  require_one_process(before.input.name, after.input.name, diff.identity, options.force, warnings);
  if (!options.quiet) {
    for (const std::string& warning : warnings) {
      std::fputs(("heapdiff: " + without_log_commands(mask_secrets(warning)) + "\n").c_str(), stderr);
    }
  }
  RowSink sink(STDOUT_FILENO, "<stdout>");
  export_class_diff(diff, options.names(), sink);
}

int export_rows(const ExportOptions& options) {
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
  const Heap heap = compute_heap(load_snapshot(options.inputs.front(), load), {});
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
             "class differences")
      .required()
      .type_name("");
  add_option(app, "--to", options->to, "ndjson").type_name("FORMAT").one_of({"ndjson"});
  add_flag(app, "--force", options->force, "Go on when two snapshots are of different processes");
  add_flag(app, "--show-names", options->show_names, "Names as the snapshot has them, secrets in them included");
  add_flag(app, "-q,--quiet", options->quiet, "No progress and no warnings on stderr");
  return [options](const Invocation&) { return export_rows(*options); };
}

}  // namespace heapdiff
