#include "heapdiff/snapshot/heap.h"

#include "finish.h"

#include <future>
#include <utility>

namespace heapdiff {

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
  const auto dominate = [&] {
    phase("dominators");
    heap.dominators =
        compute_dominators(heap.graph, heap.distances.page_owned, {}, options.keep_graph ? nullptr : &heap.graph);
  };
  phase("distances");
  if (options.threads > 1) {
    auto naming = std::async(std::launch::async, describe);  // changes nothing that the others read
    heap.distances = compute_distances(heap.graph);
    if (options.keep_graph) {
      dominate();  // leaves the graph as it is, so names need not be waited for
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
  if (!options.keep_graph || options.threads < 2) {
    dominate();
  }
  phase("retained sizes");
  heap.retained = retained_sizes(heap.graph, heap.dominators);
  if (options.constructors) {
    add_retained(heap.constructors, heap.graph, heap.classes, heap.dominators, heap.retained);
  }
  return heap;
}

}  // namespace heapdiff
