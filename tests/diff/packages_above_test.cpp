// Packages above the source root: where they are looked for, and what is never opened.

#include "sites/packages_above.h"

#include "heapdiff/diff/site.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace heapdiff;
using heapdiff_test::TemporaryFolder;

constexpr const char* kLeak = "function f(g) {\n  g.on('e', h);\n}\n";

/// The first site of a script's function `f` with a source root.
Site first_in(const fs::path& root, const std::string& script) {
  FunctionPosition position;
  position.script = script;
  position.line = 1;
  position.column = 11;
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  hint.event = "e";
  SourceRoot source(root.string(), "");
  const auto found = source.sites({position}, hint);
  REQUIRE(!found.empty());
  return found.front();
}

}  // namespace

TEST_CASE("packages are looked for above the source root, up to what marks the repository") {
  for (const std::string mark : {".git/HEAD", "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock",
                                 "pnpm-workspace.yaml"}) {
    CAPTURE(mark);
    const TemporaryFolder folder;
    folder.write("repo/" + mark, "x\n");
    folder.write("repo/packages/app/package.json", "{}");
    folder.write("repo/node_modules/@a/b/lib/x.js", kLeak);
    folder.write("repo/node_modules/@a/b/package.json", R"({"version":"1.2.3"})");
    folder.write("node_modules/c/x.js", kLeak);  // above the repository
    const fs::path root = folder.path / "repo/packages/app";
    const Site site = first_in(root, "/srv/node_modules/@a/b/lib/x.js");
    CHECK(site.file == "../../node_modules/@a/b/lib/x.js");
    CHECK(site.line == 2);
    CHECK(site.precision == SitePrecision::statement);
    CHECK(site.package == "@a/b 1.2.3");
    CHECK(site.missing_folder.empty());
    const Site above = first_in(root, "/srv/node_modules/c/x.js");
    CHECK(above.file == "/srv/node_modules/c/x.js");
    CHECK(above.excerpt.empty());
    CHECK(above.missing_folder == "/srv");
  }
}

TEST_CASE("workspaces in a package.json mark the repository, an ordinary one does not") {
  for (const bool workspaces : {true, false}) {
    const TemporaryFolder folder;
    folder.write("repo/package.json", workspaces ? R"({"workspaces":["app"]})" : R"({"name":"x"})");
    folder.write("repo/node_modules/c/x.js", kLeak);
    folder.write("repo/app/a.js", "x\n");
    CHECK(first_in(folder.path / "repo/app", "/srv/node_modules/c/x.js").text_at_hand == workspaces);
  }
}

TEST_CASE("the nearest folder with .git comes before a nearer lock file, and nothing above it is opened") {
  const TemporaryFolder folder;
  folder.write("repo/.git/HEAD", "x\n");
  folder.write("repo/a/package-lock.json", "{}");
  folder.write("repo/node_modules/c/x.js", kLeak);
  folder.write("repo/a/app/a.js", "x\n");
  folder.write("package-lock.json", "{}");
  const auto above = sites::folders_above(fs::canonical(folder.path / "repo/a/app"), {});
  REQUIRE(above.size() == 2);
  CHECK(above.back() == fs::canonical(folder.path / "repo"));
  CHECK(first_in(folder.path / "repo/a/app", "/srv/node_modules/c/x.js").text_at_hand);
  CHECK(sites::folders_above(fs::canonical(folder.path / "repo"), {}).empty());
}

TEST_CASE("neither the home folder nor the root of the file system is a repository") {
  const TemporaryFolder folder;
  folder.write("home/.git/HEAD", "x\n");
  folder.write("home/package-lock.json", "{}");
  folder.write("home/shop/app/a.js", "x\n");
  const fs::path home = fs::canonical(folder.path / "home");
  CHECK(sites::folders_above(home / "shop/app", home).empty());
  CHECK(sites::folders_above(home, home).empty());
  CHECK(sites::folders_above("/", {}).empty());
  folder.write("home/shop/yarn.lock", "");
  CHECK(sites::folders_above(home / "shop/app", home).size() == 1);
}

