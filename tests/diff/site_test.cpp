// SourceRoot: from positions in a snapshot to statements in the source.

#include "heapdiff/diff/site.h"

#include "sites/code_model.h"
#include "sites/js_tokenizer.h"
#include "sites/source_map.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>

#include <filesystem>

namespace {

using namespace heapdiff;
using heapdiff_test::TemporaryFolder;
namespace fs = std::filesystem;

const std::string kSource = std::string(HEAPDIFF_TESTDATA) + "/snapshots/bug-892/source";

FunctionPosition cache_closure() {
  FunctionPosition position;
  position.script = "/app/dist/cache/cache.service.js";
  position.line = 33;
  position.column = 31;
  return position;
}

FunctionPosition at(const std::string& script, std::uint32_t line, std::uint32_t column) {
  FunctionPosition position;
  position.script = script;
  position.line = line;
  position.column = column;
  position.relation = FunctionRelation::on_path;
  return position;
}

std::vector<std::string> token_texts(std::string_view text) {
  std::vector<std::string> texts;
  for (const sites::Token& token : sites::tokenize(text))
    texts.emplace_back(token.text);
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a closure passed through a method leads to the statement that registers it") {
  SourceRoot root(kSource, "");
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  hint.event = "invalidate:customer:*";
  const std::vector<Site> found = root.sites({cache_closure()}, hint);
  REQUIRE(found.size() >= 2);
  const Site& first = found[0];
  CHECK(first.file == "src/cache/cache.service.ts");
  CHECK(first.line == 53);
  CHECK(first.function == "watch");
  CHECK(first.role == SiteRole::registration);
  CHECK(first.evidence == SiteEvidence::source_text);
  CHECK(first.generated_file == "dist/cache/cache.service.js");
  CHECK(first.generated_line == 44);
  REQUIRE(first.excerpt.size() == 5);
  CHECK(first.excerpt[2].line == 53);
  CHECK(first.excerpt[2].text == "    this.subscriber.on(event, handler);");
  CHECK(found[1].line == 41);
  CHECK(found[1].function == "read");
  CHECK(root.warnings().empty());
}

TEST_CASE("a slash opens a regular expression only where an expression can start") {
  CHECK(token_texts("a / b / c") == Texts{"a", "/", "b", "/", "c"});
  CHECK(token_texts("x = /[/'\"]`/g.test(y)") == Texts{"x", "=", "/[/'\"]`/g", ".", "test", "(", "y", ")"});
  CHECK(token_texts("return /a\\/b/") == Texts{"return", "/a\\/b/"});
  CHECK(token_texts("if (a) /x/.exec(b)") == Texts{"if", "(", "a", ")", "/x/", ".", "exec", "(", "b", ")"});
  CHECK(token_texts("(a) / 2 / b") == Texts{"(", "a", ")", "/", "2", "/", "b"});
  CHECK(token_texts("a // b\n/* c */ d") == Texts{"a", "d"});
}

TEST_CASE("template literals may nest") {
  CHECK(token_texts("`a${b + `c${{d: '}'}}e`}f` / 2") ==
        Texts{"`a${", "b", "+", "`c${", "{", "d", ":", "'}'", "}", "}e`", "}f`", "/", "2"});
  CHECK(token_texts("`open ${a") == Texts{"`open ${", "a"});
  CHECK(token_texts("`${a}${b}`") == Texts{"`${", "a", "}${", "b", "}`"});
}

TEST_CASE("columns count UTF-16 units") {
  const auto tokens = sites::tokenize("'\xF0\x9F\x98\x80\xC3\xA9' a\r\n  b");
  REQUIRE(tokens.size() == 3);
  CHECK(tokens[1].column == 7);
  CHECK(tokens[2].line == 2);
  CHECK(tokens[2].column == 3);
}

TEST_CASE("damaged source maps are refused with a reason") {
  std::string problem;
  CHECK(sites::parse_source_map(R"({"version":3,"sources":["a.ts"],"mappings":"AAAA;AACA"})", problem));
  for (const char* mappings : {"!!!!", "g", "AA", "AAA", "AAAAAA", "ACAA", "ADAA", "DAAA", "gggggggggB", "AADA"}) {
    CAPTURE(mappings);
    const std::string text = R"({"version":3,"sources":["a.ts"],"mappings":")" + std::string(mappings) + "\"}";
    problem.clear();
    CHECK_FALSE(sites::parse_source_map(text, problem));
    CHECK_FALSE(problem.empty());
  }
  CHECK_FALSE(sites::parse_source_map("[1]", problem));
  CHECK_FALSE(sites::parse_source_map("{", problem));
  CHECK_FALSE(sites::parse_source_map(R"({"sections":[{"offset":{"line":-1,"column":0},"map":{}}]})", problem));
}

