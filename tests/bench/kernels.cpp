// The kernels, one by one, on a synthetic snapshot of about 50 MB in memory.

#include "array_reader.h"
#include "boost_graph.h"
#include "heapdiff/diff/facts.h"
#include "heapdiff/diff/suspect.h"
#include "heapdiff/snapshot/heap.h"
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
struct boost::property_map<heapdiff::WithInEdges, boost::vertex_index_t> {
  using type = boost::typed_identity_property_map<std::uint32_t>;
  using const_type = type;
};
template <>
struct boost::vertex_property_type<heapdiff::WithInEdges> {
  using type = boost::no_property;
};
namespace heapdiff {
boost::typed_identity_property_map<std::uint32_t> get(boost::vertex_index_t /*index*/, const WithInEdges& /*graph*/) {
  return {};
}
}  // namespace heapdiff

namespace {

using namespace heapdiff;

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

void dominators(benchmark::State& state) {
  const Heap& heap = ::heap();
  for (auto _ : state) {
    benchmark::DoNotOptimize(compute_dominators(heap.graph, heap.distances.page_owned));
  }
}
BENCHMARK(dominators)->Unit(benchmark::kMillisecond);

/// Boost.Graph's Lengauer and Tarjan on the same columns. All edges of the synthetic graph retain, so it is the same
/// problem; the answers are compared.
void dominators_boost(benchmark::State& state) {
  const Heap& heap = ::heap();
  std::vector<std::uint32_t> idom;
  for (auto _ : state) {
    const WithInEdges graph(heap.graph);
    idom.assign(heap.graph.node_count(), UINT32_MAX);
    boost::lengauer_tarjan_dominator_tree(
        graph, std::uint32_t{0}, boost::make_iterator_property_map(idom.begin(), boost::identity_property_map()));
  }
  for (std::uint32_t i = 1; i < heap.graph.node_count(); ++i) {
    if (idom[i] != heap.dominators.idom[i]) {
      state.SkipWithError("Boost.Graph finds other dominators");
      return;
    }
  }
}
BENCHMARK(dominators_boost)->Unit(benchmark::kMillisecond);

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
    benchmark::DoNotOptimize(find_suspects(heap(), series, hours));
  }
}
BENCHMARK(suspects)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
