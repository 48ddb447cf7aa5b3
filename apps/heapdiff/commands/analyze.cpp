// `heapdiff analyze`, the pipeline on one page: inputs -> graphs, one at a time -> facts -> findings -> sites -> report
// -> renderers.

#include "command.h"
#include "console.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/error.h"
#include "process_identity.h"
#include "progress.h"
#include "series.h"
#include "source_options.h"
#include "suspect_sites.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace heapdiff {

namespace {

struct AnalyzeOptions {
  explicit AnalyzeOptions(CLI::App& app) : series(app), console(app, report_formats()), source(app) {
    app.add_flag("--force", force, "Go on when the snapshots are of different processes");
  }
  SeriesOptions series;
  Console console;
  SourceOptions source;
  bool force = false;
};

void check_identity(const std::vector<Facts>& facts, bool force, std::vector<std::string>& warnings,
                    std::vector<std::string>& self_check) {
  double least = 1.0;
  for (std::size_t k = 1; k < facts.size(); ++k) {
    const IdentityCheck check = compare_identity(facts[k - 1], facts[k]);
    least = std::min(least, check.share());
    require_one_process({facts[k - 1].input.name, facts[k].input.name}, check, force, warnings);
  }
  self_check.push_back(
      fmt::format("Identity: {:.2f} % of the ids that neighbours share name the same object.", 100 * least));
}

Heap read(const SeriesInput& input, ProgressListener& progress) {
  LoadOptions load;
  load.progress = &progress;
  HeapOptions derive;
  derive.progress = &progress;
  return compute_heap(load_snapshot(input.path, load), derive);
}

int analyze(const AnalyzeOptions& options, const Invocation& invocation) {
  std::vector<std::string> warnings;
  std::vector<std::string> self_check;
  std::vector<std::string> notices;
  const std::vector<SeriesInput> series = options.series.find(notices);
  for (const std::string& notice : notices) {
    options.console.warn(notice);
  }
  if (series.size() < 2) {
    throw Error(ErrorKind::usage, "a leak shows only between snapshots: expected two or more of one process, got one",
                "Name a second snapshot, or a folder with the series.");
  }
  TerminalProgress progress(options.console.quiet());
  std::vector<Facts> facts;
  Heap last;
  Diagnostics diagnostics;
  for (const SeriesInput& input : series) {
    last = Heap();  // one graph in memory at a time
    last = read(input, progress);
    facts.push_back(collect(last));
    facts.back().captured_ns = input.captured_ns;
    facts.back().captured_source = input.captured_source;
    diagnostics.merge(last.diagnostics);
    if (last.retained_size(SnapshotGraph::root()) != last.graph.total_self_size()) {
      throw Error(ErrorKind::internal, input.path, std::nullopt,
                  "the root's retained size differs from the sum of all self sizes");
    }
  }
  self_check.push_back(
      fmt::format("Sizes: in each of {} snapshots the root retains the sum of all self sizes.", facts.size()));
  check_identity(facts, options.force, warnings, self_check);
  for (std::string& sentence : diagnostics.sentences()) {
    warnings.push_back(std::move(sentence));
  }
  std::vector<double> hours;
  if (std::all_of(facts.begin(), facts.end(), [](const Facts& f) { return f.captured_ns.has_value(); })) {
    for (const Facts& f : facts) {
      hours.push_back(static_cast<double>(*f.captured_ns - *facts.front().captured_ns) / 3.6e12);
    }
  }
  Findings findings = find_suspects(last, facts, hours);
  self_check.push_back(fmt::format(
      "New objects: {} bytes; {} in suspects or levelled off, {} compiled code and shapes, {} not attributed.",
      findings.new_bytes, findings.new_bytes - findings.artefact_bytes - findings.unattributed_bytes,
      findings.artefact_bytes, findings.unattributed_bytes));
  ReportInput input;
  input.facts = facts;
  input.findings = &findings;
  input.warnings = std::move(warnings);
  input.self_check = std::move(self_check);
  input.tool_version = HEAPDIFF_VERSION;
  input.command_line = invocation.command_line;
  find_lines(findings, facts, options.source, input);
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
