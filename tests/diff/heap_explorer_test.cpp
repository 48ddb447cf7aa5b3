// The explorer of a heap: its counts and bytes are those of the graph, and it keeps what is alike together.

#include "heapdiff/diff/explore_heap.h"
#include "heapdiff/snapshot/dominator_order.h"
#include "support/drawn_series.h"
#include "support/real_snapshot.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

using namespace heapdiff;
using namespace heapdiff::test;

namespace {

struct Explored {
  Heap heap;
  Findings findings;
  std::vector<Facts> facts;
  HeapExplorer explorer;
};

/// Three snapshots of a Map that gains profiles, each with a text of its own, next to a queue that does not grow.
void draw_profiles(Drawing& d, std::uint64_t items) {
  const std::uint32_t table = table_of(d, collection(d, "object", "Map"), "table", "");
  for (std::uint64_t i = 0; i < items; ++i) {
    const std::uint32_t profile = d.node("object", "Profile", kItems + kSpan * i, 100);
    d.edge(table, "internal", std::to_string(i + 3), profile);
    d.edge(profile, "property", "note", d.node("string", "secret " + std::to_string(i), kItems + kSpan * i + 1, 900));
  }
  const std::uint32_t queue = d.node("object", "Queue", 40, 5000);
  d.edge(d.global, "property", "queue", queue);
}

Explored explore(const std::function<void(Drawing&, std::uint64_t)>& draw, std::size_t snapshots = 3) {
  Explored out;
  std::vector<std::string> texts;
  out.findings = grow(snapshots, draw, steadily, &out.heap, &texts);
  for (const std::string& text : texts) {
    out.facts.push_back(collect(compute_heap(load_text(text), {})));
  }
  out.explorer = explore_heap(out.heap, out.findings, out.facts);
  return out;
}

const ExplorerSubject& class_named(const HeapExplorer& e, const std::string& name) {
  const auto at = std::find_if(e.classes.begin(), e.classes.end(),
                               [&](const ExplorerSubject& s) { return e.names[s.name] == name; });
  REQUIRE(at != e.classes.end());
  return *at;
}

std::string path_text(const HeapExplorer& e, std::uint32_t last) {
  std::string text;
  for (std::uint32_t at = last; at != ExplorerStep::kNone; at = e.steps[at].before) {
    text = e.edges[e.steps[at].edge].name + ">" + e.names[e.steps[at].node] + (text.empty() ? "" : " ") + text;
  }
  return text;
}

/// What is true of every explorer: parts add up, and positions are those of an earlier entry.
void check_sums(const Heap& heap, const HeapExplorer& e) {
  const auto group_holds = [&](const ExplorerGroup& g) {
    CHECK(g.name < e.names.size());
    CHECK(g.self_bytes <= std::max(g.retained_bytes, g.self_bytes));
    if (!g.detailed) {
      return;
    }
    std::uint64_t content = g.other_content_bytes;
    for (const ExplorerContent& c : g.content) {
      content += c.self_bytes;
    }
    CHECK(content == g.retained_bytes);
    CHECK(g.largest.size() <= g.count);
  };
  for (const std::vector<ExplorerSubject>* list : {&e.suspects, &e.classes}) {
    for (const ExplorerSubject& s : *list) {
      std::uint64_t count = s.other_count;
      std::uint64_t retained = s.other_retained_bytes;
      for (const ExplorerGroup& g : s.groups) {
        count += g.count;
        retained += g.retained_bytes;
        group_holds(g);
      }
      CHECK(count == s.count);
      CHECK(retained == s.retained_bytes);
    }
  }
  REQUIRE(!e.cells.empty());
  CHECK(e.cells.front().group.retained_bytes == heap.graph.total_self_size());
  std::vector<std::uint64_t> below(e.cells.size());
  for (std::size_t i = 1; i < e.cells.size(); ++i) {
    REQUIRE(e.cells[i].parent < i);
    below[e.cells[i].parent] += e.cells[i].group.retained_bytes;
  }
  for (std::size_t i = 0; i < e.cells.size(); ++i) {
    const ExplorerCell& c = e.cells[i];
    group_holds(c.group);
    // A cell that was not taken apart has nothing below it.
    const std::uint64_t sum = c.group.self_bytes + below[i] + c.other_bytes;
    const bool taken_apart = below[i] + c.other_bytes > 0;
    CHECK((!taken_apart || sum == c.group.retained_bytes));
  }
  for (std::size_t i = 0; i < e.steps.size(); ++i) {
    CHECK((e.steps[i].before == ExplorerStep::kNone || e.steps[i].before < i));
    CHECK(e.steps[i].edge < e.edges.size());
    CHECK(std::max(e.steps[i].node, e.steps[i].node_type) < e.names.size());
  }
}

}  // namespace

