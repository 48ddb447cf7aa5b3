// `heapdiff export`: rows for SQL engines, streamed to standard output.

#include "export.h"

#include "command.h"
#include "console.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "progress.h"
#include "row_sink.h"

#include <memory>
#include <unistd.h>

namespace heapdiff {

namespace {

struct ExportOptions {
  std::vector<std::string> inputs;
  std::string to = "ndjson";
  bool quiet = false;
};

int export_rows(const ExportOptions& options) {
  if (options.to != "ndjson") {
    throw Error(ErrorKind::usage, "--to: expected ndjson, got '" + visible_text(options.to) + "'");
  }
  require_inputs(options.inputs, 1, "export");
  TerminalProgress progress(options.quiet);
  LoadOptions load;
  load.progress = &progress;
  const Heap heap = compute_heap(load_snapshot(options.inputs.front(), load), {});
  progress.clear();
  RowSink sink(STDOUT_FILENO, "<stdout>");
  export_heap(heap, sink);
  return 0;
}

}  // namespace

CommandRunner setup_export(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  app.add_option("FILE", options->inputs, "The snapshot (.heapsnapshot, .gz, .zst), or - for standard input")
      ->required()
      ->type_name("");
  app.add_option("--to", options->to, "ndjson")->type_name("FORMAT");
  app.add_flag("-q,--quiet", options->quiet, "No progress and no warnings on stderr");
  return [options](const Invocation&) { return export_rows(*options); };
}

}  // namespace heapdiff