TEST_CASE("an index map shifts its sections") {
  std::string problem;
  const auto map = sites::parse_source_map(
      R"({"version":3,"sections":[{"offset":{"line":0,"column":0},"map":{"sources":["a.ts"],"mappings":"AAAA"}},
          {"offset":{"line":2,"column":4},"map":{"sourceRoot":"x","sources":["b.ts"],"mappings":"AACA;AAAA"}}]})",
      problem);
  REQUIRE(map);
  CHECK(map->sources[1].path == "x/b.ts");
  REQUIRE(map->find(2, 4) != nullptr);
  CHECK(map->find(2, 4)->source == 1);
  CHECK(map->find(2, 4)->line == 1);
  CHECK(map->find(2, 3) == nullptr);
  CHECK(map->find(3, 0) != nullptr);
}

TEST_CASE("a damaged map beside a script leaves the generated position and a warning") {
  const TemporaryFolder folder;
  folder.write("a.js", "function f() {\n  x.on('e', g);\n}\n");
  folder.write("a.js.map", R"({"version":3,"sources":["a.ts"],"mappings":"!!"})");
  SourceRoot root(folder.path.string(), "");
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  hint.event = "e";
  const auto found = root.sites({at("/srv/a.js", 1, 11)}, hint);
  REQUIRE(found.size() == 2);
  CHECK(found[0].file == "a.js");
  CHECK(found[0].line == 2);
  CHECK(found[0].function == "f");
  CHECK(found[0].generated_file.empty());
  CHECK(root.warnings().size() == 1);
}

TEST_CASE("nothing outside the root is opened") {
  const TemporaryFolder folder;
  folder.write("outside/secret.js", "x.on('e', f);\n");
  folder.write("outside/a.js.map", R"({"version":3,"sources":["a.ts"],"mappings":"AAAA"})");
  folder.write("root/a.js", "x.on('e', f);\n//# sourceMappingURL=../outside/a.js.map\n");
  fs::create_symlink("../outside/secret.js", folder.path / "root" / "secret.js");
  SourceRoot root((folder.path / "root").string(), "");
  for (const std::string script :
       {"../../etc/passwd", "/etc/passwd", "../outside/secret.js", "secret.js", "", "..", "/"}) {
    CAPTURE(script);
    const auto found = root.sites({at(script, 1, 1)}, StoreHint{});
    REQUIRE(found.size() == 1);
    CHECK(found[0].file == script);
    CHECK(found[0].excerpt.empty());
  }
  const auto found = root.sites({at("a.js", 1, 1)}, StoreHint{});
  REQUIRE(found.size() == 1);
  CHECK(found[0].generated_file.empty());
}

TEST_CASE("lines of Node's own scripts are no sites") {
  SourceRoot root(kSource, "");
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  const auto found = root.sites({at("node:events", 10, 3), cache_closure()}, hint);
  REQUIRE(!found.empty());
  for (const Site& site : found) {
    CHECK(site.file == "src/cache/cache.service.ts");
  }
  CHECK(root.sites({at("node:events", 10, 3)}, hint).empty());
}

TEST_CASE("a holder is found anywhere in the script of its function") {
  SourceRoot root(kSource, "");
  StoreHint hint;
  hint.operation = StoreHint::Operation::map_set;
  hint.holder_name = "entries";
  const auto found = root.sites({at("file:///app/dist/cache/cache.service.js", 46, 16)}, hint);
  REQUIRE(found.size() >= 2);
  CHECK(found[0].excerpt[2].text == "    this.entries.set(entry.key, entry);");
  CHECK(found[0].function == "remember");
  CHECK(found[0].note == "adds to `entries`");
  CHECK(found.back().function == "close");
}