TEST_CASE("the explorer counts a suspect's objects, and what they retain, as the graph does") {
  const Explored x = explore(draw_profiles);
  check_sums(x.heap, x.explorer);
  REQUIRE(x.explorer.suspects.size() == 1);
  const ExplorerSubject& s = x.explorer.suspects.front();
  CHECK(x.explorer.names[s.name] == "Profile");
  CHECK(s.count == 200);  // of 300, the first hundred were there before
  CHECK(s.self_bytes == 200 * 100);
  CHECK(s.retained_bytes == 200 * 1000);
  REQUIRE(s.groups.size() == 1);
  const ExplorerGroup& g = s.groups.front();
  REQUIRE(g.content.size() == 2);
  CHECK(x.explorer.names[g.content[0].name] == "(string)");
  CHECK(g.content[0].count == 200);
  CHECK(g.content[0].self_bytes == 200 * 900);
  CHECK(x.explorer.names[g.content[1].name] == "Profile");
  CHECK(g.largest.size() == 12);
  CHECK(g.largest.front().retained_bytes == 1000);
  CHECK(path_text(x.explorer, g.path).find("app>App held>Map table>") != std::string::npos);
}

TEST_CASE("objects that are held alike are one group of their class") {
  const Explored x = explore(draw_profiles);
  const ExplorerSubject& profiles = class_named(x.explorer, "Profile");
  CHECK(profiles.count == 300);
  CHECK(profiles.retained_bytes == 300'000);
  REQUIRE(profiles.groups.size() == 1);
  CHECK(profiles.groups.front().count == 300);
}

TEST_CASE("objects of one class that are held in two ways are two groups") {
  const Explored x = explore([](Drawing& d, std::uint64_t items) {
    draw_profiles(d, items);
    const std::uint32_t other = d.node("object", "Archive", 60);
    d.edge(d.global, "property", "archive", other);
    d.edge(other, "property", "last", d.node("object", "Profile", 61, 100));
  });
  const ExplorerSubject& profiles = class_named(x.explorer, "Profile");
  REQUIRE(profiles.groups.size() == 2);
  CHECK(profiles.groups[0].count == 300);
  CHECK(profiles.groups[1].count == 1);
  CHECK(path_text(x.explorer, profiles.groups[1].path) == "global>global /  archive>Archive last>Profile");
}

TEST_CASE("keys of a dictionary are data: they are one way of being held, and the explorer has none of them") {
  const std::vector<std::string> people = {"alice", "bob",  "carol", "dave",  "erin", "frank", "grace", "heidi",
                                           "ivan",  "judy", "kevin", "laura", "mike", "nina",  "oscar", "peggy"};
  const Explored x = explore([&](Drawing& d, std::uint64_t items) {
    draw_profiles(d, items);
    const std::uint32_t sessions = d.node("object", "Object", 70);
    d.edge(d.global, "property", "sessions", sessions);
    for (std::size_t i = 0; i < people.size(); ++i) {
      d.edge(sessions, "property", people[i], d.node("object", "Session", 80 + i, 400));
    }
  });
  const ExplorerSubject& sessions = class_named(x.explorer, "Session");
  REQUIRE(sessions.groups.size() == 1);
  CHECK(sessions.groups.front().count == people.size());
  CHECK(path_text(x.explorer, sessions.groups.front().path).find("sessions>Object *>Session") != std::string::npos);
  for (const ExplorerEdge& edge : x.explorer.edges) {
    CHECK(std::find(people.begin(), people.end(), edge.name) == people.end());
  }
}

TEST_CASE("an object of a class inside another one of that class is not counted twice") {
  const Explored x = explore([](Drawing& d, std::uint64_t items) {
    draw_profiles(d, items);
    std::uint32_t above = d.global;
    for (std::uint64_t i = 0; i < 50; ++i) {
      const std::uint32_t link = d.node("object", "Link", 200 + i, 300);
      d.edge(above, "property", "next", link);
      above = link;
    }
  });
  const ExplorerSubject& links = class_named(x.explorer, "Link");
  CHECK(links.count == 50);
  CHECK(links.retained_bytes == 50 * 300);
  check_sums(x.heap, x.explorer);
}

TEST_CASE("a chain of a hundred thousand links is one step of a path") {
  const Explored x = explore(
      [](Drawing& d, std::uint64_t items) {
        draw_profiles(d, items);
        std::uint32_t above = d.global;
        for (std::uint64_t i = 0; i < 100'000; ++i) {
          const std::uint32_t link = d.node("object", "Link", 2'000'000 + i, 32);
          d.edge(above, "property", "next", link);
          above = link;
        }
        d.edge(above, "property", "end", d.node("object", "Tail", 300, 900'000));
      },
      2);
  const ExplorerSubject& tail = class_named(x.explorer, "Tail");
  REQUIRE(tail.groups.front().detailed);
  const ExplorerStep& last = x.explorer.steps[tail.groups.front().path];
  CHECK(x.explorer.names[last.node] == "Tail");
  CHECK(x.explorer.steps[last.before].repeats == 100'000);
}

TEST_CASE("no text of a string is in the explorer") {
  const Explored x = explore(draw_profiles);
  for (const std::string& name : x.explorer.names) {
    CHECK(name.find("secret") == std::string::npos);
  }
}

TEST_CASE("the table has each class at each snapshot") {
  const Explored x = explore(draw_profiles);
  for (const ExplorerClass& row : x.explorer.table) {
    REQUIRE(row.at.size() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
      const auto fact = x.facts[k].constructors.find(x.explorer.names[row.name]);
      CHECK(row.at[k].count == (fact == x.facts[k].constructors.end() ? 0 : fact->second.count));
    }
    if (x.explorer.names[row.name] == "Profile") {
      CHECK(row.at[0].count == 100);
      CHECK(row.at[2].retained_bytes == 300'000);
    }
  }
  CHECK(x.explorer.table_left_out == 0);
}

TEST_CASE("a real heap's parts add up, and each class has the objects that DevTools counts") {
  const Heap heap = compute_heap(load_text(real_snapshot_text()), {});
  std::vector<Facts> facts;
  facts.push_back(collect(heap, FactsFor::one_snapshot));
  const Findings findings = find_accumulations(heap, facts.front());
  const HeapExplorer e = explore_heap(heap, findings, facts);
  check_sums(heap, e);
  CHECK(e.cells.size() > 100);
  // The facts of one snapshot that is not compared have no classes.
  std::vector<Facts> bare;
  bare.push_back(without_objects(facts.front()));
  bare.front().constructors.clear();
  const HeapExplorer same = explore_heap(heap, findings, bare);
  CHECK(same.names == e.names);
  CHECK(same.table.size() == e.table.size());
  for (const ExplorerSubject& s : e.classes) {
    CHECK(s.count == static_cast<std::uint64_t>(facts.front().constructors.at(e.names[s.name]).count));
  }
  CHECK(e.table_left_out + e.table.size() > 100);
}
