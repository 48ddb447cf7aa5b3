// Which of the candidate lines comes first, and how sure it is.

#include "sites/statement_rank.h"

#include "heapdiff/diff/site.h"
#include "sites/run_count.h"
#include "sites/statement_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace heapdiff;
using Operation = StoreHint::Operation;

FunctionPosition in_text(const std::string& text, std::uint32_t line, std::uint32_t column,
                         FunctionRelation relation = FunctionRelation::leaked,
                         SiteEvidence evidence = SiteEvidence::closure) {
  FunctionPosition position;
  position.script = "/srv/ranked.js";
  position.script_source_prefix = text;
  position.line = line;
  position.column = column;
  position.relation = relation;
  position.evidence = evidence;
  return position;
}

std::vector<Site> ranked(const std::vector<FunctionPosition>& functions, const StoreHint& hint) {
  SourceRoot root("", "");
  return root.sites(functions, hint);
}

/// The sites of a script whose scope is on the path.
std::vector<Site> ranked_in_scope(const std::string& text, const StoreHint& hint, std::uint32_t line = 1) {
  return ranked({in_text(text, line, 1, FunctionRelation::beside, SiteEvidence::context)}, hint);
}

StoreHint wanted(Operation operation, const std::string& holder = {}) {
  StoreHint hint;
  hint.operation = operation;
  hint.holder_name = holder;
  return hint;
}

bool has_line(const std::vector<Site>& sites, std::uint32_t line) {
  return std::any_of(sites.begin(), sites.end(), [&](const Site& site) { return site.line == line; });
}

}  // namespace

TEST_CASE("the ranking is a table with one reason for each fact") {
  std::set<std::string_view> reasons;
  for (const sites::RankRow& row : sites::rank_table()) {
    CHECK(!row.reason.empty());
    reasons.insert(row.reason);
  }
  CHECK(reasons.size() == sites::kTraits);
  sites::Traits guess(sites::Trait::in_function);
  CHECK_FALSE(guess.is_proven());
  guess.add(sites::Trait::names_holder);
  CHECK(guess.is_proven());
  CHECK(guess.score() > sites::Traits(sites::Trait::leaked_function).score());
  guess.add(sites::Trait::runs_once);
  CHECK_FALSE(guess.is_proven());
  CHECK(guess.score() < 0);
}

TEST_CASE("the call that registers the very parameter beats the call that hands the closure over") {
  const std::string text =
      "const sandbox = {\n"
      "  later(callback, delay) { log(delay); return Number(setTimeout(callback, delay)); },\n"
      "};\n"
      "function run(order) {\n"
      "  sandbox.later(() => { order.done = true; }, 1);\n"
      "}\n";
  const auto found = ranked({in_text(text, 5, 17)}, wanted(Operation::timer));
  REQUIRE(found.size() >= 2);
  CHECK(found[0].line == 2);
  CHECK(found[0].precision == SitePrecision::statement);
  CHECK(found[1].line == 5);
  CHECK(found[1].precision == SitePrecision::function);
}

TEST_CASE("a method of the program that is called like one of the runtime is looked into") {
  const std::string text =
      "class Feed {\n"
      "  subscribe(key, listener) { this.bus.on(`price:${key}`, listener); }\n"
      "  watch(key) { this.subscribe(key, () => key); }\n"
      "}\n";
  const auto found = ranked({in_text(text, 3, 38)}, wanted(Operation::listener));
  REQUIRE(!found.empty());
  CHECK(found[0].line == 2);
  CHECK(found[0].precision == SitePrecision::statement);
}

TEST_CASE("a bound method leads to the statement that stores it") {
  const std::string text =
      "class Row {\n"
      "  #refresh() { this.drawn = true; }\n"
      "  connect(waiting) {\n"
      "    other.push(this.connect);\n"
      "    const callback = this.#refresh.bind(this);\n"
      "    const callbacks = waiting.get('row');\n"
      "    callbacks.push(callback);\n"
      "  }\n"
      "}\n";
  const auto found = ranked({in_text(text, 2, 11)}, wanted(Operation::array_push));
  REQUIRE(!found.empty());
  CHECK(found[0].line == 7);
  CHECK(found[0].precision == SitePrecision::statement);
}

