#include "analysis/series_analysis.h"

#include "analysis/process_identity.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace heapdiff {

namespace {

/// Whether objects can be followed through the series by their ids. Throws where they cannot, unless forced.
bool check_identity(const std::vector<Facts>& facts, bool force, std::vector<std::string>& warnings,
                    std::vector<std::string>& self_check) {
  double least = 1.0;
  bool one_process = true;
  for (std::size_t k = 1; k < facts.size(); ++k) {
    const IdentityCheck check = compare_identity(facts[k - 1], facts[k]);
    least = std::min(least, check.share());
    one_process &= is_one_process(check);
    require_one_process({facts[k - 1].input.name, facts[k].input.name}, check, force, warnings);
  }
  self_check.push_back(
      fmt::format("Identity: {:.2f} % of the ids that neighbours share name the same object.", 100 * least));
  return one_process;
}

/// Of different processes, only how many there are of each constructor can be compared: no object can be followed, and
/// growth between them is no leak of either.
Findings compare_by_constructor(const std::vector<Facts>& facts) {
  Findings findings;
  findings.by_constructor_only = true;
  findings.unexplained = Trajectory::steady;  // of no suspect: forbids "no leak"
  for (const Facts& f : facts) {
    findings.unexplained_levels.push_back(static_cast<double>(f.total_bytes));
  }
  findings.unexplained_bytes = findings.unexplained_levels.back() - findings.unexplained_levels.front();
  return findings;
}

/// Snapshots by agreement of ids, types and names with the latest of each process so far. PIDs do not tell: in
/// containers they are all 1. Empty unless there are several processes. One has two snapshots or more, and so has each
/// of which a snapshot was named and not just found.
std::vector<std::vector<SeriesInput>> split(std::span<const SeriesInput> series, const std::vector<Facts>& facts) {
  std::vector<std::vector<std::size_t>> members;
  for (std::size_t k = 0; k < facts.size(); ++k) {
    const auto home = std::find_if(members.begin(), members.end(), [&](const std::vector<std::size_t>& process) {
      return is_one_process(compare_identity(facts[process.back()], facts[k]));
    });
    if (home == members.end()) {
      members.push_back({k});
    } else {
      home->push_back(k);
    }
  }
  std::vector<std::vector<SeriesInput>> processes;
  for (const std::vector<std::size_t>& process : members) {
    std::vector<SeriesInput>& inputs = processes.emplace_back();
    for (const std::size_t k : process) {
      inputs.push_back(series[k]);
    }
  }
  const auto is_series = [](const std::vector<SeriesInput>& p) { return p.size() >= 2; };
  const bool whole =
      std::any_of(processes.begin(), processes.end(), is_series) &&
      std::all_of(processes.begin(), processes.end(), [&](const auto& p) { return is_series(p) || !p.front().named; });
  return whole && processes.size() > 1 ? processes : std::vector<std::vector<SeriesInput>>{};
}

Heap read(const SeriesInput& input, std::uint64_t max_memory_bytes, bool keep_string_values,
          ProgressListener& progress) {
  LoadOptions load;
  load.progress = &progress;
  load.memory_use = MemoryUse::graph;
  load.limits.max_memory_bytes = max_memory_bytes;
  load.keep_string_values = keep_string_values;
  HeapOptions derive;
  derive.progress = &progress;
  derive.keep_distances = false;
  return compute_heap(load_snapshot(input.path, load), derive);
}

}  // namespace

SeriesAnalysis analyze_series(std::span<const SeriesInput> series, bool force, std::uint64_t max_memory_bytes,
                              bool show_values, ProgressListener& progress,
                              std::vector<std::vector<SeriesInput>>* processes) {
  if (series.size() < 2) {
    if (std::error_code error; series.front().path != "-" && !std::filesystem::exists(series.front().path, error)) {
      throw Error(ErrorKind::input, series.front().path, std::nullopt, "no such file or folder");
    }
    throw Error(ErrorKind::usage, "a leak shows only between snapshots: expected two or more of one process, got one",
                "Name a second snapshot, or a folder with the series; `heapdiff summary FILE` shows what one holds.");
  }
  SeriesAnalysis analysis;
  Diagnostics diagnostics;
  for (const SeriesInput& input : series) {
    analysis.last = Heap();  // one graph in memory at a time
    analysis.last = read(input, max_memory_bytes, show_values && &input == &series.back(), progress);
    const Heap& last = analysis.last;
    analysis.facts.push_back(collect(last));
    analysis.facts.back().captured_ns = input.captured_ns;
    analysis.facts.back().captured_source = input.captured_source;
    if (input.operations) {
      analysis.ops.push_back(*input.operations);
    }
    diagnostics.merge(last.diagnostics);
    if (last.retained_size(SnapshotGraph::root()) != last.graph.total_self_size()) {
      throw Error(ErrorKind::internal, input.path, std::nullopt,
                  "the root's retained size differs from the sum of all self sizes");
    }
  }
  analysis.self_check.push_back(
      fmt::format("Sizes: in each of {} snapshots the root retains the sum of all self sizes.", series.size()));
  if (processes != nullptr && !force) {
    *processes = split(series, analysis.facts);
    if (!processes->empty()) {
      return analysis;
    }
  }
  const bool one_process = check_identity(analysis.facts, force, analysis.warnings, analysis.self_check);
  for (std::string& sentence : diagnostics.sentences()) {
    analysis.warnings.push_back(std::move(sentence));
  }
  const std::vector<Facts>& facts = analysis.facts;
  if (std::all_of(facts.begin(), facts.end(), [](const Facts& f) { return f.captured_ns.has_value(); })) {
    for (const Facts& f : facts) {
      analysis.hours.push_back(static_cast<double>(*f.captured_ns - *facts.front().captured_ns) / 3.6e12);
    }
  }
  if (!one_process) {
    analysis.findings = compare_by_constructor(facts);
    return analysis;
  }
  analysis.findings = find_suspects(analysis.last, facts, analysis.hours);
  const Findings& found = analysis.findings;
  const auto bytes = [](std::int64_t size) { return format_bytes(static_cast<double>(size)); };
  analysis.self_check.push_back(fmt::format(
      "What came: {} in new objects and in stores that grew. Of these {} in suspects or levelled off, {} in place of "
      "others that went, {} compiled code and "
      "shapes, {} not attributed.",
      bytes(found.new_bytes),
      bytes(found.new_bytes - found.artefact_bytes - found.replaced_bytes - found.unattributed_bytes),
      bytes(found.replaced_bytes), bytes(found.artefact_bytes), bytes(found.unattributed_bytes)));
  return analysis;
}

}  // namespace heapdiff
