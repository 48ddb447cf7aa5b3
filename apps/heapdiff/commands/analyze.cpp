// `heapdiff analyze`, the pipeline on one page: inputs -> findings (series_analysis.cpp) -> sites -> report ->
// renderers.

#include "analysis/series_analysis.h"
#include "analysis/suspect_sites.h"
#include "commands/command.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/error.h"
#include "io/console.h"
#include "io/progress.h"
#include "options/declare_options.h"
#include "options/gate_options.h"
#include "options/memory_option.h"
#include "options/outlook_options.h"
#include "options/series_options.h"
#include "options/source_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace heapdiff {

namespace {

struct AnalyzeOptions {
  explicit AnalyzeOptions(CLI::App& app)
      : series(app), console(app, report_formats()), source(app), gates(app), outlook(app), memory(app) {
    add_flag(app, "--force", force, "Go on when the snapshots are of different processes");
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

/// One process of those in the inputs.
struct Part {
  std::string name;  ///< "process-2"; empty for the only one
  bool last = true;
};

/// The report of one process; its exit code.
int report_on(SeriesAnalysis& analysis, AnalyzeOptions& options, const Invocation& invocation,
              TerminalProgress& progress, const Part& part) {
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
  report.part = part.name;
  report.repository_prefix = repository_prefix(options.source.root);
  options.gates.judge(report, analysis, part.last);
  options.console.write(
      [&](const std::string& format, const RenderOptions& how) { return render(report, *parse_format(format), how); },
      part.name);
  options.gates.tell(report, options.console);
  return options.gates.exit_code(report);
}

/// Those with two snapshots or more. A gate cannot be judged on the others: `open` says that there are some.
std::vector<std::vector<SeriesInput>> series_of(const std::vector<std::vector<SeriesInput>>& processes,
                                                const AnalyzeOptions& options, bool& open) {
  std::vector<std::vector<SeriesInput>> series;
  for (const std::vector<SeriesInput>& process : processes) {
    if (process.size() >= 2) {
      series.push_back(process);
      continue;
    }
    open = true;
    options.console.warn(fmt::format("{} is the only snapshot of its process, and is set aside{}", process.front().path,
                                     options.gates.expressions().empty() ? "" : ": no gate can be judged on it"));
  }
  return series;
}

int analyze(AnalyzeOptions& options, const Invocation& invocation) {
  std::vector<std::string> notices;
  const std::vector<SeriesInput> found = options.series.find(notices);
  for (const std::string& notice : notices) {
    options.console.warn(notice);
  }
  for (const SeriesInput& input : found) {
    options.console.note(fmt::format("input {}, time from {}", input.path, input.captured_source));
  }
  options.console.note(options.source.root.empty() ? std::string("no source root")
                                                   : "source root " + options.source.root);
  TerminalProgress progress(options.console.quiet());
  std::vector<std::vector<SeriesInput>> processes;
  SeriesAnalysis analysis =
      analyze_series(found, options.force, options.memory.limit_bytes(), false, progress, &processes);
  if (processes.empty()) {
    return report_on(analysis, options, invocation, progress, {});
  }
  progress.clear();
  bool open = false;
  std::vector<std::vector<SeriesInput>> all = series_of(processes, options, open);
  std::vector<int> codes;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Part part{fmt::format("process-{}", i + 1), i + 1 == all.size()};
    analysis = SeriesAnalysis();
    options.series.place(all[i]);
    progress.clear();
    options.console.warn(fmt::format("{} of {}: {} snapshots, the first is {}", part.name, all.size(), all[i].size(),
                                     all[i].front().path));
    analysis = analyze_series(all[i], false, options.memory.limit_bytes(), false, progress);
    codes.push_back(report_on(analysis, options, invocation, progress, part));
  }
  if (open && !options.gates.expressions().empty() && !options.gates.lenient()) {
    codes.push_back(exit_code(ErrorKind::evidence));
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
    try {
      return analyze(*options, invocation);
    } catch (const Error& e) {
      // Test reports of an earlier run must not stand for this one.
      if (e.kind() != ErrorKind::output && e.kind() != ErrorKind::usage) {
        options->console.write_files("junit", junit_of_error(options->gates.expressions(), e.what()));
      }
      throw;
    }
  };
}

}  // namespace heapdiff
