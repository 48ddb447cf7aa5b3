#include "heapdiff/snapshot/heap.h"

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
  phase("distances");
  heap.distances = compute_distances(heap.graph);
  phase("classes");
  heap.statistics = compute_statistics(heap.graph);
  heap.interfaces = interfaces == nullptr ? infer_interfaces(heap.graph) : *interfaces;
  heap.classes = compute_classes(heap.graph, heap.interfaces);
  if (options.constructors) {
    heap.constructors = count_constructors(heap.graph, heap.classes, &heap.distances.of);
  }
  if (!options.keep_distances) {
    heap.distances.of.release();
  }
  if (!options.keep_graph) {
    heap.graph.drop_edge_names();
  }
  phase("dominators");
  heap.dominators =
      compute_dominators(heap.graph, heap.distances.page_owned, {}, options.keep_graph ? nullptr : &heap.graph);
  phase("retained sizes");
  heap.retained = retained_sizes(heap.graph, heap.dominators);
  if (options.constructors) {
    add_retained(heap.constructors, heap.graph, heap.classes, heap.dominators, heap.retained);
  }
  return heap;
}

}  // namespace heapdiff
