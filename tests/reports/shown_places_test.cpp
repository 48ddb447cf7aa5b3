// Places in sentences have the name that the report's lines have.

#include "compose/shown_places.h"

#include <doctest/doctest.h>

#include <string>

using heapdiff::Site;
using heapdiff::compose::with_shown_places;

TEST_CASE("a place in a sentence is written as the site is, and no other place") {
  Site above;
  above.file = "../../node_modules/got/dist/index.js";
  above.line = 24;
  Site mapped;
  mapped.file = "src/cache.ts";
  mapped.line = 9;
  mapped.generated_file = "dist/cache.js";
  mapped.generated_line = 12;
  const auto shown = [&](const std::string& text) { return with_shown_places(text, {above, mapped}); };
  CHECK(shown("closures of one function, handler (/srv/my app/node_modules/got/dist/index.js:24): one call") ==
        "closures of one function, handler (../../node_modules/got/dist/index.js:24): one call");
  CHECK(shown("an anonymous function (file:///app/dist/cache.js:12), and again (file:///app/dist/cache.js:12)") ==
        "an anonymous function (src/cache.ts:9), and again (src/cache.ts:9)");
  for (const std::string other :
       {"(/srv/node_modules/got/dist/index.js:240)", "(/app/dist/cache.js:13)", "(/app/otherdist/cache.js:12)",
        "no brackets /app/dist/cache.js:12", "(closed) /app/dist/cache.js:12", ""}) {
    CAPTURE(other);
    CHECK(shown(other) == other);
  }
}

TEST_CASE("a line of a bundle that several sites share is written as the function that a sentence means") {
  Site statement;
  statement.file = "src/cache.ts";
  statement.line = 53;
  statement.generated_file = "dist/server.js";
  statement.generated_line = 159;
  statement.evidence = heapdiff::SiteEvidence::source_text;
  Site function = statement;
  function.line = 41;
  function.evidence = heapdiff::SiteEvidence::closure;
  Site scope = statement;
  scope.file = "node_modules/denque/index.js";
  scope.evidence = heapdiff::SiteEvidence::context;
  const std::string text = "an anonymous function (/app/dist/server.js:159): one call";
  CHECK(with_shown_places(text, {statement, function, scope}) == "an anonymous function (src/cache.ts:41): one call");
  CHECK(with_shown_places(text, {statement, scope}) == "an anonymous function (dist/server.js:159): one call");
  CHECK(with_shown_places(text, {statement}) == "an anonymous function (src/cache.ts:53): one call");
  function.line = 53;
  CHECK(with_shown_places(text, {statement, function}) == "an anonymous function (src/cache.ts:53): one call");
}
