#pragma once
// From a line to the commit that introduced it. The commit is a candidate: a line may be old and its use new.

#include "heapdiff/diff/site.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff {

/// A commit that may have introduced the leak. Texts are raw: pass them through visible_text() before printing.
struct CommitCandidate {
  std::string id;             ///< 40 hex digits; 64 in a SHA-256 repository
  std::int64_t author_s = 0;  ///< seconds since 1970
  std::string author_date;    ///< RFC 3339, UTC
  std::string subject;
  std::string file;        ///< its name in that commit, relative to the repository
  std::uint32_t line = 0;  ///< 1-based, in that commit; 0 when the commit is given for the whole file
};

/// What Git says about one site.
struct SiteCommit {
  std::optional<CommitCandidate> commit;
  std::vector<std::string> notes;  ///< why there is none, or what weakens it: a shallow clone, an uncommitted line
};

/// The history of one repository. Runs the `git` program without a shell, hooks, filters or network.
class CommitHistory {
 public:
  /// `repo` is any folder of a work tree; `source_root` is what Site::file is relative to, or empty.
  /// Throws Error{usage} when `repo` is no Git work tree or `git` cannot be run.
  CommitHistory(const std::string& repo, const std::string& source_root);
  ~CommitHistory();
  CommitHistory(CommitHistory&&) noexcept;
  CommitHistory& operator=(CommitHistory&&) noexcept;

  /// The commit that last changed the text of the site's line. Renamed files are followed. A commit that only moved or
  /// reformatted the line, or renamed identifiers in it, is named in the notes and skipped. Starts one process per
  /// step, each with a time limit.
  [[nodiscard]] SiteCommit blame(const Site& site);
  /// Commits whose author date lies in [since_s, until_s] and that touched the site's file, newest first, at most 20.
  [[nodiscard]] std::vector<CommitCandidate> touching(const Site& site, std::int64_t since_s, std::int64_t until_s);
  /// Commits after `base` up to `now` (revisions of the repository) that touched the site's file, newest first, at most
  /// 20. Throws Error{usage} for a revision that the repository does not have.
  [[nodiscard]] std::vector<CommitCandidate> between(const Site& site, const std::string& base, const std::string& now);
  /// Warnings about the whole repository: a shallow clone, a missing history.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace heapdiff
