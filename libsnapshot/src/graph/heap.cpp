#include "heapdiff/snapshot/heap.h"

#include "graph/devtools_rules.h"
#include "heapdiff/snapshot/background_thread.h"

#include <cstdint>
#include <utility>

namespace heapdiff {
namespace {

/// Edges of a snapshot that is small enough for time to count more than memory: some 100 MB of text.
constexpr std::uint64_t kFewEdges = 4'000'000;

}  // namespace

Heap compute_heap(LoadedSnapshot loaded, const HeapOptions& options,
                  const std::vector<InterfaceDefinition>* interfaces) {
  Heap heap;
  heap.graph = std::move(loaded.graph);
  heap.input = std::move(loaded.input);
  heap.diagnostics = std::move(loaded.diagnostics);
  const auto phase = [&](std::string_view name) {
    if (options.progress != nullptr) {
      options.progress->on_progress(name, 0, std::nullopt);
    }
  };
  const auto describe = [&] {
    attribute_shallow_sizes(heap.graph);  // changes nothing that distances depend on
    heap.statistics = compute_statistics(heap.graph);
    NamedClasses named = name_classes(heap.graph, interfaces);
    heap.interfaces = std::move(named.interfaces);
    heap.classes = std::move(named.classes);
  };
  if (!options.keep_nodes) {
    heap.graph.drop_node_ids();
  }
  const auto dominate = [&](bool in_place) {
    phase("dominators");
    heap.dominators = compute_dominators(heap.graph, heap.distances.page_owned, {}, in_place ? &heap.graph : nullptr);
  };
  // Dominators that leave the graph as it is need not wait for the names, and take more memory.
  const bool in_place = !options.keep_graph && (options.threads < 2 || heap.graph.edge_count() > kFewEdges);
  const bool at_once = !in_place && options.threads > 1;
  phase("distances");
  if (options.threads > 1) {
    BackgroundTask naming([&] {
      describe();  // changes nothing that the others read
      if (at_once && options.meanwhile) {
        options.meanwhile(heap.graph);
      }
    });
    heap.distances = compute_distances(heap.graph);
    if (at_once) {
      dominate(false);
    }
    phase("classes");
    naming.get();
  } else {
    heap.distances = compute_distances(heap.graph);
    phase("classes");
    describe();
  }
  if (options.constructors) {
    heap.constructors = count_constructors(heap.graph, heap.classes, &heap.distances.of);
  }
  if (!options.keep_distances) {
    heap.distances.of.release();
  }
  if (!options.keep_graph) {
    heap.graph.drop_edge_names();
    heap.graph.drop_locations();
  }
  if (!options.keep_nodes) {
    heap.graph.drop_node_names();
  }
  if (!at_once) {
    const auto work = [&] {
      if (options.meanwhile) {
        options.meanwhile(heap.graph);
      }
    };
    if (options.threads > 1) {
      BackgroundTask meanwhile(work);
      dominate(in_place);
      meanwhile.get();
    } else {
      work();
      dominate(in_place);
    }
  }
  if (!options.keep_graph) {
    heap.graph.drop_edges();
  }
  phase("retained sizes");
  heap.retained = retained_sizes(heap.graph, heap.dominators);
  if (options.constructors) {
    add_retained(heap.constructors, heap.graph, heap.classes, heap.dominators, heap.retained);
  }
  return heap;
}

}  // namespace heapdiff