TEST_CASE("above the source root only files of packages that a script's path names are opened") {
  const TemporaryFolder folder;
  folder.write("repo/.git/HEAD", "x\n");
  folder.write("repo/app/a.js", "x\n");
  folder.write("repo/secret.js", kLeak);
  folder.write("outside/secret.js", kLeak);
  folder.write("repo/node_modules/other/src/secret.ts", "a\nb\n");
  folder.write("repo/node_modules/c/x.js", std::string(kLeak) + "//# sourceMappingURL=x.js.map\n");
  folder.write("repo/node_modules/c/x.js.map",
               R"({"version":3,"sources":["../other/src/secret.ts"],"mappings":";AAAA"})");
  fs::create_directory_symlink("../../outside", folder.path / "repo/node_modules/linked");
  const fs::path root = folder.path / "repo/app";
  for (const std::string script :
       {"/srv/secret.js", "/srv/node_modules/../secret.js", "/srv/node_modules/linked/secret.js",
        "/srv/node_modules/secret.js", "/srv/node_modules/c/../../secret.js", "/srv/node_modules/c/nothing.js"}) {
    CAPTURE(script);
    CHECK(first_in(root, script).excerpt.empty());
  }
  const Site mapped = first_in(root, "/srv/node_modules/c/x.js");
  CHECK(mapped.line == 1);
  CHECK(mapped.excerpt_is_generated);  // the map leads to a package that no script names
  for (const SourceLine& line : mapped.excerpt) {
    CHECK(line.text.find('b') == std::string::npos);
  }
}

TEST_CASE("the layouts of pnpm and Yarn are found") {
  const TemporaryFolder folder;
  folder.write("repo/yarn.lock", "");
  folder.write("repo/apps/a/a.js", "x\n");
  folder.write("repo/node_modules/.pnpm/c@1.0.0/node_modules/c/x.js", kLeak);
  fs::create_directory_symlink(".pnpm/c@1.0.0/node_modules/c", folder.path / "repo/node_modules/c");
  folder.write("repo/.yarn/unplugged/d-npm-1.0.0-abc/node_modules/d/x.js", kLeak);
  const fs::path root = folder.path / "repo/apps/a";
  for (const std::string script :
       {"/srv/node_modules/.pnpm/c@1.0.0/node_modules/c/x.js", "/srv/node_modules/c/x.js",
        "file:///srv/repo/.yarn/unplugged/d-npm-1.0.0-abc/node_modules/d/x.js",
        "/srv/repo/.yarn/__virtual__/d-virtual-1f/1/.yarn/unplugged/d-npm-1.0.0-abc/node_modules/d/x.js"}) {
    CAPTURE(script);
    const Site site = first_in(root, script);
    CHECK(site.line == 2);
    CHECK(site.file.substr(0, 6) == "../../");
  }
}

TEST_CASE("a URL with escapes and a plain path name one script") {
  const TemporaryFolder folder;
  folder.write("my app/x.mjs", kLeak);
  for (const std::string script : {"file:///srv/my%20app/x.mjs?v=3", "/srv/my app/x.mjs"}) {
    const Site site = first_in(folder.path, script);
    CHECK(site.file == "my app/x.mjs");
    CHECK(site.line == 2);
  }
  CHECK(first_in(folder.path / "my app", "file:///srv/else/y%20z.mjs").file == "/srv/else/y z.mjs");
}

TEST_CASE("the compiled text stands in where the original is missing") {
  const TemporaryFolder folder;
  folder.write("dist/a.js", std::string(kLeak) + "//# sourceMappingURL=a.js.map\n");
  folder.write("dist/a.js.map", R"({"version":3,"sources":["../src/a.ts"],"mappings":"AAYA;AACA"})");
  const Site site = first_in(folder.path, "/srv/dist/a.js");
  CHECK(site.file == "src/a.ts");
  CHECK(site.line == 14);
  CHECK(site.generated_line == 2);
  CHECK(site.excerpt_is_generated);
  CHECK(site.text_at_hand);
  REQUIRE(site.excerpt.size() == 4);
  CHECK(site.excerpt[1].text == "  g.on('e', h);");
  CHECK(site.statement.text == "g.on('e', h)");
}
