// The kernels, one by one, on a synthetic snapshot of about 50 MB in memory.
//
//   heapdiff_kernels [FILE] [--benchmark_...]
//
// With FILE dominators are compared on that snapshot's graph too.

#include "algorithms/boost_graph.h"
#include "algorithms/dominators_in_place.h"
#include "graph/graph_access.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/heap.h"
#include "parse/array_reader.h"
#include "synthetic.h"

#include <boost/graph/dominator_tree.hpp>
#include <boost/property_map/property_map.hpp>

#include <array>
#include <benchmark/benchmark.h>
#include <string>
#include <utility>
#include <vector>

// What lengauer_tarjan_dominator_tree asks of a graph beyond BidirectionalGraph: a node is its own index.
template <>
struct boost::property_map<heapdiff::algorithms::WithInEdges, boost::vertex_index_t> {
  using type = boost::typed_identity_property_map<std::uint32_t>;
  using const_type = type;
};
template <>
struct boost::vertex_property_type<heapdiff::algorithms::WithInEdges> {
  using type = boost::no_property;
};
namespace heapdiff::algorithms {
boost::typed_identity_property_map<std::uint32_t> get(boost::vertex_index_t /*index*/, const WithInEdges& /*graph*/) {
  return {};
}
}  // namespace heapdiff::algorithms

namespace {

using namespace heapdiff;
using namespace heapdiff::parse;

constexpr std::uint64_t kBytes = 50'000'000;

std::string make_text(std::uint64_t seed) {
  std::string text;
  bench::SyntheticSnapshot(bench::SyntheticSnapshot::nodes_for(kBytes), seed).write([&](std::string_view piece) {
    text += piece;
  });
  return text;
}

const std::string& text() {
  static const std::string text = make_text(1);
  return text;
}

LoadedSnapshot load(const std::string& bytes, unsigned threads) {
  const auto source = memory_source(bytes);
  LoadOptions options;
  options.threads = threads;
  return load_snapshot(*source, "bench", options);
}

/// Made before a benchmark's clock starts: the first iteration would pay for it.
const Heap& heap() {
  static const Heap heap = compute_heap(load(text(), 2), {});
  return heap;
}

void set_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * static_cast<std::int64_t>(state.iterations()));
}

/// Numbers of the edge rows only, added up: no columns, no checks.
void tokenise(benchmark::State& state) {
  const std::size_t begin = text().find("\"edges\":[") + 9;
  const std::size_t end = text().find(']', begin);
  const std::string file = "bench";
  ArrayBlock block;
  block.begin = text().data() + begin;
  block.end = text().data() + end;
  block.max_rows = UINT64_MAX;
  block.section = "edges";
  block.file = &file;
  block.stride = 3;
  block.last = block.closed = true;
  for (auto _ : state) {
    std::uint64_t sum = 0;
    parse_rows<3>(block, [&](std::uint64_t, const auto& row) { sum += row[0] + row[1] + row[2]; });
    benchmark::DoNotOptimize(sum);
  }
  set_bytes(state, end - begin);
}
BENCHMARK(tokenise)->Unit(benchmark::kMillisecond);

void load_text(benchmark::State& state) {
  const std::string& bytes = text();
  for (auto _ : state) {
    benchmark::DoNotOptimize(load(bytes, static_cast<unsigned>(state.range(0))));
  }
  set_bytes(state, text().size());
}
BENCHMARK(load_text)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void distances(benchmark::State& state) {
  const Heap& heap = ::heap();
  for (auto _ : state) {
    benchmark::DoNotOptimize(compute_distances(heap.graph));
  }
}
BENCHMARK(distances)->Unit(benchmark::kMillisecond);

/// The edges of a heap that retain, as a graph in which all edges do: what both algorithms see alike.
SnapshotGraph retaining_graph(const Heap& heap) {
  const SnapshotGraph& graph = heap.graph;
  const std::uint32_t n = graph.node_count();
  const EssentialEdges essential(heap.distances.page_owned);
  GraphColumns columns;
  columns.node_count = n;
  columns.kind = Column<std::uint8_t>(n);
  columns.self_size = WideColumn(n);
  columns.first_edge = Column<std::uint32_t>(std::size_t{n} + 1);
  columns.edge_target = Column<std::uint32_t>(static_cast<std::size_t>(graph.edge_count()));
  std::uint32_t at = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    columns.kind[i] = static_cast<std::uint8_t>(NodeType::object);
    const auto retains = essential.from(NodeIndex(i));
    for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(i))) {
      if (retains(e.type, e.target)) {
        columns.edge_target[at++] = e.target.get() | static_cast<std::uint32_t>(EdgeType::property)
                                                         << GraphColumns::kTargetBits;
      }
    }
    columns.first_edge[i + std::size_t{1}] = at;
  }
  columns.edge_count = at;
  return graph::GraphAccess::make(graph.meta(), std::move(columns), StringTable(), Locations());
}

