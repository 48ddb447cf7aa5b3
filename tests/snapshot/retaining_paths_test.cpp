// Further paths to an object: which are shown, which are folded, and which are none.

#include "heapdiff/snapshot/retaining_paths.h"

#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

namespace {

struct View {
  explicit View(const SnapshotText& text)
      : heap(compute_heap(load_text(text.text()), {})),
        tree(heap.graph, heap.distances.page_owned),
        order(heap.dominators),
        shapes(heap.graph, heap.classes, tree, [](std::string_view name) {
          std::string folded(name);
          folded.erase(std::remove_if(folded.begin(), folded.end(), [](char c) { return c >= '0' && c <= '9'; }),
                       folded.end());
          return folded;
        }) {}
  [[nodiscard]] RetainingPaths paths(std::uint32_t n, std::size_t limit = 10) const {
    return find_paths(heap.graph, heap.distances.page_owned, tree, order, shapes, NodeIndex(n), limit);
  }
  [[nodiscard]] std::vector<Hold> holds(std::uint32_t n) const {
    std::vector<Hold> all;
    for (const Holder& h : holders_of(heap.graph, heap.distances.page_owned, tree, order, NodeIndex(n))) {
      CHECK(h.step.edge.target == NodeIndex(n));
      all.push_back(h.hold);
    }
    return all;
  }
  [[nodiscard]] std::string text(const std::vector<PathStep>& steps) const {
    std::string out;
    for (const PathStep& step : steps) {
      out += "/" + heap.graph.edge_label(step.edge);
    }
    return out;
  }
  Heap heap;
  RetainingTree tree;
  DominatorOrder order;
  PathShapes shapes;
};

/// root -> global, and `n` plain objects that the test connects.
struct Drawing {
  explicit Drawing(std::uint32_t n) {
    text.add_root();
    global = text.add_node("object", "global");
    text.add_edge(0, "shortcut", "global", global);
    for (std::uint32_t i = 0; i < n; ++i) {
      nodes.push_back(text.add_node("object", "Node", 8));
    }
  }
  SnapshotText text;
  std::uint32_t global;
  std::vector<std::uint32_t> nodes;
};

}  // namespace

TEST_CASE("an object with two holders has two paths") {
  Drawing d(3);
  d.text.add_edge(d.global, "property", "a", d.nodes[0]);
  d.text.add_edge(d.global, "property", "b", d.nodes[1]);
  d.text.add_edge(d.nodes[0], "property", "x", d.nodes[2]);
  d.text.add_edge(d.nodes[1], "property", "y", d.nodes[2]);
  const View view(d.text);
  const RetainingPaths paths = view.paths(d.nodes[2]);
  CHECK(view.text(paths.shortest) == "/global/a/x");
  REQUIRE(paths.others.size() == 1);
  CHECK(view.text(paths.others[0].steps) == "/global/b/y");
  CHECK(paths.others[0].shared_head == 1);
  CHECK(paths.others[0].shared_tail == 0);
  CHECK(view.holds(d.nodes[2]) == std::vector<Hold>{Hold::path, Hold::holds});
  CHECK(view.paths(d.nodes[2], 0).left_out == 1);
}

TEST_CASE("two properties of one holder are two paths") {
  Drawing d(2);
  d.text.add_edge(d.global, "property", "a", d.nodes[0]);
  d.text.add_edge(d.nodes[0], "property", "x", d.nodes[1]);
  d.text.add_edge(d.nodes[0], "property", "y", d.nodes[1]);
  const View view(d.text);
  REQUIRE(view.paths(d.nodes[1]).others.size() == 1);
  CHECK(view.text(view.paths(d.nodes[1]).others[0].steps) == "/global/a/y");
}

TEST_CASE("a holder of the holder is a path too, after those of the object") {
  Drawing d(4);
  d.text.add_edge(d.global, "property", "a", d.nodes[0]);
  d.text.add_edge(d.nodes[0], "property", "x", d.nodes[3]);
  d.text.add_edge(d.global, "property", "b", d.nodes[1]);
  d.text.add_edge(d.nodes[1], "property", "back", d.nodes[0]);
  d.text.add_edge(d.nodes[1], "property", "c", d.nodes[2]);
  d.text.add_edge(d.nodes[2], "property", "y", d.nodes[3]);
  const View view(d.text);
  const RetainingPaths paths = view.paths(d.nodes[3]);
  REQUIRE(paths.others.size() == 2);
  CHECK(view.text(paths.others[0].steps) == "/global/b/c/y");
  CHECK(view.text(paths.others[1].steps) == "/global/b/back/x");
  CHECK(paths.others[1].shared_tail == 1);
}

TEST_CASE("holders of one shape are one path with a count") {
  Drawing d(2);
  d.text.add_edge(d.global, "property", "short", d.nodes[0]);
  d.text.add_edge(d.global, "property", "list", d.nodes[1]);
  for (std::uint32_t i = 0; i < 50; ++i) {
    const auto box = d.text.add_node("object", "Box", 8);
    d.text.add_edge(d.nodes[1], "element", i, box);
    d.text.add_edge(box, "property", "item" + std::to_string(i), d.nodes[0]);
  }
  const View view(d.text);
  const RetainingPaths paths = view.paths(d.nodes[0]);
  REQUIRE(paths.others.size() == 1);
  CHECK(paths.others[0].alike == 50);
  CHECK(view.text(paths.others[0].steps) == "/global/list/0/item0");
}

