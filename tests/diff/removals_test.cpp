// Which statements take out of the collection that another one adds to.

#include "sites/removals.h"

#include "sites/statement_text.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

namespace {

using namespace heapdiff;
using Operation = StoreHint::Operation;

/// What takes out of the receiver of the statement that stands on the first line of `text`, from a column on.
SiteRemoval removal(Operation operation, const std::string& text, std::uint32_t column = 1) {
  StoreHint hint;
  hint.operation = operation;
  const sites::CodeModel code(text);
  const auto statement = sites::statement_at(code, text, 1, column, hint);
  REQUIRE(statement);
  return sites::removal_of(code, *statement, 1);
}

}  // namespace

TEST_CASE("a call of the same collection that removes is found, the nearest of several") {
  const SiteRemoval found = removal(Operation::map_set,
                                    "this.items.set(key, item);\n"
                                    "others.delete(key);\n"
                                    "const n = this.items.get(key);\n"
                                    "this.items.delete(old);\n"
                                    "this.items.clear();\n");
  CHECK(found.line == 4);
  CHECK(found.call == "items.delete");
  CHECK_FALSE(found.discards_copy);
  CHECK(removal(Operation::set_add, "seen.add(a);\nif (x) { seen?.delete(a); }").line == 2);
  CHECK(removal(Operation::array_push, "list.push(a);\nlist.splice(0, 1);").line == 2);
  CHECK(removal(Operation::keyed_store, "plans[sql] = plan;\ndelete plans[old];").call == "delete plans");
  CHECK(removal(Operation::keyed_store, "plans[sql] = plan;\nread(plans[old]);").line == 0);
  CHECK(removal(Operation::map_set, "a.set(k, v);\n// a.delete(k)\n'a.delete(k)';").line == 0);
  CHECK(removal(Operation::map_set, "a.b.set(k, v);\na?.b.delete(k);").line == 2);
  // Another collection of the same name.
  CHECK(removal(Operation::map_set, "this.items.set(key, item);\nother.items.delete(key);\nitems.clear();").line == 0);
  const std::string first = "class A { add() { this.items.set(k, v); }";
  const auto column = static_cast<std::uint32_t>(first.find("this") + 1);
  CHECK(removal(Operation::map_set, first + " }\nclass B { end() { this.items.delete(k); } }", column).line == 0);
  CHECK(removal(Operation::map_set, first + "\nend() { this.items.delete(k); } }", column).line == 2);
  CHECK(removal(Operation::map_set, "make().set(k, v);\nmake().delete(k);").line == 0);
}

TEST_CASE("a copy that nothing keeps removes nothing") {
  const auto of_array = [](const std::string& rest) {
    return removal(Operation::array_push, "this.o.push(f);\n" + rest);
  };
  CHECK(of_array("{ this.o.filter((g) => g !== f); }").discards_copy);
  CHECK(of_array("this.o.filter((g) => g !== f)").discards_copy);
  CHECK(of_array("this.o.slice(1);").call == "o.slice");
  // Its value is used.
  for (const char* used :
       {"this.o = this.o.filter((g) => g !== f);", "return this.o.filter(g);", "const next = () => this.o.filter(g);",
        "this.o.filter(g).forEach(run);", "run(this.o.filter(g));", "this.o.map(g);"}) {
    CAPTURE(used);
    CHECK(of_array(used).line == 0);
  }
  // It is what a reader has to see first.
  CHECK(of_array("this.o.splice(0, 1);\nthis.o.filter(g);").discards_copy);
}

TEST_CASE("the removal of a listener is of the same event, or of one that the text does not name") {
  const auto of_listener = [](const std::string& rest) {
    return removal(Operation::listener, "bus.on('data', f);\n" + rest).line;
  };
  CHECK(of_listener("bus.off('data', f);") == 2);
  CHECK(of_listener("bus.off(\"data\", f);") == 2);
  CHECK(of_listener("bus.removeListener(name, f);") == 2);
  CHECK(of_listener("bus.off('end', f);") == 0);
  CHECK(of_listener("other.off('data', f);") == 0);
  CHECK(of_listener("bus.emit('data', f);") == 0);
}

TEST_CASE("a script whose every name has the whole script before it is read once") {
  // (((x).a).a).a ...: each of these chains begins at the first bracket.
  constexpr int kDepth = 40'000;
  const std::string text = "this.a.push(f);\n" + std::string(kDepth, '(') + "x" + [] {
    std::string links;
    for (int i = 0; i < kDepth; ++i) {
      links += ").a";
    }
    return links;
  }();
  CHECK(removal(Operation::array_push, text).line == 0);
}
