// From a line to the commit that brought it, in repositories built here.

#include "heapdiff/diff/commits.h"

#include "commits/git_process.h"
#include "commits/line_match.h"
#include "heapdiff/snapshot/error.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace heapdiff;
using heapdiff_test::TemporaryFolder;

bool have_git() {
  static const bool have = std::system("git --version >/dev/null 2>&1") == 0;
  return have;
}

/// Runs a command in the repository; no configuration of the user takes part.
void run(const TemporaryFolder& folder, const std::string& command) {
  const std::string line = "cd '" + folder.path.string() +
                           "' && export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a "
                           "GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org && " +
                           command + " >/dev/null 2>&1";
  REQUIRE(std::system(line.c_str()) == 0);
}

void commit(const TemporaryFolder& folder, const std::string& date, const std::string& subject) {
  run(folder, "git add -A && GIT_AUTHOR_DATE=" + date + " GIT_COMMITTER_DATE=2026-03-09T00:00:00Z git commit -qm '" +
                  subject + "'");
}

Site site_at(const std::string& file, std::uint32_t line, const std::string& text) {
  Site site;
  site.file = file;
  site.line = line;
  site.excerpt = {{line, text}};
  return site;
}

/// The history of BUG-892: the listener comes with the second commit; what follows must not take the blame.
void build_history(const TemporaryFolder& repo) {
  run(repo, "git init -q -b main");
  repo.write("src/cache.ts", "export class Cache {\n  read(key: string) {\n    return key\n  }\n}\n");
  commit(repo, "2026-02-01T10:00:00Z", "Add the cache");
  repo.write("src/cache.ts",
             "export class Cache {\n  read(key: string) {\n    this.client.on(\"message:\" + key, callback)\n"
             "    return key\n  }\n}\n");
  commit(repo, "2026-02-10T10:00:00Z", "Invalidate entries on messages");
  repo.write("README.md", "unrelated\n");
  repo.write("src/other.ts", "export const a = 1\n");
  commit(repo, "2026-02-12T10:00:00Z", "Describe the service");
  run(repo, "mkdir -p src/cache && git mv src/cache.ts src/cache/cache.service.ts");
  commit(repo, "2026-02-14T10:00:00Z", "Move the cache into a folder");
  repo.write("src/cache/cache.service.ts",
             "export class Cache {\n    read(key: string) {\n        this.client.on(\n            'message:' + key,\n"
             "            callback,\n        );\n        return key;\n    }\n}\n");
  commit(repo, "2026-02-16T10:00:00Z", "Format with prettier");
  repo.write("src/cache/cache.service.ts",
             "import { log } from '../log';\n\nexport class Cache {\n    read(key: string) {\n        log(key);\n"
             "        this.client.on('message:' + key, callback);\n        return key;\n    }\n}\n");
  commit(repo, "2026-02-18T10:00:00Z", "Log reads");
}

}  // namespace

TEST_CASE("the commit that brought the line is found through a rename, formatting and later changes") {
  if (!have_git()) {
    MESSAGE("git is not installed");
    return;
  }
  const TemporaryFolder repo;
  build_history(repo);
  CommitHistory history(repo.path.string(), repo.path.string());
  CHECK(history.warnings().empty());
  const SiteCommit found =
      history.blame(site_at("src/cache/cache.service.ts", 6, "        this.client.on('message:' + key, callback);"));
  REQUIRE(found.commit.has_value());
  CHECK(found.commit->subject == "Invalidate entries on messages");
  CHECK(found.commit->author_date == "2026-02-10T10:00:00Z");
  CHECK(found.commit->file == "src/cache.ts");
  CHECK(found.commit->line == 3);
  CHECK(found.commit->id.size() == 40);
  REQUIRE(found.notes.size() == 2);
  CHECK(found.notes[0].substr(0, 33) == "only moved or reformatted since, ");
  CHECK(found.notes[1] == "the file was then src/cache.ts");

  SUBCASE("a container's path leads to the same file") {
    CommitHistory elsewhere(repo.path.string(), "");
    const SiteCommit same =
        elsewhere.blame(site_at("/app/src/cache/cache.service.ts", 6, "this.client.on('message:' + key, callback);"));
    REQUIRE(same.commit.has_value());
    CHECK(same.commit->id == found.commit->id);
  }
  SUBCASE("a line that the repository has elsewhere is found by its text, and one that it lacks is not guessed") {
    const SiteCommit moved =
        history.blame(site_at("src/cache/cache.service.ts", 2, "this.client.on('message:' + key, callback);"));
    REQUIRE(moved.commit.has_value());
    CHECK(moved.commit->id == found.commit->id);
    CHECK(moved.notes[0] == "in the last commit's src/cache/cache.service.ts the statement stands in line 6");
    const SiteCommit none = history.blame(site_at("src/cache/cache.service.ts", 6, "this.client.on('other', f);"));
    CHECK_FALSE(none.commit.has_value());
    REQUIRE(none.notes.size() == 1);
    CHECK(none.notes[0].find("differs from the source that ran") != std::string::npos);
    CHECK_FALSE(history.blame(site_at("src/absent.ts", 1, "a")).commit.has_value());
  }
  SUBCASE("commits of the last days, by author date, through the rename") {
    const Site site = site_at("src/cache/cache.service.ts", 6, "");
    const auto recent = history.touching(site, 1770681600, 1771286400);  // 10 to 17 February
    REQUIRE(recent.size() == 3);
    CHECK(recent[0].subject == "Format with prettier");
    CHECK(recent[2].subject == "Invalidate entries on messages");
  }
  SUBCASE("what is not committed is said so") {
    repo.write("src/cache/cache.service.ts", "a\nb\nthis.fresh.on('x', callback)\n");
    const SiteCommit fresh = history.blame(site_at("src/cache/cache.service.ts", 3, "this.fresh.on('x', callback)"));
    CHECK_FALSE(fresh.commit.has_value());
    REQUIRE(fresh.notes.size() == 2);
    CHECK(fresh.notes[0] == "src/cache/cache.service.ts has changes that are not committed");
    CHECK(fresh.notes[1] == "line 3 of src/cache/cache.service.ts is not committed yet");
  }
  SUBCASE("a shallow clone says that the line may be older") {
    const TemporaryFolder clone;
    run(clone, "git clone -q --depth 1 'file://" + repo.path.string() + "' copy");
    CommitHistory shallow((clone.path / "copy").string(), "");
    REQUIRE(shallow.warnings().size() == 1);
    CHECK(shallow.warnings()[0].find("shallow") != std::string::npos);
    const SiteCommit last =
        shallow.blame(site_at("src/cache/cache.service.ts", 6, "this.client.on('message:' + key, callback);"));
    REQUIRE(last.commit.has_value());
    CHECK(last.commit->subject == "Log reads");
    REQUIRE(last.notes.size() == 1);
    CHECK(last.notes[0] == "the clone's history ends at this commit: the line may be older");
  }
}