TEST_CASE("an edge back from what the object keeps alive is a cycle, not a path") {
  Drawing d(2);
  d.text.add_edge(d.global, "property", "a", d.nodes[0]);
  d.text.add_edge(d.nodes[0], "property", "child", d.nodes[1]);
  d.text.add_edge(d.nodes[1], "property", "parent", d.nodes[0]);
  d.text.add_edge(d.nodes[0], "property", "self", d.nodes[0]);
  const View view(d.text);
  const RetainingPaths paths = view.paths(d.nodes[0]);
  CHECK(paths.others.empty());
  CHECK(paths.cycles_folded == 1);  // an edge to itself retains nothing
  CHECK(view.holds(d.nodes[0]) == std::vector<Hold>{Hold::path, Hold::cycle, Hold::cycle});
}

TEST_CASE("a holder that is reached through the object first, but lives without it, is found on its own way") {
  Drawing d(4);
  d.text.add_edge(d.global, "property", "a", d.nodes[0]);
  d.text.add_edge(d.nodes[0], "property", "list", d.nodes[1]);
  d.text.add_edge(d.nodes[1], "property", "owner", d.nodes[0]);
  d.text.add_edge(d.global, "property", "x", d.nodes[2]);
  d.text.add_edge(d.nodes[2], "property", "y", d.nodes[3]);
  d.text.add_edge(d.nodes[3], "property", "z", d.nodes[1]);
  const View view(d.text);
  REQUIRE(view.tree.parent(NodeIndex(d.nodes[1])) == NodeIndex(d.nodes[0]));
  const RetainingPaths paths = view.paths(d.nodes[0]);
  REQUIRE(paths.others.size() == 1);
  CHECK(view.text(paths.others[0].steps) == "/global/x/y/z/owner");
  CHECK(paths.others[0].shared_head == 1);
}

TEST_CASE("weak edges are told, and hold nothing") {
  Drawing d(2);
  d.text.add_edge(d.global, "property", "a", d.nodes[0]);
  d.text.add_edge(d.global, "weak", "w", d.nodes[0]);
  d.text.add_edge(d.global, "weak", "only", d.nodes[1]);
  const View view(d.text);
  CHECK(view.paths(d.nodes[0]).others.empty());
  CHECK(view.holds(d.nodes[0]) == std::vector<Hold>{Hold::path, Hold::weak});
  CHECK(view.paths(d.nodes[1]).shortest.empty());
  CHECK(view.holds(d.nodes[1]) == std::vector<Hold>{Hold::weak});
  CHECK(view.paths(0).shortest.empty());
}

TEST_CASE("a chain of 200,000 links with edges back is walked without recursion") {
  constexpr std::uint32_t kLength = 200'000;
  Drawing d(kLength);
  d.text.add_edge(d.global, "property", "head", d.nodes[0]);
  for (std::uint32_t i = 1; i < kLength; ++i) {
    d.text.add_edge(d.nodes[i - 1], "property", "next", d.nodes[i]);
    d.text.add_edge(d.nodes[i], "property", "previous", d.nodes[i - 1]);
  }
  d.text.add_edge(d.global, "property", "tail", d.nodes[kLength / 2]);
  const View view(d.text);
  const RetainingPaths paths = view.paths(d.nodes[kLength / 4]);
  CHECK(paths.shortest.size() == kLength / 4 + 2);
  REQUIRE(paths.others.size() == 1);  // from the tail, along `previous`
  CHECK(paths.others[0].steps.size() == kLength / 4 + 2);
  CHECK(view.shapes.of(NodeIndex(d.nodes[5])) == view.shapes.of(NodeIndex(d.nodes[500])));
}

TEST_CASE("on random graphs every path is a way from the root that visits nothing twice") {
  std::mt19937 random(20260302);
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    Drawing d(24);
    for (int e = 0; e < 60; ++e) {
      const auto from = random() % 25;
      d.text.add_edge(from == 24 ? d.global : d.nodes[from], random() % 8 == 0 ? "weak" : "property",
                      "e" + std::string(1, static_cast<char>('a' + random() % 26)), d.nodes[random() % 24]);
    }
    const View view(d.text);
    const EssentialEdges essential(view.heap.distances.page_owned);
    for (const std::uint32_t n : d.nodes) {
      const RetainingPaths paths = view.paths(n, 100);
      CHECK(paths.shortest.empty() == !view.tree.reaches(NodeIndex(n)));
      const std::vector<Hold> holds = view.holds(n);
      const auto entries = static_cast<std::size_t>(std::count(holds.begin(), holds.end(), Hold::holds));
      std::uint64_t direct = 0;
      for (const OtherPath& other : paths.others) {
        std::set<NodeIndex> seen{SnapshotGraph::root()};
        NodeIndex at = SnapshotGraph::root();
        for (const PathStep& step : other.steps) {
          CHECK(step.source == at);
          CHECK(essential.from(at)(step.edge.type, step.edge.target));
          at = step.edge.target;
          CHECK(seen.insert(at).second);
        }
        CHECK(at == NodeIndex(n));
        direct += other.shared_tail == 0 ? other.alike : 0;
      }
      if (paths.not_searched == 0) {
        CHECK(direct == entries);  // each edge that holds is on one of the paths, or alike to one
      }
    }
  }
}
