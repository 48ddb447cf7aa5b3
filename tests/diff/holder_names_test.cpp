// What a suspect's holder and event are called: by the names that the program uses, and by no other object's.

#include "heapdiff/reports/suspect_label.h"
#include "support/drawn_series.h"

#include <string>

namespace {

using heapdiff::LeakKind;
using heapdiff::Suspect;
using namespace heapdiff::test;

/// A list of listeners as Node.js keeps it: target, Map, table with the event's name before the list, list, listeners.
/// Each listener keeps a request, which is an emitter with events of its own.
void draw_event_target(Drawing& d, std::uint64_t items) {
  const std::uint32_t stop = d.node("object", "AbortSignal", 10);
  d.edge(d.global, "property", "stop", stop);
  const std::uint32_t events = d.node("object", "Map", 11);
  d.edge(stop, "property", "<symbol kEvents>", events);
  const std::uint32_t table = d.node("array", "", 12);
  d.edge(events, "internal", "table", table);
  d.edge(table, "hidden", "5", d.node("string", "abort", 13));
  // The texts of strings are not kept; this one is also a name, as each of the web's own events is.
  d.edge(stop, "property", "abort", d.node("closure", "abort", 15));
  const std::uint32_t list = d.node("object", "Object", 14);
  d.edge(table, "hidden", "6", list);
  std::uint32_t at = list;
  for (std::uint64_t i = 0; i < items; ++i) {
    const std::uint64_t id = kItems + kSpan * i;
    const std::uint32_t listener = d.node("object", "Listener", id, 200);
    d.edge(at, "property", "next", listener);
    const std::uint32_t function = d.node("closure", "", id + 1, 64);
    d.edge(listener, "property", "listener", function);
    const std::uint32_t request = d.node("object", "Request", id + 2, 600);
    d.edge(function, "internal", "context", request);
    const std::uint32_t own = d.node("object", "Object", id + 3, 40);
    d.edge(request, "property", "_events", own);
    d.edge(own, "property", "error", d.node("closure", "onError", id + 4, 64));
    at = listener;
  }
}

/// A Map that grows, held by `owner` through an edge; returns the Map.
std::uint32_t growing_map(Drawing& d, std::uint64_t items) {
  const std::uint32_t map = d.node("object", "Map", 70);
  fill(d, table_of(d, map, "table", ""), "internal", "object", "Profile", items);
  return map;
}

}  // namespace

TEST_CASE("the event is the key of the target's own table, and not one of what a listener keeps") {
  const Suspect s = first(grow(4, draw_event_target, steadily));
  CHECK(s.kind == LeakKind::event_listener);
  CHECK(s.event == "abort");
  CHECK(s.hint.event == "abort");
  CHECK(s.holder == "AbortSignal");
  CHECK(s.label.empty());
  CHECK(says(s.why, "AbortSignal"));
  CHECK(heapdiff::label_suspect(s, {}, {}).title.find("listeners for \"abort\" held by AbortSignal") !=
        std::string::npos);
}

TEST_CASE("a collection in a collection has the name of the outer one") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t shards = collection(d, "object", "Array");
        d.edge(shards, "element", "3", growing_map(d, items));
      },
      steadily));
  CHECK(s.label == "held");
}

TEST_CASE("the value of a WeakMap is not called like its key") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t key = collection(d, "object", "Config");
        d.edge(key, "internal", "1 / part of key (Config @23) -> value (Map @141) pair in WeakMap (table @99)",
               growing_map(d, items));
      },
      steadily));
  CHECK(s.label.empty());
}

TEST_CASE("what lies behind a proxy, a window or an object of a class is not called like that") {
  for (const std::string owner : {"Proxy", "Window / app", "Document", "Harness"}) {
    CAPTURE(owner);
    const Suspect s = first(grow(
        4,
        [&](Drawing& d, std::uint64_t items) {
          const std::uint32_t other = collection(d, "object", owner.c_str());
          d.edge(other, "internal", "target", growing_map(d, items));
        },
        steadily));
    CHECK(s.label.empty());
  }
}

TEST_CASE("a variable with a digit names what a scope holds") {
  const Suspect s = first(grow(
      4,
      [](Drawing& d, std::uint64_t items) {
        const std::uint32_t iterate = d.node("closure", "iterate", 20);
        d.edge(d.global, "property", "iterate", iterate);
        const std::uint32_t context = d.node("object", "system / Context", 21);
        d.edge(iterate, "internal", "context", context);
        std::uint32_t at = context;
        for (std::uint64_t i = items; i-- > 0;) {
          const std::uint32_t link = d.node("object", "Thing", kItems + kSpan * i, 500);
          d.edge(at, at == context ? "context" : "property", at == context ? "last2" : "before", link);
          at = link;
        }
      },
      steadily));
  CHECK(s.label == "last2");
}