TEST_CASE("a repository's configuration starts no program") {
  if (!have_git()) {
    MESSAGE("git is not installed");
    return;
  }
  const TemporaryFolder repo;
  build_history(repo);
  const std::string trap = (repo.path / "trap").string();
  repo.write("trap.sh", "#!/bin/sh\ntouch '" + trap + "'\ncat \"$1\" 2>/dev/null\n");
  const std::string script = "'sh " + (repo.path / "trap.sh").string() + "'";
  repo.write(".git/info/attributes", "*.ts diff=trap filter=trap\n");
  for (const char* key : {"core.fsmonitor", "diff.trap.textconv", "diff.trap.command", "diff.external", "core.pager",
                          "core.sshCommand", "gpg.program", "filter.trap.clean", "filter.trap.process"}) {
    run(repo, std::string("git config ") + key + " " + script);
  }
  repo.write("src/cache/cache.service.ts",
             "import { log } from '../log';\n\nexport class Cache {\n    read(key: string) {\n        log(key);\n"
             "        this.client.on('message:' + key, callback);\n        // touched\n");
  std::filesystem::remove(trap);
  CommitHistory history(repo.path.string(), "");
  const Site site = site_at("src/cache/cache.service.ts", 6, "this.client.on('message:' + key, callback);");
  CHECK(history.blame(site).commit.has_value());
  CHECK(history.touching(site, 0, 4'000'000'000).size() >= 5);
  CHECK_FALSE(std::filesystem::exists(trap));
}

namespace {

/// A clone that promises to fetch an object that it lacks, from where `url` and the settings say.
void make_partial(const TemporaryFolder& repo, const std::string& url, const std::vector<std::string>& settings) {
  build_history(repo);
  run(repo,
      "blob=$(git rev-parse HEAD:src/cache/cache.service.ts) && "
      "rm -f .git/objects/$(echo $blob | cut -c1-2)/$(echo $blob | cut -c3-)");
  run(repo, "git config core.repositoryFormatVersion 1");
  run(repo, "git config extensions.partialClone origin");
  run(repo, "git config remote.origin.promisor true");
  run(repo, "git config remote.origin.url '" + url + "'");
  for (const std::string& setting : settings) {
    run(repo, "git config " + setting);
  }
}

}  // namespace

TEST_CASE("a partial clone fetches nothing and starts no program, whatever it allows itself") {
  if (!have_git()) {
    MESSAGE("git is not installed");
    return;
  }
  const bool knows_the_option = std::system("git --no-lazy-fetch version >/dev/null 2>&1") == 0;
  for (const bool external : {true, false}) {
    const TemporaryFolder repo;
    const std::string trap = (repo.path / "trap").string();
    if (external) {
      make_partial(repo, "ext::sh -c touch% " + trap, {"protocol.ext.allow always", "protocol.allow always"});
    } else {
      repo.write("upload.sh", "#!/bin/sh\ntouch '" + trap + "'\n");
      make_partial(
          repo, repo.path.string(),
          {"protocol.file.allow always", "remote.origin.uploadpack 'sh " + (repo.path / "upload.sh").string() + "'"});
    }
    CAPTURE(external);
    if (knows_the_option) {
      CommitHistory history(repo.path.string(), "");
      static_cast<void>(
          history.blame(site_at("src/cache/cache.service.ts", 6, "this.client.on('message:' + key, cb);")));
    } else {
      try {
        const CommitHistory history(repo.path.string(), "");
        FAIL_CHECK("a partial clone was opened with a git that fetches");
      } catch (const Error& e) {
        CHECK(e.kind() == ErrorKind::usage);
        CHECK(std::string(e.what()).find("is a partial clone") != std::string::npos);
        CHECK(e.advice().find("Git 2.44") != std::string::npos);
      }
    }
    CHECK_FALSE(std::filesystem::exists(trap));
    // Also where nothing refuses the clone: each transport is closed.
    static_cast<void>(commits::run_git(repo.path.string(), {"cat-file", "blob", "HEAD:src/cache/cache.service.ts"}));
    CHECK_FALSE(std::filesystem::exists(trap));
  }
}

TEST_CASE("a folder that is no clone is refused with advice") {
  if (!have_git()) {
    MESSAGE("git is not installed");
    return;
  }
  const TemporaryFolder folder;
  CHECK_THROWS_AS(CommitHistory(folder.path.string(), ""), Error);
  CHECK_THROWS_AS(CommitHistory((folder.path / "absent").string(), ""), Error);
}

TEST_CASE("a line is the same when only a formatter came over it") {
  using commits::same_line_before;
  const std::string before = "a\nclient.on(\"message\", cb)\nb\n";
  CHECK(same_line_before(before, "  client.on('message', cb);\n", 1) == 2);
  CHECK(same_line_before(before, "x\nclient.on(\n  'message',\n  cb,\n);\n", 3) == std::nullopt);  // too short to tell
  CHECK(same_line_before(before, "client.on('message', other);\n", 1) == std::nullopt);
  // A second copy of a line is new, even though its text is old; which of two is told by their order.
  CHECK(same_line_before(before, "client.on('message', cb);\nclient.on('message', cb);\n", 2) == std::nullopt);
  CHECK(same_line_before("client.on('message', cb)\nx\nclient.on('message', cb)\n",
                         "client.on('message', cb);\nclient.on('message', cb);\n", 2) == 3);
  CHECK(same_line_before("", "client.on('message', cb);\n", 9) == std::nullopt);
}

TEST_CASE("a line is the same when only its names are new ones") {
  using commits::renamed_line_before;
  const std::string before = "f(key, cb) {\n  client.on(`message:${key}`, cb);\n}\nlog(client)\n";
  const std::string after = "f(name, cb) {\n  log();\n  redis.on(`message:${name}`, cb)\n}\nlog(redis)\n";
  CHECK(renamed_line_before(before, after, 3) == 2);
  CHECK(renamed_line_before(before, before, 2) == 2);
  // What is called, what stands in quotes and the words between substitutions are no names.
  CHECK(renamed_line_before("a.on('x', callback)\n", "a.once('x', callback)\n", 1) == std::nullopt);
  CHECK(renamed_line_before("a.on('first', b)\n", "a.on('second', b)\n", 1) == std::nullopt);
  CHECK(renamed_line_before("a.on(`first:${b}`, c)\n", "a.on(`second:${b}`, c)\n", 1) == std::nullopt);
  // One name for two, a name that has not gone from the file, and a second line of the same form.
  CHECK(renamed_line_before("store.put(a, b, a)\n", "store.put(c, d, d)\n", 1) == std::nullopt);
  CHECK(renamed_line_before("users.push(entry)\n", "users\nmembers.push(entry)\n", 2) == std::nullopt);
  CHECK(renamed_line_before("users.push(entry)\n", "users.push(entry)\nmembers.push(entry)\n", 2) == std::nullopt);
  CHECK(renamed_line_before("users.push(entry)\n", "members.push(entry)\n", 1) == 1);
  CHECK(renamed_line_before("`${a", "`${`${'", 1) == std::nullopt);
}

TEST_CASE("a commit that renames does not take the blame, and is named") {
  if (!have_git()) {
    MESSAGE("git is not installed");
    return;
  }
  const TemporaryFolder repo;
  build_history(repo);
  repo.write("src/cache/cache.service.ts",
             "import { log } from '../log';\n\nexport class Cache {\n    read(name: string) {\n        log(name);\n"
             "        this.redis.on('message:' + name, callback);\n        return name;\n    }\n}\n");
  commit(repo, "2026-02-20T10:00:00Z", "Rename key to name and client to redis");
  CommitHistory history(repo.path.string(), repo.path.string());
  const SiteCommit found =
      history.blame(site_at("src/cache/cache.service.ts", 6, "        this.redis.on('message:' + name, callback);"));
  REQUIRE(found.commit.has_value());
  CHECK(found.commit->subject == "Invalidate entries on messages");
  REQUIRE(found.notes.size() == 3);
  CHECK(found.notes[1].find("in its names only") != std::string::npos);
}
