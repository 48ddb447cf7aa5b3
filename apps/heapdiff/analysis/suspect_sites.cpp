#include "analysis/suspect_sites.h"

#include "heapdiff/diff/commits.h"
#include "heapdiff/diff/heap_profile.h"
#include "heapdiff/diff/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxBlamed = 5;  // suspects: each costs a few processes

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The first site that is the program's own and in the repository decides; a package's line has another history.
SuspectCommits commits_of(const std::vector<Site>& sites, std::span<const Facts> facts, const SourceOptions& options,
                          CommitHistory& history) {
  SuspectCommits out;
  for (const Site& site : sites) {
    if (!site.package.empty()) {
      continue;
    }
    SiteCommit found = history.blame(site);
    out.notes = std::move(found.notes);
    if (found.commit) {
      out.commit = std::move(found.commit);
      if (facts.front().captured_ns) {
        out.before_first_capture = out.commit->author_s <= *facts.front().captured_ns / 1'000'000'000;
      }
    }
    break;
  }
  if (!options.since_ns) {
    return out;
  }
  const std::int64_t until = facts.back().captured_ns ? *facts.back().captured_ns / 1'000'000'000 : now_s();
  std::set<std::string> files;
  std::set<std::string> ids;
  for (const Site& site : sites) {
    if (!site.package.empty() || !files.insert(site.file).second) {
      continue;
    }
    for (CommitCandidate& commit : history.touching(site, until - *options.since_ns / 1'000'000'000, until)) {
      if (ids.insert(commit.id).second) {
        out.recent.push_back(std::move(commit));
      }
    }
  }
  std::stable_sort(out.recent.begin(), out.recent.end(),
                   [](const CommitCandidate& a, const CommitCandidate& b) { return a.author_s > b.author_s; });
  return out;
}

void check_traces(const Findings& findings, ReportInput& input) {
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    const auto& traces = findings.suspects[i].traces;
    if (traces && traces->objects > 0) {
      input.self_check.push_back(fmt::format(
          "Allocation stacks: {:.0f} % of the new objects of suspect {} have one ({} of {}): a sample, not an account.",
          100.0 * static_cast<double>(traces->traced_objects) / static_cast<double>(traces->objects), i + 1,
          traces->traced_objects, traces->objects));
    }
  }
}

}  // namespace

void find_lines(Findings& findings, std::span<const Facts> facts, const SourceOptions& options, ReportInput& input) {
  if (!options.heap_profile.empty()) {
    const HeapProfile profile = read_heap_profile(options.heap_profile);
    for (Suspect& suspect : findings.suspects) {
      add_profile(suspect, profile);
    }
  }
  check_traces(findings, input);
  SourceRoot source(options.root, options.map);
  for (const Suspect& suspect : findings.suspects) {
    input.sites.push_back(source.sites(suspect.functions, suspect.hint));
  }
  for (const std::string& warning : source.warnings()) {
    input.warnings.push_back(warning);
  }
  if (!options.repo.empty()) {
    CommitHistory history(options.repo, options.root);
    for (std::size_t i = 0; i < input.sites.size() && i < kMaxBlamed; ++i) {
      input.commits.push_back(commits_of(input.sites[i], facts, options, history));
    }
    for (const std::string& warning : history.warnings()) {
      input.warnings.push_back(warning);
    }
  }
  if (options.no_excerpts) {
    for (std::vector<Site>& sites : input.sites) {
      for (Site& site : sites) {
        site.excerpt.clear();
      }
    }
  }
}

}  // namespace heapdiff
