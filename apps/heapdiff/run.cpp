// The pipeline on one page: inputs -> graphs, one at a time -> facts -> findings -> sites -> report -> renderers.

#include "run.h"

#include "export.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/site.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/output_file.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "progress.h"
#include "row_sink.h"
#include "series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <sys/ioctl.h>
#include <unistd.h>

namespace heapdiff {

namespace {

constexpr double kSameProcess = 0.99;
constexpr std::uint64_t kFewSharedIds = 100;

unsigned terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) {
    return std::min<unsigned>(size.ws_col, 120);
  }
  return 100;
}

void warn(const Options& options, const std::string& text) {
  if (!options.quiet) {
    std::fputs(("heapdiff: " + text + "\n").c_str(), stderr);
  }
}

void write_stdout(const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) {
      continue;
    }
    if (n < 0 && errno == EPIPE) {
      return;  // the reader has seen enough
    }
    if (n < 0) {
      throw Error(ErrorKind::output, fmt::format("standard output: {}", std::strerror(errno)));
    }
    written += static_cast<std::size_t>(n);
  }
}

void check_identity(const std::vector<Facts>& facts, const Options& options, std::vector<std::string>& warnings,
                    std::vector<std::string>& self_check) {
  double least = 1.0;
  for (std::size_t k = 1; k < facts.size(); ++k) {
    const IdentityCheck check = compare_identity(facts[k - 1], facts[k]);
    least = std::min(least, check.share());
    if (check.shared >= kFewSharedIds && check.share() >= kSameProcess) {
      continue;
    }
    const std::string what = fmt::format(
        "{} and {} are not of one process: of {} shared node ids {:.1f} % name the same object (one process: "
        "practically all)",
        visible_text(facts[k - 1].input.name), visible_text(facts[k].input.name), check.shared, 100 * check.share());
    if (!options.force) {
      throw Error(ErrorKind::input, what, "Give snapshots of one process, or use --force to go on all the same.");
    }
    warnings.push_back(what + ". Results that follow objects by id mean little.");
  }
  self_check.push_back(
      fmt::format("Identity: {:.2f} % of the ids that neighbours share name the same object.", 100 * least));
}

Heap read(const SeriesInput& input, const Options& options, ProgressListener& progress) {
  LoadOptions load;
  load.progress = &progress;
  HeapOptions derive;
  derive.progress = &progress;
  (void)options;
  return compute_heap(load_snapshot(input.path, load), derive);
}

void render_all(const RcaReport& report, const Options& options) {
  for (const OutputRequest& output : options.outputs) {
    RenderOptions how;
    how.width = output.path.empty() ? terminal_width() : 100;
    how.color = output.path.empty() && options.color;
    const std::string text = render(report, *parse_format(output.format), how);
    if (output.path.empty()) {
      write_stdout(text);
      continue;
    }
    OutputFile file(output.path);
    file.write(text);
    file.commit();
  }
}

int analyze(const Options& options) {
  std::vector<std::string> warnings;
  std::vector<std::string> self_check;
  std::vector<std::string> notices;
  const std::vector<SeriesInput> series = find_series(options, notices);
  for (const std::string& notice : notices) {
    warn(options, notice);
  }
  if (series.size() < 2) {
    throw Error(ErrorKind::usage, "a leak shows only between snapshots: expected two or more of one process, got one",
                "Name a second snapshot, or a folder with the series.");
  }
  TerminalProgress progress(options.quiet);
  std::vector<Facts> facts;
  Heap last;
  Diagnostics diagnostics;
  for (const SeriesInput& input : series) {
    last = Heap();  // one graph in memory at a time
    last = read(input, options, progress);
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
  check_identity(facts, options, warnings, self_check);
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
  SourceRoot source(options.source_root, options.source_map);
  ReportInput input;
  for (const Suspect& suspect : findings.suspects) {
    input.sites.push_back(source.sites(suspect.functions, suspect.hint));
  }
  for (const std::string& warning : source.warnings()) {
    warnings.push_back(warning);
  }
  input.facts = facts;
  input.findings = &findings;
  input.warnings = std::move(warnings);
  input.self_check = std::move(self_check);
  input.tool_version = HEAPDIFF_VERSION;
  input.command_line = options.command_line;
  progress.clear();
  render_all(build_report(input), options);
  return 0;
}

int export_rows(const Options& options) {
  if (options.inputs.size() != 1) {
    throw Error(ErrorKind::usage, "export: expected one snapshot");
  }
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

int run(const Options& options) {
  return options.command == Options::Command::export_rows ? export_rows(options) : analyze(options);
}

}  // namespace heapdiff
