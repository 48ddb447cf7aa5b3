// CommitHistory with `git blame --porcelain`, `git log` and `git cat-file`.

#include "commits/git_output.h"
#include "commits/git_process.h"
#include "commits/line_match.h"
#include "heapdiff/diff/commits.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "sites/path_index.h"
#include "sites/source_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

namespace heapdiff {
namespace {

namespace fs = std::filesystem;
using commits::BlamedLine;
using commits::git_version;
using commits::GitResult;
using commits::kLogFormat;
using commits::parse_log;
using commits::parse_porcelain;
using commits::run_git;
using commits::split;
using commits::trim;

constexpr int kMaxSteps = 16;  // commits that only reformatted a line and are skipped
constexpr std::size_t kMaxTouching = 20;
constexpr std::size_t kMaxFollowed = 200;  // commits of one file

std::string_view line_of(std::string_view text, std::uint32_t line) {
  for (std::uint32_t i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return {};
    }
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// Whether two texts are equal without white space at the ends of lines: a checkout may write CR LF.
bool same_text(std::string_view a, std::string_view b) {
  const auto x = split(a, '\n');
  const auto y = split(b, '\n');
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](std::string_view l, std::string_view r) { return trim(l) == trim(r); });
}

/// Git quotes paths with a line break or a quote; such paths are kept quoted.
bool is_plain(std::string_view path) { return !path.empty() && path.front() != '"'; }

constexpr std::pair kMinGit(2U, 24U);  // the first one that knows --end-of-options

/// Throws Error{usage} for a git that cannot be run or is too old, and for a clone of which objects may be missing
/// unless this git can be told not to fetch them: the repository's configuration says from where, and by what program.
void require_safe_git(const std::string& repo) {
  const GitResult asked = run_git(".", {"version"});
  if (!asked.started) {
    throw Error(ErrorKind::usage, "--repo: the program 'git' cannot be run",
                "Install git, or leave out --repo: the lines are found without it.");
  }
  const auto version = git_version(asked.out);
  if (!version || *version < kMinGit) {
    throw Error(ErrorKind::usage,
                fmt::format("--repo: expected git {}.{} or newer, got '{}'", kMinGit.first, kMinGit.second,
                            visible_text(trim(asked.out), 60)),
                "Leave out --repo: the lines are found without it.");
  }
  const bool can_refuse_to_fetch = run_git(".", {"--no-lazy-fetch", "version"}).exit_code == 0;
  if (can_refuse_to_fetch) {
    return;
  }
  const GitResult partial = run_git(
      repo, {"config", "--get-regexp", "^(extensions\\.partialclone|remote\\..*\\.(promisor|partialclonefilter))$"});
  if (partial.exit_code == 0) {
    throw Error(ErrorKind::usage,
                fmt::format("--repo: '{}' is a partial clone, and git {}.{} may run programs that it names",
                            visible_text(repo), version->first, version->second),
                "Git 2.44 or newer can be told not to. Or clone the whole history.");
  }
}

}  // namespace

struct CommitHistory::Impl {
  Impl(const std::string& repo, std::string source_folder) : source_root(std::move(source_folder)) {
    require_safe_git(repo);
    const GitResult top = run_git(repo, {"rev-parse", "--show-toplevel"});
    if (top.exit_code != 0) {
      throw Error(ErrorKind::usage, fmt::format("--repo: '{}' is no Git work tree that git will read", repo),
                  "Name the folder of the program's clone; a clone of another user has to be in git's safe.directory.");
    }
    toplevel = trim(top.out);
    if (run_git(toplevel, {"rev-parse", "--verify", "--quiet", "HEAD"}).exit_code != 0) {
      warnings.push_back("the repository has no commits: no commit can be named");
    }
    shallow = trim(run_git(toplevel, {"rev-parse", "--is-shallow-repository"}).out) == "true";
    if (shallow) {
      warnings.push_back(
          "the clone is shallow: a line may be older than the commit named for it (git fetch --unshallow brings the "
          "history)");
    }
    std::vector<std::string> files;
    const GitResult listed = run_git(toplevel, {"ls-files", "-z"});
    for (const std::string_view file : split(listed.out, '\0')) {
      files.emplace_back(file);
    }
    index = sites::PathIndex(std::move(files));
  }

