#pragma once
// Source lines and commits of the suspects: all that an analysis takes from outside the snapshots.

#include "heapdiff/diff/commits.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/site.h"
#include "heapdiff/diff/suspect.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// Where the program's source and its history are.
struct SourceLocations {
  std::string root;                      ///< empty: no source file is opened
  std::string map;                       ///< a source map file, or empty
  std::string heap_profile;              ///< a .heapprofile of the same process, or empty
  std::string repo;                      ///< a folder of a Git clone; empty: no commits are named
  std::optional<std::int64_t> since_ns;  ///< list the commits of this time before the last capture
  bool no_excerpts = false;              ///< keep source lines out of the report
  std::string base_revision = {};        ///< with `new_revision`: list the commits between the two
  std::string new_revision = {};
};

/// What the history says about one suspect's line.
struct SuspectCommits {
  std::optional<CommitCandidate> commit;
  std::optional<bool> before_first_capture;  ///< none when the capture time is not known
  std::vector<std::string> notes;
  std::vector<CommitCandidate> recent;  ///< touched the suspect's files within `since_ns`, newest first
};

struct SuspectSites {
  std::vector<std::vector<Site>> sites;  ///< one list per suspect, best first
  std::vector<SuspectCommits> commits;   ///< of the first suspects; empty without a repository
  std::vector<std::string> warnings;
};

/// Adds the functions of a sampling profile to the suspects; does nothing without one. Throws Error{input} for a file
/// that is not a profile.
void add_heap_profile(Findings& findings, const SourceLocations& source);

/// Also signs the suspects again, with the names that source maps know. Throws Error when a file or repository that
/// `source` names cannot be used.
[[nodiscard]] SuspectSites find_sites(Findings& findings, std::span<const Facts> facts, const SourceLocations& source);

}  // namespace heapdiff
