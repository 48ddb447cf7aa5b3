#include "pipeline.h"

#include "commands/command.h"
#include "heapdiff/diff/explore_heap.h"
#include "heapdiff/reports/jira_kit.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/weighty_warnings.h"
#include "io/progress.h"
#include "options/analyze_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

namespace heapdiff {

void require_one_process(const std::string& older, const std::string& newer, const IdentityCheck& check, bool force,
                         std::vector<std::string>& warnings) {
  if (std::optional<std::string> fresh = fresh_ids_text(older, newer, check)) {
    warnings.push_back(std::move(*fresh));
    return;
  }
  const std::optional<std::string> difference = different_processes_text(older, newer, check);
  if (!difference) {
    return;
  }
  if (!force) {
    throw Error(ErrorKind::input, *difference, "Give snapshots of one process, or use --force to go on all the same.");
  }
  warnings.push_back(*difference + ". Results that follow objects by id mean little.");
}

Series read_inputs(const FoundSeries& found, const SeriesReadOptions& options, FewestSnapshots fewest) {
  const std::vector<SeriesInput>& inputs = found.inputs;
  const bool one = fewest == FewestSnapshots::one && inputs.size() == 1;
  if (inputs.size() < 2) {
    if (std::error_code error; inputs.front().path != "-" && !std::filesystem::exists(inputs.front().path, error)) {
      throw Error(ErrorKind::input, inputs.front().path, std::nullopt, "no such file or folder");
    }
  }
  if (inputs.size() < 2 && !one) {
    throw Error(ErrorKind::usage, "a leak shows only between snapshots: expected two or more of one process, got one",
                "Name a second snapshot, or a folder with the series; `heapdiff FILE` shows what one holds.");
  }
  Series series = read_series(inputs, found.plan, options);
  series.set_aside.insert(series.set_aside.begin(), found.set_aside.begin(), found.set_aside.end());
  if (series.facts.size() < 2 && !one) {
    throw Error(ErrorKind::evidence,
                fmt::format("a leak shows only between snapshots, and of {} files one can be used", inputs.size()),
                fmt::format("{}", fmt::join(series.set_aside, " ")));
  }
  return series;
}

namespace {

/// What the capture recorded of the process at each snapshot; empty where it did not of all.
std::vector<MemoryPoint> memory_of(const Series& series) {
  std::vector<MemoryPoint> points;
  for (const SeriesInput& input : series.inputs) {
    if (!input.memory) {
      return {};
    }
    points.push_back(*input.memory);
  }
  return points;
}

}  // namespace

Analysis find_leaks(Series series, bool force) {
  Analysis analysis;
  const std::vector<Facts>& facts = series.facts;
  if (facts.size() == 1) {
    analysis.warnings = series.diagnostics.sentences();
    analysis.findings = find_accumulations(series.last, facts.front());
    analysis.series = std::move(series);
    return analysis;
  }
  const std::vector<IdentityCheck> checks = compare_neighbours(facts);
  const bool fresh_ids =
      !checks.empty() && std::all_of(checks.begin(), checks.end(), [](const IdentityCheck& c) { return c.fresh_ids; });
  for (std::size_t k = 0; k < checks.size() && !fresh_ids; ++k) {
    analysis.least_identity_share = std::min(analysis.least_identity_share, checks[k].share());
    require_one_process(facts[k].input.name, facts[k + 1].input.name, checks[k], force, analysis.warnings);
  }
  for (std::string& sentence : series.diagnostics.sentences()) {
    analysis.warnings.push_back(std::move(sentence));
  }
  const bool one_process = std::all_of(checks.begin(), checks.end(), is_one_process);
  if (fresh_ids) {
    analysis.findings = findings_of_fresh_ids(facts, series.times.hours);
  } else {
    analysis.findings = one_process
                            ? find_suspects(series.last, facts, clocks_of(facts.size(), series.ops, series.times.hours))
                            : findings_of_different_processes(facts);
  }
  analysis.findings.order_is_disputed = one_process && series.order.disputed;
  analysis.series = std::move(series);
  if (analysis.series.memory.empty()) {
    analysis.series.memory = memory_of(analysis.series);
  }
  return analysis;
}

Conclusions conclude(Analysis& analysis, const SourceLocations& source) {
  const std::vector<Facts>& facts = analysis.series.facts;
  add_heap_profile(analysis.findings, source);
  Conclusions conclusions;
  conclusions.sites = find_sites(analysis.findings, facts, source);
  const Findings& findings = analysis.findings;
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    conclusions.labels.push_back(label_suspect(findings.suspects[i], conclusions.sites.sites[i], facts));
  }
  conclusions.verdict = judge_verdict(findings, facts, judge_outside(analysis.series.memory));
  OwnerNamer namer(source.root);
  conclusions.owners = find_owners(analysis.series.last, owner_evidence(analysis.series.last.graph, namer));
  return conclusions;
}

