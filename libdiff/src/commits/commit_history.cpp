// CommitHistory with `git blame --porcelain`, `git log` and `git cat-file`.

#include "commits/git_process.h"
#include "commits/line_match.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/diff/commits.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "sites/path_index.h"
#include "sites/source_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

namespace heapdiff {
namespace {

namespace fs = std::filesystem;
using commits::GitResult;
using commits::run_git;

constexpr int kMaxSteps = 16;  // commits that only reformatted a line and are skipped
constexpr std::size_t kMaxTouching = 20;
constexpr std::size_t kMaxFollowed = 200;  // commits of one file

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(at), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view()
                                         : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

template <class Number>
Number number(std::string_view text) {
  Number value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

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

struct BlamedLine {
  CommitCandidate commit;
  std::string previous;  ///< the previous commit that has the file; empty when there is none
  std::string previous_file;
  bool boundary = false;
};

std::optional<BlamedLine> parse_porcelain(std::string_view text) {
  BlamedLine blamed;
  for (const std::string_view line : split(text, '\n')) {
    const auto value = [&](std::string_view key) -> std::optional<std::string_view> {
      if (line.substr(0, key.size()) != key || line.size() <= key.size() || line[key.size()] != ' ') {
        return std::nullopt;
      }
      return line.substr(key.size() + 1);
    };
    if (blamed.commit.id.empty()) {
      const auto words = split(line, ' ');
      if (words.size() < 3 || words[0].size() < 40) {
        return std::nullopt;
      }
      blamed.commit.id = words[0];
      blamed.commit.line = number<std::uint32_t>(words[1]);
    } else if (!line.empty() && line.front() == '\t') {
      break;
    } else if (const auto time = value("author-time")) {
      blamed.commit.author_s = number<std::int64_t>(*time);
    } else if (const auto subject = value("summary")) {
      blamed.commit.subject = *subject;
    } else if (const auto file = value("filename")) {
      blamed.commit.file = *file;
    } else if (const auto previous = value("previous")) {
      const std::size_t space = previous->find(' ');
      blamed.previous = previous->substr(0, space);
      blamed.previous_file = space == std::string_view::npos ? std::string_view() : previous->substr(space + 1);
    } else if (line == "boundary") {
      blamed.boundary = true;
    }
  }
  if (blamed.commit.file.empty()) {
    return std::nullopt;
  }
  blamed.commit.author_date = format_time(blamed.commit.author_s * 1'000'000'000);
  return blamed;
}

}  // namespace

struct CommitHistory::Impl {
  Impl(const std::string& repo, std::string source_folder) : source_root(std::move(source_folder)) {
    const GitResult top = run_git(repo, {"rev-parse", "--show-toplevel"});
    if (!top.started) {
      throw Error(ErrorKind::usage, "--repo: the program 'git' cannot be run",
                  "Install git, or leave out --repo: the lines are found without it.");
    }
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

namespace {

/// The commits that `git log` lists with kLogFormat.
constexpr const char* kLogFormat = "--format=%x01%H%x02%at%x02%s%x02";

std::vector<CommitCandidate> parse_log(std::string_view text, const std::string& file) {
  std::vector<CommitCandidate> found;
  for (const std::string_view entry : split(text, '\x01')) {
    const auto fields = split(entry, '\x02');
    if (fields.size() < 3) {
      continue;
    }
    CommitCandidate commit;
    commit.id = trim(fields[0]);
    commit.author_s = number<std::int64_t>(fields[1]);
    commit.subject = fields[2];
    commit.file = file;
    commit.author_date = format_time(commit.author_s * 1'000'000'000);
    found.push_back(std::move(commit));
  }
  return found;
}

}  // namespace

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