TEST_CASE("without a file the text kept in the snapshot is searched") {
  SourceRoot root("", "");
  FunctionPosition position = at("/srv/b.js", 1, 13);
  position.script_source_prefix = "class A { tick() { setInterval(() => { this.n += 1; }, 10); } /* cut";
  position.column = 15;
  StoreHint hint;
  hint.operation = StoreHint::Operation::timer;
  const auto found = root.sites({position}, hint);
  REQUIRE(found.size() == 1);
  CHECK(found[0].file == "/srv/b.js");
  CHECK(found[0].column == 20);
  CHECK(found[0].function == "tick");
  CHECK(found[0].note == "starts a timer");
}

TEST_CASE("the lines of a file are shown only where it is the text that ran") {
  const std::string ran = "const all = [];\nfunction keep(x) {\n  all.push(x);\n}\n";
  const auto first_line_of = [&](const std::string& file, const std::string& text, const std::string& prefix) {
    const TemporaryFolder folder;
    folder.write(file, text);
    SourceRoot root(folder.path.string(), "");
    FunctionPosition position = at("/srv/" + file, 3, 3);
    position.script_source_prefix = prefix;
    const Site site = root.sites({position}, StoreHint{}).at(0);
    CHECK(root.warnings().empty() == (site.file == file));
    return site.file == file ? site.excerpt.at(2).text : "not " + file;
  };
  CHECK(first_line_of("a.js", ran, ran) == "  all.push(x);");
  CHECK(first_line_of("a.js", ran, "") == "  all.push(x);");
  CHECK(first_line_of("a.js", ran, "s1c8f2a90") == "  all.push(x);");                     // of a redacted snapshot
  CHECK(first_line_of("a.js", ran, ran.substr(0, 30) + "\xEF\xBF") == "  all.push(x);");  // cut
  CHECK(first_line_of("a.js", "const all = [];\r\nfunction keep(x) {\r\n  all.push(x);\r\n}\r\n", ran) ==
        "  all.push(x);");
  CHECK(first_line_of("page.html", "<!doctype html>\n<script>" + ran + "</script>", ran) == "  all.push(x);");
  CHECK(first_line_of("a.js", "#!/usr/bin/env node" + ran.substr(ran.find('\n')), ran.substr(ran.find('\n'))) ==
        "  all.push(x);");
  CHECK(first_line_of("a.ts", "const all: number[] = [];\nfunction keep(x: number): void {\n  all.push(x);\n}\n",
                      "const all           = [];\nfunction keep(x        )       {\n  all.push(x);\n}\n") ==
        "  all.push(x);");
  // A newer version, a file of the same name, what the script was compiled from.
  CHECK(first_line_of("a.js", "// Licence\n" + ran.substr(1), ran) == "not a.js");
  CHECK(first_line_of("page.html", "<!doctype html>\n<div></div>\n<p>\n", ran) == "not page.html");
  CHECK(first_line_of("a.ts", "import x from 'y';\n\ninterface A {}\n\n" + ran, ran) == "not a.ts");
}

TEST_CASE("equally good files are none, with a warning") {
  const TemporaryFolder folder;
  folder.write("one/a.js", "x\n");
  folder.write("two/a.js", "x\n");
  SourceRoot root(folder.path.string(), "");
  CHECK(root.sites({at("/srv/a.js", 1, 1)}, StoreHint{})[0].file == "/srv/a.js");
  CHECK(root.warnings().size() == 1);
  CHECK(root.sites({at("/srv/two/a.js", 1, 1)}, StoreHint{})[0].file == "two/a.js");
}

