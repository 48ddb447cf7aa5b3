// Dominators against two other opinions: deleting nodes one by one, and Boost.Graph's Lengauer and
// Tarjan.

#include "heapdiff/snapshot/dominators.h"

#include "algorithms/dominators_in_place.h"
#include "heapdiff/snapshot/distance.h"
#include "support/load_text.h"
#include "support/naive_dominators.h"
#include "support/snapshot_text.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dominator_tree.hpp>
#include <boost/property_map/property_map.hpp>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

using namespace heapdiff;
using heapdiff::test::load_text;
using heapdiff::test::SnapshotText;

namespace {

/// Numbers that are the same everywhere: the standard's distributions are not.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::size_t limit) { return static_cast<std::uint32_t>(engine_() % limit); }
  bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::mt19937 engine_;
};

/// Rings, orphans, self edges, weak edges, shortcuts, ephemerons, owned stores: everything that a
/// rule speaks of.
SnapshotText random_snapshot(Dice& dice, std::size_t nodes, std::size_t edges, unsigned root_percent) {
  static const std::vector<std::string> kNodeTypes = {"object", "object", "closure", "array",    "hidden",
                                                      "native", "code",   "string",  "synthetic"};
  static const std::vector<std::string> kEdgeTypes = {"property", "property", "context", "element",
                                                      "internal", "hidden",   "weak",    "shortcut"};
  SnapshotText text;
  text.add_root();
  while (text.node_count() < nodes) {
    const std::string& type = kNodeTypes[dice.below(kNodeTypes.size())];
    text.add_node(type, type == "synthetic" && dice.chance(30) ? "(Document DOM trees)" : "N", dice.below(1000));
  }
  for (std::size_t i = 0; i < edges; ++i) {
    const std::uint32_t from = dice.chance(root_percent) ? 0 : dice.below(nodes);
    const std::uint32_t to = dice.below(nodes);
    const std::string& type = kEdgeTypes[dice.below(kEdgeTypes.size())];
    text.add_edge(from, type, type == "element" || type == "hidden" ? "7" : "name", to);
  }
  for (std::size_t i = 0; i < nodes / 20; ++i) {
    const std::uint32_t table = dice.below(nodes);
    const std::uint32_t key = dice.below(nodes);
    const std::uint32_t value = dice.below(nodes);
    for (const std::uint32_t from : {table, key}) {
      text.add_edge(from, "internal",
                    fmt::format("{} / part of key (K @{}) -> value (V @{}) pair in WeakMap (table @{})",
                                i + (from == key ? 500 : 100), text.id(key), text.id(value), text.id(table)),
                    value);
    }
  }
  return text;
}

std::vector<std::uint64_t> retained_by_tree(const SnapshotGraph& graph) {
  const Distances distances = compute_distances(graph);
  const WideColumn retained = retained_sizes(graph, compute_dominators(graph, distances.page_owned));
  std::vector<std::uint64_t> bytes;
  for (std::size_t i = 0; i < retained.size(); ++i) {
    bytes.push_back(retained[i]);
  }
  return bytes;
}

std::vector<std::uint32_t> plain(const DominatorTree& tree) {
  return {tree.idom.span().begin(), tree.idom.span().end()};
}

/// Immediate dominators by Boost, over the naive edges; 0 for what is not reached.
std::vector<std::uint32_t> boost_dominators(const SnapshotGraph& graph) {
  using List = boost::adjacency_list<boost::vecS, boost::vecS, boost::bidirectionalS>;
  const test::Adjacency out = test::naive_retaining_edges(graph);
  List list(out.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    for (const std::uint32_t to : out[i]) {
      boost::add_edge(i, to, list);
    }
  }
  const auto none = boost::graph_traits<List>::null_vertex();
  std::vector<std::size_t> idom(out.size(), none);
  boost::lengauer_tarjan_dominator_tree(
      list, std::size_t{0}, boost::make_iterator_property_map(idom.begin(), boost::get(boost::vertex_index, list)));
  std::vector<std::uint32_t> result;
  for (const std::size_t d : idom) {
    result.push_back(d == none ? 0 : static_cast<std::uint32_t>(d));
  }
  return result;
}

}  // namespace

TEST_CASE("retained sizes equal what deleting each node frees, on 600 random graphs") {
  for (std::uint32_t seed = 1; seed <= 600; ++seed) {
    Dice dice(seed);
    const std::size_t nodes = 1 + dice.below(60);
    const std::size_t edges = nodes / 2 + dice.below(nodes * 3);
    const SnapshotText text = random_snapshot(dice, nodes, edges, 5 + dice.below(30));
    const LoadedSnapshot loaded = load_text(text.text());
    CAPTURE(seed);
    REQUIRE(loaded.graph.node_count() == nodes);
    REQUIRE(retained_by_tree(loaded.graph) == test::naive_retained(loaded.graph));
  }
}

