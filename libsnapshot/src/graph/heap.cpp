// A heap is derived in stages: loaded, described, dominated, complete. Each stage is a type that is made from the stage
// before it, so a step that comes too early, twice, or after its input was freed does not compile.

#include "heapdiff/snapshot/heap.h"

#include "algorithms/dominators_in_place.h"
#include "graph/devtools_rules.h"
#include "graph/graph_access.h"
#include "graph/graph_checks.h"
#include "heapdiff/internal/background_task.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace heapdiff {
namespace {

using graph::GraphAccess;

/// Up to this many edges (about 100 MB of text) time counts for more than memory.
constexpr std::uint64_t kMaxConcurrentEdges = 4'000'000;

/// The graph as it was loaded.
struct LoadedHeap {
  explicit LoadedHeap(Heap&& h) noexcept : heap(std::move(h)) {}
  Heap heap;
};

/// Has distances, statistics, classes and the counts of constructors. Names that are not kept were freed. All edges are
/// there.
struct DescribedHeap {
  explicit DescribedHeap(Heap&& h) noexcept : heap(std::move(h)) {}
  Heap heap;
};

/// Has dominators, too. Edges that are not kept were freed.
struct DominatedHeap {
  explicit DominatedHeap(Heap&& h) noexcept : heap(std::move(h)) {}
  Heap heap;
};

/// Work for the second thread, where there is one; else `get` does it.
template <class Work>
class Concurrent {
 public:
  Concurrent(unsigned threads, Work work) : work_(std::move(work)) {
    if (threads > 1) {
      task_.emplace([this] { work_(); });
    }
  }
  void get() { task_ ? task_->get() : work_(); }

 private:
  Work work_;
  std::optional<internal::BackgroundTask> task_;  // last: it uses `work_`
};

/// The steps between stages. Steps that run at the same time do so inside one of these functions.
class HeapDerivation {
 public:
  HeapDerivation(const HeapOptions& options, const std::vector<InterfaceDefinition>* interfaces)
      : options_(options), interfaces_(interfaces) {}

  [[nodiscard]] LoadedHeap begin(LoadedSnapshot loaded) const {
    Heap heap;
    heap.graph = std::move(loaded.graph);
    heap.input = std::move(loaded.input);
    heap.diagnostics = std::move(loaded.diagnostics);
    if (options_.keep == GraphParts::node_sizes) {
      GraphAccess::drop_node_ids(heap.graph);  // nothing that is derived needs them
    }
    return LoadedHeap(std::move(heap));
  }

  /// Whether `describe_and_dominate` pays: it saves time, and takes more memory where edges are not kept.
  [[nodiscard]] bool dominates_early(const LoadedHeap& loaded) const {
    return options_.threads > 1 && (keeps_edges() || loaded.heap.graph.edge_count() <= kMaxConcurrentEdges);
  }

  /// Names nodes while it measures distances.
  [[nodiscard]] DescribedHeap describe(LoadedHeap loaded) const {
    Heap heap = std::move(loaded.heap);
    report("distances");
    Concurrent naming(options_.threads, [&] { name_nodes(heap); });
    heap.distances = compute_distances(heap.graph);
    report("classes");
    naming.get();
    return count_and_free_names(std::move(heap));
  }

  /// Computes dominators while the caller's task runs. Where edges are not kept they are used up, which saves memory.
  [[nodiscard]] DominatedHeap dominate(DescribedHeap described) const {
    Heap heap = std::move(described.heap);
    Concurrent task(options_.threads, [&] { run_concurrent_task(heap.graph); });
    report("dominators");
    heap.dominators = keeps_edges() ? compute_dominators(heap.graph, heap.distances.page_owned)
                                    : algorithms::compute_dominators_in_place(heap.graph, heap.distances.page_owned);
    task.get();
    return free_edges(std::move(heap));
  }

  /// Both at once: names nodes and runs the caller's task while it measures distances and computes dominators. Needs
  /// two threads. Naming reads edges, so they are left as they are until the end.
  [[nodiscard]] DominatedHeap describe_and_dominate(LoadedHeap loaded) const {
    Heap heap = std::move(loaded.heap);
    report("distances");
    Concurrent naming(options_.threads, [&] {
      name_nodes(heap);
      run_concurrent_task(heap.graph);
    });
    heap.distances = compute_distances(heap.graph);
    report("dominators");
    heap.dominators = compute_dominators(heap.graph, heap.distances.page_owned);
    report("classes");
    naming.get();
    return free_edges(std::move(count_and_free_names(std::move(heap)).heap));
  }

  [[nodiscard]] Heap retain(DominatedHeap dominated) const {
    Heap heap = std::move(dominated.heap);
    report("retained sizes");
    heap.retained = retained_sizes(heap.graph, heap.dominators);
    if (options_.constructors) {
      add_retained(heap.constructors, heap.graph, heap.classes, heap.dominators, heap.retained);
    }
    return heap;
  }

 private:
  [[nodiscard]] bool keeps_edges() const noexcept { return options_.keep == GraphParts::all; }

  void report(std::string_view phase) const {
    if (options_.progress != nullptr) {
      options_.progress->on_progress(phase, 0, std::nullopt);
    }
  }

  void run_concurrent_task(const SnapshotGraph& graph) const {
    if (options_.concurrent_task) {
      options_.concurrent_task(graph);
    }
  }

  /// Writes self sizes, statistics and classes. Distances and dominators read none of them.
  void name_nodes(Heap& heap) const {
    graph::attribute_shallow_sizes(heap.graph);
    heap.statistics = compute_statistics(heap.graph);
    NamedClasses named = name_classes(heap.graph, interfaces_);
    heap.interfaces = std::move(named.interfaces);
    heap.classes = std::move(named.classes);
  }

  [[nodiscard]] DescribedHeap count_and_free_names(Heap heap) const {
    if (options_.constructors) {
      heap.constructors = count_constructors(heap.graph, heap.classes, &heap.distances.of);
    }
    graph::warn_about_unreachable(heap.graph, heap.distances, heap.diagnostics);
    heap.distances.reached.release();
    if (!options_.keep_distances) {
      heap.distances.of.release();
    }
    if (!keeps_edges()) {
      GraphAccess::drop_edge_names(heap.graph);
      GraphAccess::drop_locations(heap.graph);
    }
    if (options_.keep == GraphParts::node_sizes) {
      GraphAccess::drop_node_names(heap.graph);
    }
    return DescribedHeap(std::move(heap));
  }

  [[nodiscard]] DominatedHeap free_edges(Heap heap) const {
    if (!keeps_edges()) {
      GraphAccess::drop_edges(heap.graph);
    }
    return DominatedHeap(std::move(heap));
  }

  const HeapOptions& options_;
  const std::vector<InterfaceDefinition>* interfaces_;
};

}  // namespace

Heap compute_heap(LoadedSnapshot loaded, const HeapOptions& options,
                  const std::vector<InterfaceDefinition>* interfaces) {
  const HeapDerivation derivation(options, interfaces);
  LoadedHeap start = derivation.begin(std::move(loaded));
  if (derivation.dominates_early(start)) {
    return derivation.retain(derivation.describe_and_dominate(std::move(start)));
  }
  return derivation.retain(derivation.dominate(derivation.describe(std::move(start))));
}

}  // namespace heapdiff