TEST_CASE("hostile nesting takes no time and no stack") {
  SourceRoot root("", "");
  for (const std::string piece : {"(", "a=>", "`${", "[", "class ", "{", "x.on(", "a[", "((a)=>", "}", "new A."}) {
    CAPTURE(piece);
    FunctionPosition position = at("/" + piece + "x.js", 1, 1);
    for (int i = 0; i < 50'000; ++i)
      position.script_source_prefix += piece;
    position.evidence = SiteEvidence::context;
    StoreHint hint;
    hint.event = "e";
    hint.constructor = "A";
    CHECK_FALSE(root.sites({position}, hint).empty());
  }
}

TEST_CASE("a holder handed to a function is filled in that function") {
  SourceRoot root("", "");
  FunctionPosition position = at("/srv/t.js", 3, 1);
  position.script_source_prefix =
      "const recent = [];\nfunction append(list, entry) {\n  list.push(entry);\n}\n"
      "function note(entry) {\n  other.push(1);\n  append(recent, entry);\n}\n";
  position.evidence = SiteEvidence::context;
  StoreHint hint;
  hint.operation = StoreHint::Operation::array_push;
  hint.holder_name = "recent";
  const auto found = root.sites({position}, hint);
  REQUIRE(found.size() >= 2);
  CHECK(found[0].line == 3);
  CHECK(found[0].function == "append");
  CHECK(found[0].note == "adds to `list`, which is recent for a call in line 7");
  CHECK(found[1].line == 7);
  CHECK(found[1].note == "hands recent to append");
}

TEST_CASE("methods with TypeScript return types are functions") {
  for (const std::string type : {"", ": void", ": Promise<void>", ": { a: number }", ": Map<string, { a: B[] }> | null",
                                 ": asserts this is { b: 1 }", ": () => void"}) {
    CAPTURE(type);
    SourceRoot root("", "");
    FunctionPosition position = at("/srv/t.ts", 3, 5);
    position.script_source_prefix =
        "class Store {\n  keep(id: string)" + type + " {\n    this.entries.set(id, 1)\n  }\n}\n";
    StoreHint hint;
    hint.operation = StoreHint::Operation::map_set;
    hint.holder_name = "entries";
    const auto found = root.sites({position}, hint);
    REQUIRE(!found.empty());
    CHECK(found[0].line == 3);
    CHECK(found[0].function == "keep");
  }
  const sites::CodeModel condition("const a = b ? f(x) : { y: 1 }; if (a) { g(); }");
  CHECK(condition.functions().empty());
}

TEST_CASE("a minified bundle shows the names of the original") {
  const TemporaryFolder folder;
  folder.write("dist/a.js", "class t{r(e){this.s.push(e)}}\n//# sourceMappingURL=a.js.map\n");
  // From the method's brace on, it is line 3 column 5 of the original.
  folder.write("dist/a.js.map", R"({"version":3,"sources":["../src/a.ts"],"names":[],"mappings":"YAEI"})");
  folder.write("src/a.ts", "export class Store {\n  record(e: E): void {\n    this.samples.push(e)\n  }\n}\n");
  SourceRoot root(folder.path.string(), "");
  StoreHint hint;
  hint.operation = StoreHint::Operation::array_push;
  const auto found = root.sites({at("/app/dist/a.js", 1, 9)}, hint);
  REQUIRE(!found.empty());
  CHECK(found[0].file == "src/a.ts");
  CHECK(found[0].line == 3);
  CHECK(found[0].function == "record");
  CHECK(found[0].generated_column == 14);
}

TEST_CASE("a dependency's line carries its package and version") {
  const TemporaryFolder folder;
  folder.write("node_modules/@a/b/lib/x.js", "function f(g) {\n  g.on('e', h);\n}\n");
  folder.write("node_modules/@a/b/package.json", R"({"name":"@a/b","version":"1.2.3"})");
  SourceRoot root(folder.path.string(), "");
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  const auto found = root.sites({at("/app/node_modules/@a/b/lib/x.js", 1, 11)}, hint);
  REQUIRE(!found.empty());
  CHECK(found[0].line == 2);
  CHECK(found[0].package == "@a/b 1.2.3");
  CHECK(root.sites({at("/app/node_modules/c/y.js", 1, 1)}, hint)[0].package == "c");
}

TEST_CASE("warnings about ambiguous names are limited") {
  const TemporaryFolder folder;
  std::vector<FunctionPosition> functions;
  for (int i = 0; i < 80; ++i) {
    const std::string name = "a" + std::to_string(i) + ".js";
    folder.write("one/" + name, "x\n");
    folder.write("two/" + name, "x\n");
    functions.push_back(at("/srv/" + name, 1, 1));
  }
  SourceRoot root(folder.path.string(), "");
  CHECK_FALSE(root.sites(functions, StoreHint{}).empty());
  CHECK(root.warnings().size() == 50);
}

TEST_CASE("once and on of node:events register listeners too") {
  const std::string source =
      "const { once } = require('events');\nasync function wait(i) {\n  log('never');\n"
      "  const [value] = await once(this.bus, 'never');\n  return value;\n}\n"
      "function once2() { events.on(bus, 'never'); other.on(bus, 'never') }\n";
  const TemporaryFolder folder;
  folder.write("app.js", source);
  SourceRoot root(folder.path.string(), "");
  FunctionPosition wait;
  wait.script = "/app/app.js";
  wait.line = 2;
  wait.column = 16;
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  hint.event = "never";
  const std::vector<Site> sites = root.sites({wait}, hint);
  REQUIRE(!sites.empty());
  CHECK(sites[0].line == 4);
  CHECK(sites[0].note == "registers a listener on `bus`");
}

namespace {

/// Line of the best statement that `hint` finds in a script whose module context is on the path.
std::uint32_t best_line(const std::string& text, const StoreHint& hint, std::uint32_t line = 1) {
  TemporaryFolder folder;
  folder.write("app.js", text);
  SourceRoot root(folder.path.string(), "");
  FunctionPosition position = at("/app/app.js", line, 1);
  position.evidence = SiteEvidence::context;
  const std::vector<Site> found = root.sites({position}, hint);
  return found.empty() ? 0 : found.front().line;
}

}  // namespace

TEST_CASE("the collection inside a collection is found by the variable that it was given to") {
  StoreHint hint;
  hint.operation = StoreHint::Operation::map_set;
  hint.holder_name = "byTenant";
  const std::string text =
      "function record(t, r) {\n"
      "  let inner = byTenant.get(t);\n"
      "  if (!inner) { inner = new Map();\n"
      "    byTenant.set(t, inner); }\n"
      "  inner.set(r.id, r);\n"
      "}\n";
  CHECK(best_line(text, hint) == 4);
  hint.nested = true;
  CHECK(best_line(text, hint) == 5);
}

TEST_CASE("a symbol's property is found by the variable that holds the symbol") {
  StoreHint hint;
  hint.operation = StoreHint::Operation::array_push;
  hint.holder_name = "<symbol pending>";
  hint.is_property = true;
  CHECK(best_line("const kOther = Symbol('other');\n"
                  "const kWaiting = Symbol('pending');\n"
                  "class P {\n"
                  "  other(m) { this[kOther].push(m); }\n"
                  "  publish(m) { this[kWaiting].push(m); }\n"
                  "}\n",
                  hint) == 5);
}

TEST_CASE("a property and a variable of one name are told apart") {
  StoreHint hint;
  hint.operation = StoreHint::Operation::keyed_store;
  hint.holder_name = "sessions";
  const std::string text =
      "const sessions = {}; function all() {\n"
      "  sessions[id] = read(id); }\n"
      "function set(id, s) {\n"
      "  this.sessions[id] = s; }\n";
  CHECK(best_line(text, hint, 9) == 2);
  hint.is_property = true;
  CHECK(best_line(text, hint, 9) == 4);
}

TEST_CASE("a list that is made again from itself grows where it is made") {
  StoreHint hint;
  hint.operation = StoreHint::Operation::array_push;
  hint.holder_name = "undo";
  hint.is_property = true;
  CHECK(best_line("class D {\n"
                  "  constructor() { this.undo = load(); }\n"
                  "  edit(op) {\n"
                  "    this.undo = [...this.undo, op];\n"
                  "  }\n"
                  "}\n",
                  hint, 3) == 4);
}

TEST_CASE("of two emitters the one whose name is on the path is registered on") {
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  hint.owners = {"signal", "shutdown"};
  CHECK(best_line("function call(i) {\n"
                  "  perCall.addEventListener('abort', () => i);\n"
                  "  shutdown.signal.addEventListener('abort', () => i);\n"
                  "}\n",
                  hint) == 3);
}

TEST_CASE("a call by which the runtime keeps what it makes is found in any script of the program") {
  const std::string text =
      "const storage = make();\n"
      "function poll(round) {\n"
      "  const begin = `begin-${round}`;\n"
      "  other.mark(begin);\n"
      "  performance.mark(begin);\n"
      "  return AbortSignal.any([stop, cancel.signal]);\n"
      "}\n"
      "function handle() { return new AsyncLocalStorage(); }\n";
  StoreHint hint;
  hint.operation = StoreHint::Operation::performance_mark;
  CHECK(best_line(text, hint, 2) == 5);
  hint.operation = StoreHint::Operation::abort_signal_any;
  CHECK(best_line(text, hint, 2) == 6);
  hint.operation = StoreHint::Operation::async_storage;
  hint.constructor = "AsyncLocalStorage";
  CHECK(best_line(text, hint, 2) == 8);
  CHECK(best_line("function a() {\n  return new (hooks ).AsyncLocalStorage();\n}\n", hint, 9) == 2);
  CHECK(best_line("function a() {\n  return new (0, hooks.AsyncLocalStorage)();\n}\n", hint, 9) == 2);
}