  /// The tracked file of a site, relative to the repository; empty when there is none.
  [[nodiscard]] std::string tracked(const Site& site) const {
    std::error_code error;
    if (!source_root.empty()) {
      const fs::path whole = fs::weakly_canonical(fs::path(source_root) / site.file, error);
      const fs::path top = fs::canonical(toplevel, error);
      const std::string inside = whole.lexically_relative(top).generic_string();
      if (!error && index.contains(inside)) {
        return inside;
      }
    }
    bool ambiguous = false;
    return index.match(site.file, ambiguous);
  }

  [[nodiscard]] std::optional<BlamedLine> blame(const std::string& at, const std::string& file,
                                                std::uint32_t line) const {
    std::vector<std::string> words = {
        "blame", "--porcelain", "--no-textconv", "-w", "-M", "-L", fmt::format("{},{}", line, line)};
    if (!at.empty()) {
      words.push_back(at);
    }
    words.insert(words.end(), {"--", file});
    const GitResult result = run_git(toplevel, words);
    return result.exit_code == 0 ? parse_porcelain(result.out) : std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> blob(const std::string& commit, const std::string& file) const {
    GitResult result = run_git(toplevel, {"cat-file", "blob", commit + ":" + file});
    if (result.exit_code != 0) {
      return std::nullopt;
    }
    return std::move(result.out);
  }

  /// The site's line in the last commit's version of the file; none when it is not there. Git does not read the work
  /// tree, because it would run the filters that attributes name.
  [[nodiscard]] std::optional<std::uint32_t> committed_line(const Site& site, const std::string& file,
                                                            std::vector<std::string>& notes) const {
    const auto head = blob("HEAD", file);
    if (!head) {
      notes.push_back(fmt::format("{} is in no commit yet, or this clone lacks its content", file));
      return std::nullopt;
    }
    const auto tree = sites::read_limited(fs::path(toplevel) / file, sites::kMaxScriptBytes);
    if (tree && !same_text(*tree, *head)) {
      notes.push_back(fmt::format("{} has changes that are not committed", file));
    }
    const auto shown = std::find_if(site.excerpt.begin(), site.excerpt.end(),
                                    [&](const SourceLine& l) { return l.line == site.line; });
    if (shown == site.excerpt.end()) {
      return site.line;
    }
    const auto same = [&](std::string_view line) {
      line = trim(line);
      const std::string_view wanted = trim(shown->text);
      return line == wanted || (wanted.size() >= 200 && line.substr(0, wanted.size()) == wanted);
    };
    if (same(line_of(*head, site.line))) {
      return site.line;
    }
    const bool in_tree = tree && same(line_of(*tree, site.line));
    // The program was built from another version of the file: any line with the same text is accepted.
    std::vector<std::uint32_t> found;
    std::uint32_t at = 0;
    for (const std::string_view line : split(*head, '\n')) {
      ++at;
      if (same(line)) {
        found.push_back(at);
      }
    }
    if (found.size() != 1) {
      const auto before = in_tree ? commits::same_line_before(*head, *tree, site.line) : std::nullopt;
      if (before) {
        return before;
      }
      notes.push_back(in_tree ? fmt::format("line {} of {} is not committed yet", site.line, file)
                              : fmt::format("{} in the repository differs from the source that ran: its line {} "
                                            "reads otherwise",
                                            file, site.line));
      return std::nullopt;
    }
    notes.push_back(fmt::format("in the last commit's {} the statement stands in line {}", file, found.front()));
    return found.front();
  }

  std::string source_root;
  std::string toplevel;
  bool shallow = false;
  sites::PathIndex index;
  std::vector<std::string> warnings;
};

CommitHistory::CommitHistory(const std::string& repo, const std::string& source_root)
    : impl_(std::make_unique<Impl>(repo, source_root)) {}
CommitHistory::~CommitHistory() = default;
CommitHistory::CommitHistory(CommitHistory&&) noexcept = default;
CommitHistory& CommitHistory::operator=(CommitHistory&&) noexcept = default;

const std::vector<std::string>& CommitHistory::warnings() const noexcept { return impl_->warnings; }

SiteCommit CommitHistory::blame(const Site& site) {
  SiteCommit out;
  const std::string file = impl_->tracked(site);
  if (!is_plain(file)) {
    out.notes.push_back(fmt::format("{} is not among the repository's files", site.file));
    return out;
  }
  const auto line = impl_->committed_line(site, file, out.notes);
  if (!line) {
    return out;
  }
  auto blamed = impl_->blame("HEAD", file, *line);
  if (!blamed) {
    out.notes.push_back(fmt::format("git has no history for {}", file));
    return out;
  }
  std::vector<std::string> passed;
  std::vector<std::string> renamed;
  for (int step = 0; step < kMaxSteps && !blamed->previous.empty() && is_plain(blamed->previous_file); ++step) {
    const auto newer = impl_->blob(blamed->commit.id, blamed->commit.file);
    const auto older = impl_->blob(blamed->previous, blamed->previous_file);
    if (!newer || !older) {
      break;
    }
    auto before = commits::same_line_before(*older, *newer, blamed->commit.line);
    const bool same = before.has_value();
    if (!before) {
      before = commits::renamed_line_before(*older, *newer, blamed->commit.line);
    }
    auto next = before ? impl_->blame(blamed->previous, blamed->previous_file, *before) : std::nullopt;
    if (!next) {
      break;
    }
    (same ? passed : renamed).push_back(blamed->commit.id.substr(0, 10));
    blamed = std::move(next);
  }
  if (!passed.empty()) {
    out.notes.push_back(fmt::format("only moved or reformatted since, by {}", fmt::join(passed, ", ")));
  }
  if (!renamed.empty()) {
    out.notes.push_back(
        fmt::format("the line has since been changed in its names only, it seems, by {}", fmt::join(renamed, ", ")));
  }
  if (impl_->shallow && blamed->boundary) {
    out.notes.push_back("the clone's history ends at this commit: the line may be older");
  }
  if (blamed->commit.file != file) {
    out.notes.push_back(fmt::format("the file was then {}", blamed->commit.file));
  }
  out.commit = std::move(blamed->commit);
  return out;
}

std::vector<CommitCandidate> CommitHistory::touching(const Site& site, std::int64_t since_s, std::int64_t until_s) {
  const std::string file = impl_->tracked(site);
  if (!is_plain(file)) {
    return {};
  }
  // Commits are filtered by author date here: `--since` uses the committer's date, which a rebase changes.
  const GitResult log = run_git(impl_->toplevel, {"log", "--follow", "--no-merges", "--no-ext-diff", "--no-textconv",
                                                  fmt::format("--max-count={}", kMaxFollowed), kLogFormat, "--", file});
  std::vector<CommitCandidate> found = parse_log(log.out, file);
  std::erase_if(found, [&](const CommitCandidate& c) { return c.author_s < since_s || c.author_s > until_s; });
  found.resize(std::min(found.size(), kMaxTouching));
  return found;
}

std::vector<CommitCandidate> CommitHistory::between(const Site& site, const std::string& base, const std::string& now) {
  const auto commit_of = [&](const std::string& revision) {
    const GitResult result =
        run_git(impl_->toplevel, {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"});
    if (result.exit_code != 0) {
      throw Error(ErrorKind::usage, fmt::format("--repo: there is no revision '{}'", visible_text(revision)),
                  "Name a tag, a branch or a commit of this clone.");
    }
    return std::string(trim(result.out));
  };
  const std::string range = commit_of(base) + ".." + commit_of(now);
  const std::string file = impl_->tracked(site);
  if (!is_plain(file)) {
    return {};
  }
  const GitResult log =
      run_git(impl_->toplevel, {"log", "--no-merges", "--no-ext-diff", "--no-textconv",
                                fmt::format("--max-count={}", kMaxTouching), kLogFormat, range, "--", file});
  return parse_log(log.out, file);
}

}  // namespace heapdiff
