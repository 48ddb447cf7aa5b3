// What the authors called a variable that a minifier renamed: names are used again in other scopes.

#include "heapdiff/diff/held_name.h"
#include "heapdiff/diff/site.h"
#include "support/temporary_folder.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

using namespace heapdiff;

namespace {

/// A number in base 64 as source maps write it: the sign in the lowest bit, five bits a digit, the lowest first.
std::string base64_of(int number) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  unsigned left = number < 0 ? static_cast<unsigned>(-number) << 1U | 1U : static_cast<unsigned>(number) << 1U;
  std::string out;
  do {
    const unsigned digit = left & 31U;
    left >>= 5U;
    out += kDigits[digit | (left != 0 ? 32U : 0U)];
  } while (left != 0);
  return out;
}

struct Named {
  std::string_view code;  // the identifier is the last character
  std::string_view name;
};

/// A source map of one generated line, in which the identifiers at the ends of `code` have original names.
std::string map_of(std::string_view text, const std::vector<Named>& named) {
  std::string names;
  std::string mappings;
  int column = 0;
  int name = 0;
  for (int i = 0; i < static_cast<int>(named.size()); ++i) {
    const Named& n = named[static_cast<std::size_t>(i)];
    const auto at = static_cast<int>(text.find(n.code) + n.code.size() - 1);
    names += fmt::format("{}\"{}\"", i == 0 ? "" : ",", n.name);
    // From the segment before: column, source, line, column, name.
    mappings += fmt::format("{}{}A{}A{}", i == 0 ? "" : ",", base64_of(at - column), base64_of(i == 0 ? 0 : 1),
                            base64_of(i - name));
    column = at;
    name = i;
  }
  return fmt::format(R"({{"version":3,"sources":["src/server.ts"],"names":[{}],"mappings":"{}"}})", names, mappings);
}

CodePlace place_in(std::string_view text, std::string_view code, const std::string& script) {
  CodePlace place;
  place.script = script;
  place.line = 1;
  place.column = static_cast<std::uint32_t>(text.find(code)) + 1;
  return place;
}

}  // namespace

TEST_CASE(
    "a variable of a bundle has the name of its own scope, not that of a function's variable of the same letter") {
  const std::string text =
      "var a=(e)=>{let q=e;return()=>q},b=(e)=>{let m=e;return()=>m};var m=new X;exports.go=()=>m.on();"
      "exports.at=(k)=>{let f=()=>k;return f};\n"
      "//# sourceMappingURL=bundle.js.map\n";
  const heapdiff_test::TemporaryFolder folder;
  folder.write("bundle.js", text);
  folder.write("bundle.js.map", map_of(text, {{"{let m", "parsed"}, {"var m", "subscriber"}, {"at=(k", "key"}}));
  SourceRoot source(folder.path.string(), {});
  const std::string script = folder.path.string() + "/bundle.js";
  const CodePlace a = place_in(text, "(e)=>{let q", script);
  const CodePlace b = place_in(text, "(e)=>{let m", script);
  const CodePlace inner = place_in(text, "()=>k", script);
  CHECK(source.original_variable({a, b}, "m").name == "subscriber");
  CHECK(source.original_variable({b}, "m").name == "subscriber");
  CHECK(source.original_variable({a, b}, "m").file == "src/server.ts");
  CHECK(source.original_variable({inner}, "k").name == "key");  // a parameter of the function around
  CHECK(source.original_variable({a}, "z").name == "z");        // named nowhere
}
