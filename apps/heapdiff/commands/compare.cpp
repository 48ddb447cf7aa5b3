// `heapdiff compare`: what a new process or build keeps more than a base.

#include "heapdiff/diff/compare.h"

#include "commands/command.h"
#include "heapdiff/diff/explore_heap.h"
#include "heapdiff/diff/owners.h"
#include "heapdiff/reports/build_comparison.h"
#include "heapdiff/reports/error_text.h"
#include "heapdiff/reports/jira_kit.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/render.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/console.h"
#include "io/progress.h"
#include "options/compare_gates.h"
#include "options/declare_options.h"
#include "options/memory_option.h"
#include "options/series_options.h"
#include "options/source_options.h"
#include "pipeline.h"
#include "profiles/profiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace heapdiff {

namespace {

struct CompareOptions {
  explicit CompareOptions(CLI::App& app)
      : series(app, SeriesUse::timed),
        console(app, report_formats(), Console::Text::brief),
        source(app),
        gates(app),
        memory(app) {
    begin_group(app, "The two sides");
    add_option(app, "BASE NEW", inputs, "A snapshot, or a folder with a series or with runs, of each side")
        .required()
        .type_name("");
    add_positive_option(app, "--base-ops", base_operations, "Operations that the base had run when it was captured",
                        "operations");
    add_positive_option(app, "--new-ops", new_operations, "Operations that the new process had run", "operations");
    begin_group(app, "Source lines and commits");
    add_option(app, "--base-rev", base_revision, "With --repo: the revision of the base, for the commits since then")
        .type_name("REV");
    add_option(app, "--new-rev", new_revision, "With --repo: the revision of the new build").type_name("REV");
  }

  void validate() {
    console.validate();
    source.validate();
    if (inputs.size() != 2) {
      throw Error(ErrorKind::usage, fmt::format("compare: expected BASE and NEW, got {} inputs", inputs.size()),
                  "Each is a snapshot, or a folder with snapshots of one side.");
    }
    if (base_revision.empty() != new_revision.empty()) {
      throw Error(ErrorKind::usage, "--base-rev and --new-rev belong together");
    }
    if (!base_revision.empty() && source.locations.repo.empty()) {
      throw Error(ErrorKind::usage, "--base-rev: needs --repo", "Name the program's Git clone with --repo DIR.");
    }
    source.locations.base_revision = base_revision;
    source.locations.new_revision = new_revision;
    gates.validate(series.counts_operations() || (base_operations > 0 && new_operations > 0));
  }

