// Paths as Node 14 to 24 wrote them for one program each.

#include "suspects/signature.h"

#include <doctest/doctest.h>

using heapdiff::LeakKind;
using heapdiff::suspects::leak_signature;
using heapdiff::suspects::stable_path;

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
  const auto signature = [](const char* path) { return leak_signature(LeakKind::event_listener, "Listener", path); };
  const std::string before = signature("next < Map < <symbol kEvents> < EventTarget < <symbol signal>");
  CHECK(signature("next < Map < <symbol kEvents> < AbortSignal < #signal") == before);
  CHECK(signature("next < Map < <symbol kEvents> < AbortSignal < #other") != before);
  CHECK(leak_signature(LeakKind::timer, "Listener", "next") !=
        leak_signature(LeakKind::event_listener, "Listener", "next"));
}

TEST_CASE("names of frequent shapes come and go, the class does not") {
  CHECK(leak_signature(LeakKind::array_growth, "{id, name}", "[]") ==
        leak_signature(LeakKind::array_growth, "Object", "[]"));
}