TEST_CASE("the dominator tree equals Boost.Graph's on random graphs of up to 20,000 nodes") {
  for (const std::size_t nodes : {2'000U, 5'000U, 10'000U, 20'000U}) {
    for (const std::size_t edges_per_node : {2U, 5U}) {
      Dice dice(static_cast<std::uint32_t>(nodes + edges_per_node));
      const SnapshotText text = random_snapshot(dice, nodes, nodes * edges_per_node, 3);
      const LoadedSnapshot loaded = load_text(text.text());
      const Distances distances = compute_distances(loaded.graph);
      const DominatorTree tree = compute_dominators(loaded.graph, distances.page_owned);
      CAPTURE(nodes);
      CAPTURE(edges_per_node);
      CHECK(plain(tree) == boost_dominators(loaded.graph));
    }
  }
}

TEST_CASE("the root retains the sum of all self sizes, also of what nothing reaches") {
  for (std::uint32_t seed = 1; seed <= 50; ++seed) {
    Dice dice(seed + 7000);
    const LoadedSnapshot loaded = load_text(random_snapshot(dice, 500, 900, 4).text());
    CAPTURE(seed);
    CHECK(retained_by_tree(loaded.graph)[0] == loaded.graph.total_self_size());
  }
}

TEST_CASE("a linked list of a million nodes does not exhaust the stack") {
  constexpr std::uint32_t kLength = 1'000'000;
  SnapshotText text;
  text.add_root();
  for (std::uint32_t i = 1; i <= kLength; ++i) {
    text.add_node("object", "Link", 8);
    text.add_edge(i - 1, "property", "next", i);
  }
  const LoadedSnapshot loaded = load_text(text.text(), 2);
  const std::vector<std::uint64_t> retained = retained_by_tree(loaded.graph);
  CHECK(retained[1] == std::uint64_t{8} * kLength);
  CHECK(retained[kLength / 2] == std::uint64_t{8} * (kLength - kLength / 2 + 1));
  CHECK(retained[kLength] == 8);
}

TEST_CASE("what each link of a chain refers to is dominated by the first link that does") {
  // The search comes to the shared object by the last link, so that all other references go forward, to one target.
  for (const std::uint32_t length : {40U, 2'000U, 100'000U}) {
    SnapshotText text;
    text.add_root();
    for (std::uint32_t i = 1; i <= length; ++i) {
      text.add_node("object", "Link", 8);
      text.add_edge(i - 1, "property", "next", i);
    }
    const std::uint32_t shared = text.add_node("object", "Shared", 1000);
    for (std::uint32_t i = 3; i <= length; ++i) {
      text.add_edge(i, "property", "of", shared);
    }
    const LoadedSnapshot loaded = load_text(text.text());
    const DominatorTree tree = compute_dominators(loaded.graph, compute_distances(loaded.graph).page_owned);
    CAPTURE(length);
    CHECK(tree.of(NodeIndex(shared)) == NodeIndex(3));
    CHECK(retained_sizes(loaded.graph, tree)[2] == std::uint64_t{8} * (length - 1) + 1000);
  }
}

TEST_CASE("cutting an edge gives the tree of the graph without that edge") {
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    Dice dice(seed + 90'000);
    const std::size_t nodes = 2 + dice.below(50);
    SnapshotText text = random_snapshot(dice, nodes, nodes * 2, 15);
    const LoadedSnapshot whole = load_text(text.text());
    // What the page owns is a fact of the snapshot: a cut asks who would still be held, not who
    // owns what.
    const Distances distances = compute_distances(whole.graph);
    const SnapshotText::Edge chosen = text.edges()[dice.below(text.edges().size())];
    std::erase_if(text.edges(),
                  [&](const SnapshotText::Edge& e) { return e.source == chosen.source && e.target == chosen.target; });
    const LoadedSnapshot without = load_text(text.text());
    const std::vector<EdgeCut> cuts{{NodeIndex(chosen.source), NodeIndex(chosen.target)}};
    CAPTURE(seed);
    REQUIRE(plain(compute_dominators(whole.graph, distances.page_owned, cuts)) ==
            plain(compute_dominators(without.graph, distances.page_owned)));
  }
}

TEST_CASE("dropping the edges on the way does not change the tree, and children list every node once") {
  Dice dice(11);
  LoadedSnapshot loaded = load_text(random_snapshot(dice, 3000, 9000, 5).text());
  const Distances distances = compute_distances(loaded.graph);
  const DominatorTree kept = compute_dominators(loaded.graph, distances.page_owned);
  const DominatorTree dropped = algorithms::compute_dominators_in_place(loaded.graph, distances.page_owned);
  CHECK(plain(kept) == plain(dropped));
  CHECK_FALSE(loaded.graph.has_edges());
  const DominatorChildren children(kept);
  std::size_t listed = 0;
  bool right = true;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    for (const std::uint32_t child : children.of(NodeIndex(i))) {
      right = right && kept.idom[child] == i;
      ++listed;
    }
  }
  CHECK(right);
  CHECK(listed == 2999);
}