TEST_CASE("set-up code is no answer") {
  const std::string text =
      "const routes = [];\n"
      "routes.push('/');\n"
      "(function () { routes.push('/health'); })();\n"
      "for (const path of paths()) routes.push(path);\n"
      "const server = http.createServer((request, response) => {\n"
      "  routes.push(request.url);\n"
      "});\n";
  const auto found = ranked_in_scope(text, wanted(Operation::array_push, "routes"), 5);
  REQUIRE(!found.empty());
  CHECK(found[0].line == 6);
  CHECK_FALSE(has_line(found, 2));
  CHECK_FALSE(has_line(found, 3));
  // The function was there before: that it was once given to createServer says nothing.
  for (const FunctionRelation relation : {FunctionRelation::on_path, FunctionRelation::beside}) {
    const auto server = ranked({in_text(text, 5, 34, relation)}, wanted(Operation::listener));
    CHECK(std::none_of(server.begin(), server.end(), [](const Site& site) { return site.note.find("passes") == 0; }));
  }
}

TEST_CASE("a function that is handed to another one may run again and again") {
  const std::string text =
      "const log = debounce((entry) => {\n"
      "  entries.push(entry);\n"
      "})(settings);\n";
  const auto found = ranked_in_scope(text, wanted(Operation::array_push, "entries"), 9);
  REQUIRE(!found.empty());
  CHECK(found[0].line == 2);
}

TEST_CASE("a getter is defined and not kept") {
  const std::string text = "function expose(o, v) {\n  Object.defineProperty(o, 'v', { get: () => v });\n}\n";
  const auto found = ranked({in_text(text, 2, 40)}, wanted(Operation::any));
  for (const Site& site : found) {
    CHECK(site.note.find("passes") == std::string::npos);
  }
}

TEST_CASE("the statement that runs again comes before the one that runs once for its holder") {
  const std::string text =
      "function monitor(stream) {\n"
      "  let fail;\n"
      "  const failed = new Promise((_, reject) => { fail = reject; });\n"
      "  failed.catch(() => {});\n"
      "  return {\n"
      "    race(work) {\n"
      "      return Promise.race([work, failed]);\n"
      "    },\n"
      "  };\n"
      "}\n";
  const auto found = ranked_in_scope(text, wanted(Operation::wait, "failed"), 6);
  REQUIRE(!found.empty());
  CHECK(found[0].line == 7);
  CHECK(found[0].precision == SitePrecision::statement);
  CHECK_FALSE(has_line(found, 4));
}

TEST_CASE("what a constructor puts into its own new collection is no leak of an old one") {
  StoreHint hint = wanted(Operation::map_set, "entries");
  hint.is_property = true;
  const std::string text =
      "class Store {\n"
      "  constructor() {\n"
      "    this.entries = new Map();\n"
      "    this.entries.set('root', this);\n"
      "  }\n"
      "  keep(id, value) {\n"
      "    this.entries.set(id, value);\n"
      "  }\n"
      "}\n";
  const auto found = ranked_in_scope(text, hint);
  REQUIRE(!found.empty());
  CHECK(found[0].line == 7);
  CHECK_FALSE(has_line(found, 4));
}

TEST_CASE("of two equal statements the one in a loop comes first") {
  const std::string text =
      "function note(a) { seen.add(a); }\n"
      "function all(list) {\n"
      "  for (const a of list) {\n"
      "    seen.add(a);\n"
      "  }\n"
      "}\n";
  const auto found = ranked_in_scope(text, wanted(Operation::set_add, "seen"), 9);
  REQUIRE(found.size() >= 2);
  CHECK(found[0].line == 4);
  CHECK(found[1].line == 1);
}

TEST_CASE("a list that its script empties is none that grows") {
  const std::string text =
      "function work(job) {\n"
      "  queue.push(job);\n"
      "  done.push(job.id);\n"
      "}\n"
      "function next() { return queue.shift(); }\n";
  const auto found = ranked_in_scope(text, wanted(Operation::array_push), 1);
  REQUIRE(!found.empty());
  CHECK(found[0].line == 3);
  const auto named = ranked_in_scope(text, wanted(Operation::array_push, "queue"), 1);
  REQUIRE(!named.empty());
  CHECK(named[0].line == 2);  // the heap says that it grows all the same
}