/// Boost.Graph's Lengauer and Tarjan on the same columns; the answers are compared where it has one: it leaves out what
/// no path from the root reaches.
void dominators_boost(benchmark::State& state, const SnapshotGraph& columns) {
  std::vector<std::uint32_t> idom;
  for (auto _ : state) {
    const algorithms::WithInEdges graph(columns);
    idom.assign(columns.node_count(), UINT32_MAX);
    boost::lengauer_tarjan_dominator_tree(
        graph, std::uint32_t{0}, boost::make_iterator_property_map(idom.begin(), boost::identity_property_map()));
  }
  const DominatorTree ours = compute_dominators(columns, BitColumn(columns.node_count()));
  for (std::uint32_t i = 1; i < columns.node_count(); ++i) {
    if (idom[i] != ours.idom[i] && idom[i] != UINT32_MAX) {
      state.SkipWithError("Boost.Graph finds other dominators");
      return;
    }
  }
}

/// With the graph kept, as a comparison needs it.
void dominators(benchmark::State& state, const SnapshotGraph& graph) {
  const BitColumn page_owned(graph.node_count());
  for (auto _ : state) {
    benchmark::DoNotOptimize(compute_dominators(graph, page_owned));
  }
}

/// With the edges used up, as a summary does.
void dominators_in_place(benchmark::State& state, const Heap& heap) {
  const BitColumn page_owned(heap.graph.node_count());
  for (auto _ : state) {
    state.PauseTiming();
    SnapshotGraph graph = retaining_graph(heap);
    state.ResumeTiming();
    benchmark::DoNotOptimize(algorithms::compute_dominators_in_place(graph, page_owned));
  }
}

/// The three ways on one heap; `graph` is its `retaining_graph`.
void compare_dominators(const std::string& name, const Heap& heap, const SnapshotGraph& graph) {
  const auto add = [&](const char* way, auto run) {
    benchmark::RegisterBenchmark((way + ("/" + name)).c_str(), run)->Unit(benchmark::kMillisecond);
  };
  add("dominators", [&](benchmark::State& s) { dominators(s, graph); });
  add("dominators_in_place", [&](benchmark::State& s) { dominators_in_place(s, heap); });
  add("dominators_boost", [&](benchmark::State& s) { dominators_boost(s, graph); });
}

void retained(benchmark::State& state) {
  const Heap& heap = ::heap();
  for (auto _ : state) {
    benchmark::DoNotOptimize(retained_sizes(heap.graph, heap.dominators));
  }
}
BENCHMARK(retained)->Unit(benchmark::kMillisecond);

/// Reduces a snapshot to what is kept of it.
void facts(benchmark::State& state) {
  const Heap& heap = ::heap();
  for (auto _ : state) {
    benchmark::DoNotOptimize(collect(heap));
  }
}
BENCHMARK(facts)->Unit(benchmark::kMillisecond);

/// Two snapshots' objects by id.
void join(benchmark::State& state) {
  const Facts one = collect(heap());
  for (auto _ : state) {
    benchmark::DoNotOptimize(compare_identity(one, one));
  }
}
BENCHMARK(join)->Unit(benchmark::kMillisecond);

/// A series of three in which the first lacks every fourth object.
void suspects(benchmark::State& state) {
  const auto part = [](unsigned keep_of_four) {
    Facts facts = collect(heap());
    ObjectFacts objects(facts.objects.size());
    for (const ObjectFact& object : facts.objects) {
      if (object.id / 2 % 4 < keep_of_four) {
        objects.add(object);
      }
    }
    facts.objects = std::move(objects);
    return facts;
  };
  std::vector<Facts> series;
  for (const unsigned keep : {2U, 3U, 4U}) {
    series.push_back(part(keep));
  }
  const std::array<double, 3> hours = {0, 1, 2};
  for (auto _ : state) {
    benchmark::DoNotOptimize(find_suspects(heap(), series, clocks_of(series.size(), {}, hours)));
  }
}
BENCHMARK(suspects)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const SnapshotGraph synthetic = retaining_graph(heap());
  compare_dominators("synthetic", heap(), synthetic);
  Heap real;
  SnapshotGraph real_graph;
  if (argc > 1) {
    real = compute_heap(load_snapshot(argv[1], {}), {});
    real_graph = retaining_graph(real);
    compare_dominators("file", real, real_graph);
  }
  benchmark::RunSpecifiedBenchmarks();
}