ReportInput report_input(const Analysis& analysis, const Conclusions& conclusions) {
  ReportInput input;
  input.facts = analysis.series.facts;
  input.findings = &analysis.findings;
  input.verdict = conclusions.verdict;
  input.sites = conclusions.sites;
  input.owners = conclusions.owners;
  input.ops = analysis.series.ops;
  input.order = analysis.series.order;
  input.times = analysis.series.times;
  input.set_aside = analysis.series.set_aside;
  input.memory = analysis.series.memory;
  input.outside = judge_outside(analysis.series.memory);
  if (!analysis.findings.fresh_ids && analysis.series.facts.size() > 1) {
    input.least_identity_share = analysis.least_identity_share;
  }
  for (const std::string& warning : analysis.warnings) {
    (limits_the_answer(warning) ? input.limiting_warnings : input.warnings).push_back(warning);
  }
  input.tool_version = HEAPDIFF_VERSION;
  return input;
}

SeriesEvidence series_evidence(const Analysis& analysis, const Conclusions& conclusions) {
  const Series& series = analysis.series;
  return {series.facts, series.times.hours, series.ops, &analysis.findings, &conclusions.verdict};
}

namespace {

/// One process of those in the inputs.
struct Part {
  std::string name;  ///< "process-2"; empty for the only one
  bool last = true;
};

}  // namespace

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

