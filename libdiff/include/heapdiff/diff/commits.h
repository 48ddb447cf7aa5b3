#pragma once
// From a line to the commit that brought it. Git tells who wrote a line, not who is to blame: always a candidate.

#include "heapdiff/diff/site.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

/// A commit that may have brought the leak. Texts are as Git holds them: make them visible before printing.
struct CommitCandidate {
  std::string id;             ///< 40 hex digits; 64 in a SHA-256 repository
  std::int64_t author_s = 0;  ///< seconds since 1970
  std::string author_date;    ///< RFC 3339, UTC
  std::string subject;
  std::string file;        ///< as it was named then, relative to the repository
  std::uint32_t line = 0;  ///< 1-based, in that version; 0 when the commit stands for a file
};

/// What Git says about one site.
struct SiteCommit {
  std::optional<CommitCandidate> commit;
  std::vector<std::string> notes;  ///< why there is none, or what weakens it: shallow, uncommitted, reformatted since
};

/// The history of one repository, read by the `git` program without a shell, hooks, filters or network.
class CommitHistory {
 public:
  /// `repo` is any folder of a work tree; `source_root` is what Site::file is relative to, or empty.
  /// Throws Error{usage} when `repo` is no Git work tree or `git` cannot be run.
  CommitHistory(const std::string& repo, const std::string& source_root);
  ~CommitHistory();
  CommitHistory(CommitHistory&&) noexcept;
  CommitHistory& operator=(CommitHistory&&) noexcept;

  /// The commit that last changed the text of the site's line. Renamed files are followed; commits that only moved or
  /// reformatted the line, or renamed identifiers in it, are looked through and named in the notes. One process per
  /// step, each with a time limit.
  [[nodiscard]] SiteCommit blame(const Site& site);
  /// Commits whose author date lies in [since_s, until_s] and that touched the site's file, newest first, at most 20.
  [[nodiscard]] std::vector<CommitCandidate> touching(const Site& site, std::int64_t since_s, std::int64_t until_s);
  /// What holds for the whole repository: a shallow clone, a missing history.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace heapdiff
