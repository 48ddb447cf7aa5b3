// What is kept and on how many threads decides how a heap is derived, and nothing of what comes out.

#include "heapdiff/snapshot/heap.h"
#include "support/load_text.h"
#include "support/snapshot_text.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

using namespace heapdiff;

namespace {

struct Way {
  unsigned threads;
  GraphParts keep;
};
constexpr Way kWays[] = {{1, GraphParts::all},   {2, GraphParts::all},        {1, GraphParts::nodes},
                         {2, GraphParts::nodes}, {1, GraphParts::node_sizes}, {2, GraphParts::node_sizes}};

/// Everything that all ways give: one line per node and per constructor.
std::vector<std::string> results(LoadedSnapshot loaded, const Way& way) {
  HeapOptions options;
  options.threads = way.threads;
  options.keep = way.keep;
  int asked = 0;
  options.concurrent_task = [&](const SnapshotGraph& graph) { asked += graph.node_count() != 0 ? 1 : 0; };
  const Heap heap = compute_heap(std::move(loaded), options);
  CHECK(asked == 1);
  std::vector<std::string> lines;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    lines.push_back(fmt::format("{} {} {} {}", i, heap.dominators.idom[i], heap.retained[i], heap.distances.of[i]));
  }
  for (const ConstructorRow& row : heap.constructors) {
    lines.push_back(fmt::format("{} {} {} {} {}", heap.classes.info(row.constructor).name, row.count, row.self_bytes,
                                row.retained_bytes, row.distance));
  }
  lines.push_back(fmt::format("{} {} {} {}", heap.statistics.total, heap.statistics.strings, heap.statistics.code,
                              heap.statistics.system));
  return lines;
}

/// More edges than dominators number, in no order that helps: 60,000 objects with ten each.
std::string text_of_many_edges() {
  constexpr std::uint32_t kNodes = 60'000;
  std::mt19937 random(41);
  test::SnapshotText text;
  const std::uint32_t root = text.add_root();
  for (std::uint32_t i = 1; i < kNodes; ++i) {
    text.add_node("object", fmt::format("Class{}", i % 50), 8 + 8 * (i % 7));
  }
  text.add_edge(root, "property", "first", 1);
  for (std::uint32_t i = 1; i < kNodes; ++i) {
    for (std::uint32_t e = 0; e < 10; ++e) {
      // Mostly near, so that there is something to dominate; some nodes are reached by nothing.
      const auto near = static_cast<std::uint32_t>(i + 1 + random() % 40);
      text.add_edge(
          i, e % 5 == 0 ? "weak" : "property", fmt::format("p{}", e),
          random() % 50 == 0 ? static_cast<std::uint32_t>(1 + random() % (kNodes - 1)) : std::min(near, kNodes - 1));
    }
  }
  return text.text();
}

TEST_CASE("a heap is the same whatever is kept and on one thread or two") {
  const std::filesystem::path folder = std::filesystem::path(HEAPDIFF_TESTDATA) / "snapshots/corpus";
  for (const char* name : {"node14-plain-1", "node18-plain-2", "node24-tracked-2"}) {
    const std::string path = (folder / (std::string(name) + ".heapsnapshot.zst")).string();
    CAPTURE(path);
    const auto expected = results(load_snapshot(path, LoadOptions{}), kWays[0]);
    for (const Way& way : kWays) {
      CAPTURE(way.threads);
      CAPTURE(static_cast<int>(way.keep));
      CHECK(results(load_snapshot(path, LoadOptions{}), way) == expected);
    }
  }
}

TEST_CASE("a heap of more edges than dominators number is the same in all ways, too") {
  const std::string text = text_of_many_edges();
  const auto expected = results(test::load_text(text), kWays[0]);
  for (const Way& way : kWays) {
    CAPTURE(way.threads);
    CAPTURE(static_cast<int>(way.keep));
    CHECK(results(test::load_text(text), way) == expected);
  }
}

}  // namespace
