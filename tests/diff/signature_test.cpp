// Paths as Node 14 to 24 wrote them for one program each.

#include "suspects/signature.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace heapdiff;
using heapdiff::suspects::leak_signature;
using heapdiff::suspects::NameSource;
using heapdiff::suspects::stable_path;
using Of = HeldName::Of;

TEST_CASE("a path ends where the runtime's own names begin") {
  CHECK(stable_path("_idleNext < TimersList < [] < Object < timerListMap < system / Context < context < Function < "
                    "clearInterval") == "_idleNext < TimersList");
  CHECK(stable_path("[] < Logger < logger < Object < exports < Module < mainModule < process < _process") ==
        "[] < Logger < logger < Object < exports < Module");
  CHECK(stable_path("[] < Map < registry < system / Context < context < Generator < [] < (system) < *") ==
        "[] < Map < registry < system / Context < context < Generator < [] < (system)");
  CHECK(stable_path("[] < Module") == "[] < Module");
  CHECK(stable_path("?") == "?");
  CHECK(stable_path("").empty());
}

TEST_CASE("a symbol and the private field that took its place are one label, a class has one name") {
  const std::string before = stable_path("next < Map < <symbol kEvents> < EventTarget < <symbol signal>");
  CHECK(stable_path("next < Map < <symbol kEvents> < AbortSignal < #signal") == before);
  CHECK(stable_path("next < Map < <symbol kEvents> < AbortSignal < #other") != before);
}

namespace {

CodePlace at(const char* script, std::uint32_t line) {
  CodePlace place;
  place.script = script;
  place.line = line;
  place.column = 1;
  return place;
}

/// Results in `results`, a Map of a class in a file.
Suspect in_map_of_class() {
  Suspect s;
  s.kind = LeakKind::map_growth;
  s.constructor = "Result";
  s.held_names = {
      {Of::label, "[]", {}}, {Of::label, "results", {}}, {Of::function, "Memory", {at("/app/dist/memory.js", 3)}}};
  return s;
}

}  // namespace

TEST_CASE("what is stored does not change a signature: not its class, not the kind of leak") {
  const Suspect strings = in_map_of_class();
  Suspect numbers = strings;
  numbers.kind = LeakKind::object_growth;
  numbers.constructor = "(number)";
  CHECK(leak_signature(numbers) == leak_signature(strings));
}

TEST_CASE("a line, a machine's folder and a compiler's suffix do not change a signature") {
  const Suspect here = in_map_of_class();
  Suspect there = here;
  there.held_names.back().code = {at("file:///home/ci/build/7/src/memory.ts", 40)};
  CHECK(leak_signature(there) == leak_signature(here));
}

TEST_CASE("another property, class, file or event is another leak") {
  const Suspect one = in_map_of_class();
  Suspect property = one;
  property.held_names[1].text = "errors";
  Suspect type = one;
  type.held_names[2].text = "Journal";
  Suspect file = one;
  file.held_names[2].code = {at("/app/dist/journal.js", 3)};
  Suspect event = one;
  event.event = "message";
  const std::set<std::string> all = {leak_signature(one), leak_signature(property), leak_signature(type),
                                     leak_signature(file), leak_signature(event)};
  CHECK(all.size() == 5);
  for (const std::string& signature : all) {
    CHECK(signature.size() == 16);
    CHECK(signature.find_first_not_of("0123456789abcdef") == std::string::npos);
  }
}

TEST_CASE("where no name leads to the objects, the function that came with them stands for the place") {
  Suspect poll;
  poll.kind = LeakKind::promise;
  FunctionPosition function;
  function.script = "/app/poll.js";
  function.line = 15;
  function.name = "poll";
  poll.functions = {function};
  Suspect other = poll;
  other.functions.front().name = "drain";
  CHECK(leak_signature(poll) != leak_signature(other));
  other = poll;
  other.functions.front().line = 99;
  CHECK(leak_signature(poll) == leak_signature(other));
  Suspect nothing = poll;
  nothing.functions.clear();
  CHECK(leak_signature(nothing) != leak_signature(poll));
}

TEST_CASE("captured variables of a function without a name stand in the order of the alphabet") {
  Suspect timer;
  timer.held_names = {{Of::function, "", {at("/app/a.js", 5)}},
                      {Of::captured, "key", {at("/app/a.js", 5)}},
                      {Of::captured, "value", {at("/app/a.js", 5)}}};
  Suspect renamed = timer;
  renamed.held_names[1].text = "a";
  renamed.held_names[2].text = "b";
  const NameSource map{[](const CodePlace& place, const std::string& name) {
                         return OriginalName{name, place.script};
                       },
                       [](const std::vector<CodePlace>&, const std::string& name) {
                         return OriginalName{name == "a" ? "value" : name == "b" ? "key" : name, "/app/a.js"};
                       }};
  CHECK(leak_signature(renamed, map) == leak_signature(timer, map));
}
