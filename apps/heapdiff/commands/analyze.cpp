// `heapdiff analyze`, the pipeline on one page: inputs -> findings (series_analysis.cpp) -> sites -> report ->
// renderers.

#include "command.h"
#include "console.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/render.h"
#include "memory_option.h"
#include "progress.h"
#include "series.h"
#include "series_analysis.h"
#include "source_options.h"
#include "suspect_sites.h"

#include <memory>

namespace heapdiff {

namespace {

struct AnalyzeOptions {
  explicit AnalyzeOptions(CLI::App& app) : series(app), console(app, report_formats()), source(app), memory(app) {
    app.add_flag("--force", force, "Go on when the snapshots are of different processes");
  }
  SeriesOptions series;
  Console console;
  SourceOptions source;
  MemoryOption memory;
  bool force = false;
};

int analyze(const AnalyzeOptions& options, const Invocation& invocation) {
  std::vector<std::string> notices;
  const std::vector<SeriesInput> series = options.series.find(notices);
  for (const std::string& notice : notices) {
    options.console.warn(notice);
  }
  TerminalProgress progress(options.console.quiet());
  SeriesAnalysis analysis = analyze_series(series, options.force, options.memory.limit_bytes(), false, progress);
  ReportInput input;
  input.facts = analysis.facts;
  input.findings = &analysis.findings;
  input.warnings = std::move(analysis.warnings);
  input.self_check = std::move(analysis.self_check);
  input.tool_version = HEAPDIFF_VERSION;
  input.command_line = invocation.command_line;
  find_lines(analysis.findings, analysis.facts, options.source, input);
  progress.clear();
  const RcaReport report = build_report(input);
  options.console.write(
      [&](const std::string& format, const RenderOptions& how) { return render(report, *parse_format(format), how); });
  return 0;
}

}  // namespace

CommandRunner setup_analyze(CLI::App& app) {
  auto options = std::make_shared<AnalyzeOptions>(app);
  return [options](const Invocation& invocation) {
    options->console.validate();
    options->source.validate();
    return analyze(*options, invocation);
  };
}

}  // namespace heapdiff
