// Leaks of which the place or the neighbours are special: what is counted, and what it is called, depends on them.

#include "support/drawn_leaks.h"

namespace heapdiff::test {

namespace {

/// The newest entry is the program's current object, too, and hangs nearer to the root there.
DrawnLeak current_entry() {
  DrawnLeak leak{"current entry", LeakKind::map_growth, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view) {
    const std::uint32_t app = d.node("object", "App", 10);
    d.edge(d.global, "property", "app", app);
    const std::uint32_t map = d.node("object", "Map", 11);
    d.edge(app, "property", "held", map);
    const std::uint32_t table = table_of(d, map, "table", "");
    fill(d, table, "internal", "object", "Profile", items);
    d.edge(app, "property", "latest", static_cast<std::uint32_t>(table + items));
  };
  leak.truth = {{FactKind::gained_directly, "Profile", 300}, {FactKind::gained_in_step, "Profile", 100}};
  return leak;
}

/// Each function that is stored brings 24 more.
DrawnLeak heavy_functions() {
  DrawnLeak leak{"heavy functions", LeakKind::map_growth, LeakCause::none, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view) {
    const std::uint32_t table = table_of(d, holder_of(d, "Map", {}), "table", "");
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint64_t id = kItems + 40 * i;
      const std::uint32_t function = d.node("closure", "resolve", id, 500);
      d.edge(table, "internal", fmt::format("{}", i + 3), function);
      const std::uint32_t scope = d.node("object", "system / Context", id + 1, 40);
      d.edge(function, "internal", "context", scope);
      for (std::uint64_t k = 0; k < 24; ++k) {
        d.edge(scope, "context", fmt::format("done{}", k), d.node("closure", "done", id + 2 + k, 500));
      }
    }
  };
  leak.truth = {{FactKind::gained_directly, "Function", 300}, {FactKind::gained_in_step, "Function", 100}};
  return leak;
}

DrawnLeak kept_timers() {
  DrawnLeak leak{"kept timers", LeakKind::timer, LeakCause::kept_timers, {11}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t handles = holder_of(d, "Object", mutation);
    const std::uint32_t null = d.node("hidden", "system / Oddball", 31, 48);
    d.edge(d.root, "element", "7", null);
    const std::uint32_t list = d.node("object", "TimersList", 62);
    d.edge(d.global, "property", "list", list);
    for (std::uint64_t i = 0; i < items; ++i) {
      const std::uint32_t timeout = d.node("object", "Timeout", item_id(i), 1000);
      d.edge(handles, "property", fmt::format("order {}", i), timeout);
      d.edge(timeout, "property", "_idleNext", mutation == "one pending" && i + 1 == items ? list : null);
      d.edge(timeout, "property", "_idlePrev", null);
      d.edge(timeout, "property", "_repeat", null);
    }
  };
  leak.truth = {{FactKind::new_timers, "", 300}, {FactKind::timers_pending, "", 0}};
  leak.mutations = {{"one pending", "none is pending"}};
  return leak;
}

/// Listeners of a socket that waits in the list of an agent: they are the socket's, not the agent's.
DrawnLeak listeners_of_socket() {
  DrawnLeak leak{"listeners of a socket", LeakKind::event_listener, LeakCause::none, {17}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view mutation) {
    const std::uint32_t agent = holder_of(d, "Agent", {});
    const std::uint32_t sockets = d.node("object", "Object", 12);
    d.edge(agent, "property", "freeSockets", sockets);
    d.edge(agent, "property", "sockets", d.node("object", "Object", 15));
    d.edge(agent, "property", "requests", d.node("object", "Object", 16));
    const std::uint32_t list = d.node("object", "Array", 14);
    d.edge(sockets, "property", "localhost:8080:", list);
    const std::uint32_t socket = d.node("object", "Socket", 17);
    d.edge(list, "element", "0", socket);
    const std::uint32_t events = d.node("object", "Object", 18);
    d.edge(socket, "property", "_events", events);
    const std::uint32_t lookup = d.node("object", "Array", 19);
    d.edge(events, "property", "lookup", lookup);
    const std::uint32_t code = literal(d, "onLookup", 30);
    for (std::uint64_t i = 0; i < items; ++i) {
      if (mutation == "in the list") {
        d.edge(list, "element", fmt::format("{}", i + 1), d.node("object", "Socket", item_id(i), 1000));
      } else {
        d.edge(lookup, "element", fmt::format("{}", i), function_at(d, code, "onLookup", item_id(i), 1000));
      }
    }
  };
  leak.truth = {{FactKind::functions, "", 300}, {FactKind::listeners, "Socket lookup", 400}};
  leak.mutations = {{"in the list", "lookup"}};
  return leak;
}

/// A list of which a variable of a scope has the first link.
DrawnLeak links_of_variable() {
  DrawnLeak leak{"links of a variable", LeakKind::closure, LeakCause::none, {26}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view) {
    const std::uint32_t keep = function_at(d, literal(d, "keep", 20), "keep", 25, 64);
    d.edge(d.global, "property", "keep", keep);
    const std::uint32_t scope = d.node("object", "system / Context", 26);
    d.edge(keep, "internal", "context", scope);
    std::uint32_t at = d.node("object", "Link", item_id(items), 1000);
    d.edge(scope, "context", "newest", at);
    for (std::uint64_t i = items; i-- > 0;) {
      const std::uint32_t next = d.node("object", "Link", item_id(i), 1000);
      d.edge(at, "property", "next", next);
      at = next;
    }
  };
  leak.truth = {{FactKind::gained, "Link", 300}, {FactKind::holders, "", 1}};
  return leak;
}

/// Texts of several sessions that grow by appending.
DrawnLeak transcripts() {
  DrawnLeak leak{
      "transcripts", LeakKind::string, LeakCause::none, {40, 41, 42, 43, 44, 45, 46, 47, 48, 49}, {}, {}, {}};
  leak.draw = [](Drawing& d, std::uint64_t items, std::string_view) {
    constexpr std::uint64_t kSessions = 10;
    const std::uint32_t sessions = holder_of(d, "Array", {});
    for (std::uint64_t s = 0; s < kSessions; ++s) {
      const std::uint32_t session = d.node("object", "Session", 40 + s);
      d.edge(sessions, "element", fmt::format("{}", s), session);
      std::uint32_t rest =
          d.node("concatenated string", "(concatenated string)", item_id(s + kSessions * (1000 + d.step), 2), 32);
      d.edge(session, "property", "transcript", rest);
      for (std::uint64_t i = items / kSessions; i-- > 0;) {
        const std::uint64_t piece = s + kSessions * i;
        const std::uint32_t next = d.node("concatenated string", "(concatenated string)", item_id(piece), 32);
        d.edge(rest, "internal", "second", d.node("string", "", item_id(piece, 1), 1000));
        d.edge(rest, "internal", "first", next);
        rest = next;
      }
    }
  };
  leak.truth = {{FactKind::places, "", 10}, {FactKind::text_pieces, "", 610}, {FactKind::items_held, "", 10}};
  return leak;
}

}  // namespace

std::vector<DrawnLeak> drawn_leaks_of_places() {
  return {current_entry(), heavy_functions(), kept_timers(), listeners_of_socket(), links_of_variable(), transcripts()};
}

}  // namespace heapdiff::test