TEST_CASE("a line says whether it is the statement, the function or the file") {
  const std::string text =
      "function keep(entry) {\n"
      "  other.push(1);\n"
      "}\n";
  const auto guess = ranked({in_text(text, 1, 1)}, wanted(Operation::array_push, "entries"));
  REQUIRE(!guess.empty());
  CHECK(guess[0].precision == SitePrecision::function);
  const auto no_text = ranked({in_text("", 7, 3)}, wanted(Operation::array_push, "entries"));
  REQUIRE(no_text.size() == 1);
  CHECK(no_text[0].precision == SitePrecision::function);
  CHECK(no_text[0].missing_folder == "/srv");
  const auto beside =
      ranked({in_text("", 7, 3, FunctionRelation::beside, SiteEvidence::context)}, wanted(Operation::array_push));
  REQUIRE(beside.size() == 1);
  CHECK(beside[0].precision == SitePrecision::file);
}

TEST_CASE("objects of a class that has no name are looked for where they are stored") {
  StoreHint hint = wanted(Operation::construct, "transcript");
  hint.is_property = true;
  const std::string text =
      "class Session {\n"
      "  note(line) {\n"
      "    this.lines += 1;\n"
      "    this.transcript += `${line}`;\n"
      "  }\n"
      "}\n";
  const auto found = ranked_in_scope(text, hint, 2);
  REQUIRE(!found.empty());
  CHECK(found[0].line == 4);
}

TEST_CASE("a constructor is called like its class") {
  const auto found = ranked_in_scope("class A {\n  constructor(bus) {\n    bus.on('x', this.f);\n  }\n}\n",
                                     wanted(Operation::listener));
  REQUIRE(!found.empty());
  CHECK(found[0].function == "A");
}

TEST_CASE("the statement of a site has its own words") {
  const auto statement_of = [](const std::string& text, std::uint32_t line, std::uint32_t column, Operation operation) {
    const sites::CodeModel code(text);
    const auto found = sites::statement_at(code, text, line, column, wanted(operation));
    REQUIRE(found);
    return *found;
  };
  const SiteStatement set = statement_of("function f() {\n  if (ready) this.cache.set(`${id}@1`, { id }); g();\n}\n", 2,
                                         14, Operation::map_set);
  CHECK(set.text == "this.cache.set(`${id}@1`, { id })");
  CHECK(set.receiver == "this.cache");
  CHECK(set.arguments == std::vector<std::string>{"`${id}@1`", "{ id }"});
  const SiteStatement listener = statement_of(
      "class A {\n    f() {\n        this.signal?.addEventListener('abort', () => {\n            this.end();\n        "
      "});\n"
      "    }\n}\n",
      3, 9, Operation::listener);
  CHECK(listener.text == "this.signal?.addEventListener('abort', () => {\n    this.end();\n})");
  CHECK(listener.optional);
  const SiteStatement store = statement_of("memo[key] = expensive(query);\n", 1, 1, Operation::keyed_store);
  CHECK(store.receiver == "memo");
  CHECK(store.arguments == std::vector<std::string>{"key", "expensive(query)"});
  const SiteStatement kept = statement_of("function f() {\n  const name = this.list.push(make(1));\n  next();\n}\n", 2,
                                          16, Operation::array_push);
  CHECK(kept.text == "const name = this.list.push(make(1))");
  const SiteStatement wait =
      statement_of("async () => {\n  return Promise.race([work, gate])\n}\n", 2, 10, Operation::wait);
  CHECK(wait.text == "return Promise.race([work, gate])");
  std::string body;
  for (int i = 0; i < 60; ++i) {
    body += "    step();\n";
  }
  const SiteStatement longer =
      statement_of("function f() {\n  bus.on('x', () => {\n" + body + "  });\n}\n", 2, 3, Operation::listener);
  CHECK(longer.text == "bus.on('x', () => { /* 62 lines */ })");
}