  SeriesOptions series;
  Console console;
  SourceOptions source;
  CompareGates gates;
  MemoryOption memory;
  std::vector<std::string> inputs;
  double base_operations = 0;
  double new_operations = 0;
  std::string base_revision;
  std::string new_revision;
};

/// One side after it was read.
struct ComparedSide {
  Series series;
  std::vector<OwnerShare> owners;
  CompareSide side;
};

ComparedSide read_side(const FoundSeries& found, const SeriesReadOptions& read, HeapShapes& shapes, OwnerNamer& namer,
                       double operations) {
  std::map<std::string, std::size_t> columns;  // by digest
  SeriesReadOptions options = read;
  options.each = [&](const Heap& heap, bool last) { columns[heap.input.digest] = shapes.add(heap, last); };
  ComparedSide out;
  out.series = read_series(found.inputs, found.plan, options);
  out.series.set_aside.insert(out.series.set_aside.begin(), found.set_aside.begin(), found.set_aside.end());
  out.owners = find_owners(out.series.last, owner_evidence(out.series.last.graph, namer));
  for (const Facts& facts : out.series.facts) {
    out.side.columns.push_back(columns.at(facts.input.digest));
  }
  out.side.facts = out.series.facts;
  out.side.operations = out.series.ops;
  out.side.hours = out.series.times.hours;
  out.side.one_process = group_by_process(out.series.facts).size() == 1;
  if (operations > 0) {
    out.side.all_operations = operations;
  } else if (!out.series.ops.empty() && out.series.ops.back() > 0) {
    out.side.all_operations = out.series.ops.back();
  }
  return out;
}

void add_notes(const Series& series, CompareReportInput& input) {
  input.cautions.insert(input.cautions.end(), series.set_aside.begin(), series.set_aside.end());
  for (std::string& sentence : series.diagnostics.sentences()) {
    input.warnings.push_back(std::move(sentence));
  }
}

int compare_heaps(CompareOptions& options, const Invocation& invocation) {
  const std::vector<FoundSeries> found = options.series.find_all({{options.inputs[0]}, {options.inputs[1]}});
  TerminalProgress progress(options.console.quiet());
  const SeriesReadOptions read{options.memory.limit_bytes(), false, &progress};
  SourceRoot source(options.source.locations.root, options.source.locations.map);
  HeapShapes shapes([&](const CodePlace& place, const std::string& name) { return source.function_name(place, name); });
  OwnerNamer namer(options.source.locations.root);
  ComparedSide base = read_side(found[0], read, shapes, namer, options.base_operations);
  base.series.last = Heap();  // one graph at a time
  const ComparedSide now = read_side(found[1], read, shapes, namer, options.new_operations);
  Comparison comparison = shapes.compare(now.series.last, base.side, now.side);

  CompareReportInput input;
  input.comparison = &comparison;
  input.base = base.series.facts;
  input.now = now.series.facts;
  input.sites = find_sites(comparison.findings, now.series.facts, options.source.locations);
  input.base_owners = base.owners;
  input.new_owners = now.owners;
  input.gates = options.gates.judge(comparison, base.side, now.side);
  add_notes(base.series, input);
  add_notes(now.series, input);
  if (base.series.facts.back().input.digest == now.series.facts.back().input.digest) {
    input.cautions.emplace_back("Base and new are the same snapshot: nothing can differ.");
  }
  input.warnings.insert(input.warnings.end(), namer.warnings().begin(), namer.warnings().end());
  input.repository_prefix = repository_prefix(options.source.locations.root);
  input.tool_version = HEAPDIFF_VERSION;
  input.command_line = invocation.command_line;
  if (options.console.writes("html")) {
    std::vector<Facts> all;
    for (const std::span<const Facts> side : {input.base, input.now}) {
      std::transform(side.begin(), side.end(), std::back_inserter(all), without_objects);
    }
    input.explorer = explore_heap(now.series.last, comparison.findings, all);
  }
  const RcaReport report = build_comparison(input);
  progress.clear();
  const std::string said = options.gates.lines(report, options.console);  // before anything has its name
  options.console.write(
      [&](const std::string& format, const RenderOptions& how) {
        return render(options.console.without_people(report, format), *parse_format(format), how);
      },
      {}, [&] { return jira_kit(options.console.without_people(report, kJiraKit)); });
  std::fputs(said.c_str(), stderr);
  return options.gates.exit_code(report);
}

/// Two sampling profiles, which some production processes alone can afford.
int compare_profiles(CompareOptions& options, const Invocation& invocation) {
  ProfileComparison comparison;
  RcaReport report = compare_profile_files(options.inputs[0], options.inputs[1], options.source.locations, comparison);
  report.command_line = mask_secrets(visible_text(invocation.command_line));
  report.repository_prefix = repository_prefix(options.source.locations.root);
  report.gates = options.gates.judge(comparison);
  const std::string said = options.gates.lines(report, options.console);
  options.console.write(
      [&](const std::string& format, const RenderOptions& how) {
        return render(options.console.without_people(report, format), *parse_format(format), how);
      },
      {}, [&] { return jira_kit(options.console.without_people(report, kJiraKit)); });
  std::fputs(said.c_str(), stderr);
  return options.gates.exit_code(report);
}

int compare_inputs(CompareOptions& options, const Invocation& invocation) {
  const bool base = is_profile(options.inputs[0]);
  const bool now = is_profile(options.inputs[1]);
  if (base != now) {
    throw Error(ErrorKind::usage, "a sampling profile and a heap snapshot cannot be compared",
                "Give two profiles, or two snapshots.");
  }
  return base ? compare_profiles(options, invocation) : compare_heaps(options, invocation);
}

}  // namespace

CommandRunner setup_compare(CLI::App& app) {
  auto options = std::make_shared<CompareOptions>(app);
  return [options](const Invocation& invocation) {
    options->validate();
    try {
      return compare_inputs(*options, invocation);
    } catch (const Error& e) {
      // A test report of an earlier run must not be taken for that of this run.
      if (e.kind() != ErrorKind::output && e.kind() != ErrorKind::usage) {
        options->console.write_files("junit", junit_of_error(options->gates.expressions(), mask_error(e)));
      }
      throw;
    }
  };
}

}  // namespace heapdiff
