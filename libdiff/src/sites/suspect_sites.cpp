#include "heapdiff/diff/suspect_sites.h"

#include "heapdiff/diff/heap_profile.h"
#include "heapdiff/snapshot/visible_text.h"
#include "suspects/signature.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace heapdiff {

namespace {

/// Suspects whose commits are looked up: each costs a few runs of git.
constexpr std::size_t kMaxBlamedSuspects = 5;

std::int64_t now_s() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The first site that is the program's own and in the repository decides; a package's line has another history.
SuspectCommits commits_of(const std::vector<Site>& sites, std::span<const Facts> facts, const SourceLocations& source,
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
  if (!source.since_ns && source.base_revision.empty()) {
    return out;
  }
  const std::int64_t until = facts.back().captured_ns ? *facts.back().captured_ns / 1'000'000'000 : now_s();
  std::set<std::string> files;
  std::set<std::string> ids;
  for (const Site& site : sites) {
    if (!site.package.empty() || !files.insert(site.file).second) {
      continue;
    }
    for (CommitCandidate& commit : source.base_revision.empty()
                                       ? history.touching(site, until - *source.since_ns / 1'000'000'000, until)
                                       : history.between(site, source.base_revision, source.new_revision)) {
      if (ids.insert(commit.id).second) {
        out.recent.push_back(std::move(commit));
      }
    }
  }
  std::stable_sort(out.recent.begin(), out.recent.end(),
                   [](const CommitCandidate& a, const CommitCandidate& b) { return a.author_s > b.author_s; });
  return out;
}

}  // namespace

void add_heap_profile(Findings& findings, const SourceLocations& source) {
  if (source.heap_profile.empty()) {
    return;
  }
  const HeapProfile profile = read_heap_profile(source.heap_profile);
  for (Suspect& suspect : findings.suspects) {
    add_profile(suspect, profile);
  }
}

namespace {

/// Signs the leaks with the names of the original sources, so that a minified build has the signatures of the others.
void sign(std::vector<Suspect>& suspects, SourceRoot& root) {
  const suspects::NameSource names{
      [&root](const CodePlace& place, const std::string& name) { return root.original_function(place, name); },
      [&root](const std::vector<CodePlace>& functions, const std::string& name) {
        return root.original_variable(functions, name);
      }};
  for (Suspect& suspect : suspects) {
    suspect.signature = suspects::leak_signature(suspect, names);
  }
}

void add_renamed(Suspect& suspect, const std::string& in_heap, const std::string& in_source, bool is_variable) {
  const bool is_known = std::any_of(suspect.renamed.begin(), suspect.renamed.end(), [&](const RenamedWord& word) {
    return word.in_heap == in_heap && word.is_variable == is_variable;
  });
  if (!is_known && !in_heap.empty() && !in_source.empty() && in_heap != in_source) {
    suspect.renamed.push_back({in_heap, visible_text(in_source, 80), is_variable});
  }
}

/// What the source calls the suspect's class, its holder, and the variables that lead to it.
void find_renamed(Suspect& suspect, const std::vector<Site>& sites, SourceRoot& root) {
  for (const HeldName& held : suspect.held_names) {
    if (held.of == HeldName::Of::function) {
      add_renamed(suspect, held.text, root.original_function(held.code.front(), held.text).name, false);
    } else if (held.of == HeldName::Of::variable && !held.code.empty()) {
      add_renamed(suspect, held.text, root.original_variable(held.code, held.text).name, true);
    }
  }
  const auto defined = std::find_if(sites.begin(), sites.end(), [](const Site& site) {
    return site.evidence == SiteEvidence::constructor && site.role == SiteRole::allocation &&
           !site.generated_file.empty();
  });
  if (defined != sites.end()) {
    add_renamed(suspect, suspect.constructor, defined->function, false);
  }
}

}  // namespace

SuspectSites find_sites(Findings& findings, std::span<const Facts> facts, const SourceLocations& source) {
  SuspectSites out;
  SourceRoot root(source.root, source.map);
  for (const Suspect& suspect : findings.suspects) {
    out.sites.push_back(root.sites(suspect.functions, suspect.hint));
  }
  sign(findings.suspects, root);
  sign(findings.dismissed, root);
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    find_renamed(findings.suspects[i], out.sites[i], root);
  }
  out.warnings = root.warnings();
  if (!source.repo.empty()) {
    CommitHistory history(source.repo, source.root);
    for (std::size_t i = 0; i < out.sites.size() && i < kMaxBlamedSuspects; ++i) {
      out.commits.push_back(commits_of(out.sites[i], facts, source, history));
    }
    out.warnings.insert(out.warnings.end(), history.warnings().begin(), history.warnings().end());
  }
  if (source.no_excerpts) {
    for (std::vector<Site>& sites : out.sites) {
      for (Site& site : sites) {
        site.excerpt.clear();
      }
    }
  }
  return out;
}

}  // namespace heapdiff