namespace {

/// Everything after the facts, for one process. Returns its exit code.
int report_on(Series series, AnalyzeOptions& options, const Invocation& invocation, TerminalProgress& progress,
              const Part& part) {
  Analysis analysis = find_leaks(std::move(series), options.force);
  const Conclusions conclusions = conclude(analysis, options.source.locations);
  GateOutcome gates = options.gates.judge(series_evidence(analysis, conclusions), conclusions.labels, part.last);

  ReportInput input = report_input(analysis, conclusions);
  input.limit_bytes = options.outlook.limit_bytes;
  input.observed_bytes_per_hour = options.outlook.observed_bytes_per_hour;
  input.gates = std::move(gates.results);
  input.lenient = options.gates.lenient();
  input.project_settings = invocation.project_judgement;
  input.known_leaks = std::move(gates.known_leaks);
  input.part = part.name;
  input.repository_prefix = repository_prefix(options.source.locations.root);
  input.command_line = invocation.command_line;
  if (options.console.writes("html")) {
    input.explorer = explore_heap(analysis.series.last, analysis.findings, analysis.series.facts);
  }
  const RcaReport report = build_report(input);

  progress.clear();
  // Before anything has its name: see Console::write().
  const std::string said = options.gates.lines(report, options.console);
  const std::string listing = options.console.listing(verdict_line(report), part.name);
  options.console.write(
      [&](const std::string& format, const RenderOptions& how) {
        return render(options.console.without_people(report, format), *parse_format(format), how);
      },
      part.name, [&] { return jira_kit(options.console.without_people(report, kJiraKit)); });
  write_stdout(listing);
  std::fputs(said.c_str(), stderr);
  return options.gates.exit_code(report);
}

/// The inputs of each process where there are several; empty when there is one. Also empty when no process has two
/// snapshots, or when a snapshot that the caller named is the only one of its process: then the mixture is an error
/// and not a folder that holds several series.
std::vector<std::vector<SeriesInput>> split_by_process(const Series& series) {
  std::vector<std::vector<SeriesInput>> processes;
  for (const std::vector<std::size_t>& snapshots : group_by_process(series.facts)) {
    std::vector<SeriesInput>& process = processes.emplace_back();
    for (const std::size_t k : snapshots) {
      process.push_back(series.inputs[k]);
    }
  }
  const auto is_series = [](const std::vector<SeriesInput>& process) { return process.size() >= 2; };
  const bool all_may_be_split = std::any_of(processes.begin(), processes.end(), is_series) &&
                                std::all_of(processes.begin(), processes.end(), [&](const auto& process) {
                                  return is_series(process) || !process.front().named;
                                });
  return all_may_be_split && processes.size() > 1 ? processes : std::vector<std::vector<SeriesInput>>{};
}

/// Takes out the processes with a single snapshot, with a warning each. Returns whether there were any: no gate can be
/// judged on them.
bool set_single_snapshots_aside(std::vector<std::vector<SeriesInput>>& processes, const AnalyzeOptions& options) {
  const std::size_t before = processes.size();
  std::erase_if(processes, [&](const std::vector<SeriesInput>& process) {
    if (process.size() >= 2) {
      return false;
    }
    options.console.warn(fmt::format("{} is the only snapshot of its process, and is set aside{}", process.front().path,
                                     options.gates.expressions().empty() ? "" : ": no gate can be judged on it"));
    return true;
  });
  return processes.size() < before;
}

/// Each process is read a second time, so that only one graph is in memory at a time.
int report_on_each(std::vector<std::vector<SeriesInput>> processes, const SeriesPlan& plan, AnalyzeOptions& options,
                   const Invocation& invocation, const SeriesReadOptions& read, TerminalProgress& progress) {
  const bool open = set_single_snapshots_aside(processes, options);
  std::vector<int> codes;
  for (std::size_t i = 0; i < processes.size(); ++i) {
    std::vector<SeriesInput>& inputs = processes[i];
    const Part part{fmt::format("process-{}", i + 1), i + 1 == processes.size()};
    progress.clear();
    options.console.warn(fmt::format("{} of {}: {} snapshots, the first is {}", part.name, processes.size(),
                                     inputs.size(), inputs.front().path));
    codes.push_back(report_on(read_inputs({inputs, plan, {}, {}}, read), options, invocation, progress, part));
  }
  if (open && !options.gates.expressions().empty() && !options.gates.lenient()) {
    codes.push_back(exit_code(ErrorKind::evidence));
  }
  // A failed gate says more than an open one.
  return std::find(codes.begin(), codes.end(), 1) != codes.end() ? 1 : *std::max_element(codes.begin(), codes.end());
}

}  // namespace

int analyze_series(Series series, AnalyzeOptions& options, const Invocation& invocation) {
  TerminalProgress progress(options.console.quiet());
  return report_on(std::move(series), options, invocation, progress, {});
}

int analyze(AnalyzeOptions& options, const Invocation& invocation) {
  const FoundSeries found = options.series.find();
  const std::string& root = options.source.locations.root;
  options.console.note(root.empty() ? std::string("no source root") : "source root " + root);

  TerminalProgress progress(options.console.quiet());
  const SeriesReadOptions read{options.memory.limit_bytes(), false, &progress};
  Series series = read_inputs(found, read, FewestSnapshots::one);
  series.memory = found.memory;
  for (std::size_t k = 0; k < series.inputs.size(); ++k) {
    options.console.note(fmt::format("snapshot {}: {}, time from {}", k + 1, series.inputs[k].path,
                                     to_string(series.facts[k].captured_source)));
  }
  std::vector<std::vector<SeriesInput>> processes;
  if (!options.force) {
    processes = split_by_process(series);
  }
  if (processes.empty()) {
    return report_on(std::move(series), options, invocation, progress, {});
  }
  progress.clear();
  series = Series();
  return report_on_each(std::move(processes), found.plan, options, invocation, read, progress);
}

}  // namespace heapdiff
