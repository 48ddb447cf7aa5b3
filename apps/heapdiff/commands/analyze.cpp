// `heapdiff analyze`, the pipeline on one page: inputs -> findings (series_analysis.cpp) -> sites -> report ->
// renderers.

#include "command.h"
#include "console.h"
#include "gate_options.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/render.h"
#include "memory_option.h"
#include "outlook_options.h"
#include "progress.h"
#include "series.h"
#include "series_analysis.h"
#include "source_options.h"
#include "suspect_sites.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace heapdiff {

namespace {

struct AnalyzeOptions {
  explicit AnalyzeOptions(CLI::App& app)
      : series(app), console(app, report_formats()), source(app), gates(app), outlook(app), memory(app) {
    app.add_flag("--force", force, "Go on when the snapshots are of different processes");
  }
  SeriesOptions series;
  Console console;
  SourceOptions source;
  GateOptions gates;
  OutlookOptions outlook;
  MemoryOption memory;
  bool force = false;
};

/// From the repository's root to the source root, as forges name files; empty outside of a repository.
std::string repository_prefix(const std::string& root) {
  std::error_code error;
  const std::filesystem::path start = root.empty() ? std::filesystem::path() : std::filesystem::canonical(root, error);
  for (std::filesystem::path at = start; !at.empty() && at != at.root_path(); at = at.parent_path()) {
    if (std::filesystem::exists(at / ".git", error)) {
      const std::string prefix = start.lexically_relative(at).generic_string();
      return prefix == "." ? std::string() : prefix + "/";
    }
  }
  return {};
}

/// The report of one process; its exit code.
int report_on(SeriesAnalysis& analysis, const AnalyzeOptions& options, const Invocation& invocation,
              TerminalProgress& progress, const std::string& part) {
  ReportInput input;
  input.facts = analysis.facts;
  input.ops = analysis.ops;
  input.limit_bytes = options.outlook.limit_bytes;
  input.observed_bytes_per_hour = options.outlook.observed_bytes_per_hour;
  input.findings = &analysis.findings;
  input.warnings = std::move(analysis.warnings);
  input.self_check = std::move(analysis.self_check);
  input.tool_version = HEAPDIFF_VERSION;
  input.command_line = invocation.command_line;
  find_lines(analysis.findings, analysis.facts, options.source, input);
  progress.clear();
  RcaReport report = build_report(input);
  report.repository_prefix = repository_prefix(options.source.root);
  options.gates.judge(report, analysis);
  options.console.write(
      [&](const std::string& format, const RenderOptions& how) { return render(report, *parse_format(format), how); },
      part);
  options.gates.tell(report, options.console, part);
  return options.gates.exit_code(report);
}

int analyze(const AnalyzeOptions& options, const Invocation& invocation) {
  std::vector<std::string> notices;
  const std::vector<SeriesInput> series = options.series.find(notices);
  for (const std::string& notice : notices) {
    options.console.warn(notice);
  }
  TerminalProgress progress(options.console.quiet());
  std::vector<std::vector<SeriesInput>> processes;
  SeriesAnalysis analysis =
      analyze_series(series, options.force, options.memory.limit_bytes(), false, progress, &processes);
  if (processes.empty()) {
    return report_on(analysis, options, invocation, progress, {});
  }
  std::vector<int> codes;
  for (std::size_t i = 0; i < processes.size(); ++i) {
    const std::string part = fmt::format("process-{}", i + 1);
    analysis = SeriesAnalysis();
    options.series.place(processes[i]);
    progress.clear();
    options.console.warn(fmt::format("{} of {}: {} snapshots, the first is {}", part, processes.size(),
                                     processes[i].size(), processes[i].front().path));
    analysis = analyze_series(processes[i], false, options.memory.limit_bytes(), false, progress);
    codes.push_back(report_on(analysis, options, invocation, progress, part));
  }
  // A failed gate says more than an open one.
  const auto failed = std::find(codes.begin(), codes.end(), 1);
  return failed != codes.end() ? 1 : *std::max_element(codes.begin(), codes.end());
}

}  // namespace

CommandRunner setup_analyze(CLI::App& app) {
  auto options = std::make_shared<AnalyzeOptions>(app);
  return [options](const Invocation& invocation) {
    options->console.validate();
    options->source.validate();
    options->gates.validate(options->series.counts_operations());
    options->outlook.validate();
    return analyze(*options, invocation);
  };
}

}  // namespace heapdiff
