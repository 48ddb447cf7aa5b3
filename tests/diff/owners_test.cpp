// Who owns the bytes of a heap.

#include "heapdiff/diff/owners.h"

#include "owners/code_owners.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;
using heapdiff_test::TemporaryFolder;

namespace {

/// A function of a script, with 1000 bytes of data below it.
std::uint32_t add_function(SnapshotText& text, std::uint32_t above, const std::string& name, const std::string& script,
                           std::uint32_t script_id) {
  const std::uint32_t closure = text.add_node("closure", name, 64);
  text.add_edge(above, "property", name, closure);
  const std::uint32_t shared = text.add_node("code", "system / SharedFunctionInfo", 40);
  text.add_edge(closure, "internal", "shared", shared);
  const std::uint32_t script_node = text.add_node("code", "system / Script", 60);
  text.add_edge(shared, "internal", "script_or_debug_info", script_node);
  const std::uint32_t script_name = text.add_node("string", script, 0);
  text.add_edge(script_node, "internal", "name", script_name);
  text.add_location(closure, script_id, 3, 4);
  const std::uint32_t data = text.add_node("object", "Object", 1000);
  text.add_edge(closure, "property", "data", data);
  return data;
}

std::uint64_t owner_bytes(const std::vector<OwnerShare>& shares, const std::string& name) {
  const auto at = std::find_if(shares.begin(), shares.end(), [&](const OwnerShare& s) { return s.owner.name == name; });
  return at == shares.end() ? 0 : at->bytes;
}

Heap heap_with_owners() {
  SnapshotText text;
  const std::uint32_t root = text.add_root();
  const std::uint32_t global = text.add_node("object", "global / ", 100);
  text.add_edge(root, "shortcut", "global", global);
  add_function(text, global, "use", "/srv/app/node_modules/express/lib/app.js", 1);
  add_function(text, global, "pay", "/srv/app/src/payments/pay.js", 2);
  add_function(text, global, "emit", "node:events", 3);
  const std::uint32_t both = text.add_node("object", "Both", 500);
  text.add_edge(4, "property", "both", both);
  const std::uint32_t alone = text.add_node("object", "Alone", 700);
  text.add_edge(global, "property", "alone", alone);
  return compute_heap(load_text(text.text()), {});
}

}  // namespace

TEST_CASE("bytes belong to the package or folder of the function above them, and add up to the heap") {
  const Heap heap = heap_with_owners();
  OwnerNamer namer("");
  const std::vector<OwnerShare> shares = find_owners(heap, owner_evidence(heap.graph, namer));
  std::uint64_t sum = 0;
  for (const OwnerShare& share : shares) {
    sum += share.bytes;
  }
  CHECK(sum == heap.graph.total_self_size());
  CHECK(owner_bytes(shares, "express") >= 1064);
  CHECK(owner_bytes(shares, "src/payments") >= 1064);
  CHECK(owner_bytes(shares, "engine") >= 1064);
  CHECK(owner_bytes(shares, "shared") >= 800);
}

TEST_CASE("the version of a package is that of its package.json, or of pnpm's folder") {
  const TemporaryFolder folder;
  folder.write("node_modules/express/package.json", R"({"name":"express","version":"4.18.2"})");
  folder.write("node_modules/express/lib/app.js", "x");
  OwnerNamer namer(folder.path.string());
  CHECK(namer.owner_of("/srv/app/node_modules/express/lib/app.js").version == "4.18.2");
  CHECK(namer.owner_of("/srv/app/node_modules/.pnpm/@acme+kit@2.0.1_x/node_modules/@acme/kit/a.js").version == "2.0.1");
  CHECK(namer.owner_of("/srv/app/node_modules/.pnpm/@acme+kit@2.0.1_x/node_modules/@acme/kit/a.js").name ==
        "@acme/kit");
}

TEST_CASE("CODEOWNERS: the last rule that fits decides") {
  const owners::CodeOwners rules(
      "# teams\n* @acme/all\n/src/payments/ @acme/pay @acme/other\n*.ts @acme/types # as always\ndocs/* docs@acme.org\n"
      "src/payments/free.js\n[Section]\n!src/x\n");
  CHECK(rules.owner_of("index.js") == "@acme/all");
  CHECK(rules.owner_of("src/payments/pay.js") == "@acme/pay");
  CHECK(rules.owner_of("src/payments/deep/pay.ts") == "@acme/types");
  CHECK(rules.owner_of("docs/a.md") == "docs@acme.org");
  CHECK(rules.owner_of("docs/deep/a.md") == "@acme/all");
  CHECK(rules.owner_of("src/payments/free.js") == "");
  CHECK(owners::CodeOwners("apps/**/logs @a").owner_of("apps/x/y/logs/z.js") == "@a");
  CHECK(owners::glob_fits("**/x.js", "x.js"));
  CHECK(!owners::glob_fits("a*c", "a/c"));
}

TEST_CASE("a hostile CODEOWNERS file takes no time and no memory") {
  const std::string stars(500, '*');
  std::string text;
  for (int i = 0; i < 20000; ++i) {
    text += stars + "a @x\n";
  }
  const owners::CodeOwners rules(text);
  CHECK(rules.owner_of(std::string(60, 'b')) == "");
}

TEST_CASE("teams of CODEOWNERS own the application's files, and not those of packages") {
  const TemporaryFolder folder;
  folder.write(".github/CODEOWNERS", "src/ @acme/core\n");
  folder.write("src/a.js", "x");
  folder.write("other/b.js", "x");
  folder.write("node_modules/p/src/a2.js", "x");
  OwnerNamer namer(folder.path.string());
  CHECK(namer.owner_of("/app/src/a.js").name == "@acme/core");
  CHECK(namer.owner_of("/app/src/a.js").kind == OwnerKind::team);
  CHECK(namer.owner_of("/app/other/b.js").name == "other");
  CHECK(namer.owner_of("/app/node_modules/p/src/a2.js").name == "p");
  CHECK(namer.owner_of("node:fs").kind == OwnerKind::engine);
}
