// Statements that wait for a promise, and receivers that name more or less of the retaining path.

#include "heapdiff/diff/site.h"

#include <doctest/doctest.h>

#include <string>

using namespace heapdiff;

namespace {

/// First line that is found in a script of which the snapshot kept the text.
std::uint32_t first_line(const std::string& text, const StoreHint& hint, std::uint32_t line) {
  SourceRoot root("", "");
  FunctionPosition position;
  position.script = "/app/app.js";
  position.script_source_prefix = text;
  position.line = line;
  position.column = 1;
  position.evidence = SiteEvidence::context;
  const auto sites = root.sites({position}, hint);
  return sites.empty() ? 0 : sites.front().line;
}

}  // namespace

TEST_CASE("who waits for a promise hangs below it: await, then, Promise.race") {
  StoreHint hint;
  hint.operation = StoreHint::Operation::wait;
  hint.holder_name = "gate";
  CHECK(first_line("const gate = new Promise(() => {});\n"
                   "async function job(i) {\n"
                   "  await other;\n"
                   "  await gate;\n"
                   "  return i;\n"
                   "}\n",
                   hint, 2) == 4);
  CHECK(first_line("async function handle(i) {\n"
                   "  const work = Promise.resolve(i);\n"
                   "  await Promise.all([work]);\n"
                   "  return Promise.race([work, gate]);\n"
                   "}\n",
                   hint, 1) == 4);
  hint.holder_name = "tail";
  hint.is_property = true;
  CHECK(first_line("class Mutex {\n"
                   "  constructor() { this.tail = new Promise(() => {}); }\n"
                   "  run(fn) {\n"
                   "    next.then(fn);\n"
                   "    return this.tail.then(fn);\n"
                   "  }\n"
                   "}\n",
                   hint, 3) == 5);
  // Where something else is looked for, waiting is nothing.
  hint.operation = StoreHint::Operation::map_set;
  CHECK(first_line("function f() {\n  tail.then(g);\n  tail.set(1, 2);\n}\n", hint, 1) == 3);
}

TEST_CASE("what an older promise keeps waits for it, and not for a promise that the statement makes") {
  StoreHint hint;
  hint.operation = StoreHint::Operation::wait;
  hint.holder_name = "writableError";
  const char* const tick =
      "async function tick(i) {\n"
      "  feed.set(i, pending);\n"
      "  await new Promise((resolve) => setImmediate(resolve));\n"
      "  return i;\n"
      "}\n";
  CHECK(first_line(tick, hint, 1) == 3);  // where nothing is known of the holder, it may be
  hint.holder_is_promise = true;
  CHECK(first_line(tick, hint, 1) == 1);  // the function alone
  CHECK(first_line("async function pump(reader) {\n"
                   "  await new Promise(setImmediate);\n"
                   "  await race(reader, writableError);\n"
                   "}\n",
                   hint, 1) == 3);
}

TEST_CASE("of two emitters reached by one name, the one that names more of the path is it") {
  StoreHint hint;
  hint.operation = StoreHint::Operation::listener;
  hint.owners = {"signal", "shutdown"};
  CHECK(first_line("function call(i) {\n"
                   "  perCall.signal.addEventListener('abort', () => i);\n"
                   "  shutdown.signal.addEventListener('abort', () => perCall.abort());\n"
                   "}\n",
                   hint, 1) == 3);
}
