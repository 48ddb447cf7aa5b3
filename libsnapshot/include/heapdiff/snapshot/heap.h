#pragma once
// One snapshot with everything that is derived from it, computed in the order that keeps the peak of memory low.

#include "heapdiff/snapshot/class_names.h"
#include "heapdiff/snapshot/constructor_stats.h"
#include "heapdiff/snapshot/distance.h"
#include "heapdiff/snapshot/dominators.h"
#include "heapdiff/snapshot/load.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace heapdiff {

/// Which parts of the graph `compute_heap` keeps. It frees the others as soon as nothing needs them.
enum class GraphParts : std::uint8_t {
  all,         ///< everything: for paths, cuts and detectors
  nodes,       ///< types, sizes, names and ids of nodes; no edges and no positions: for tables that name nodes
  node_sizes,  ///< types and sizes of nodes: for totals and constructors
};

/// What the caller will ask for. The defaults keep everything.
struct HeapOptions {
  GraphParts keep = GraphParts::all;
  bool keep_distances = true;  ///< Heap::distances.of
  bool constructors = true;    ///< fill Heap::constructors
  unsigned threads = 2;        ///< 1 or 2
  ProgressListener* progress = nullptr;
  /// Called once with the graph. It may read types, sizes and, where `keep` includes them, names of nodes, and nothing
  /// else: with two threads it runs on the other one while dominators are computed. It has returned when `compute_heap`
  /// returns, and what it throws, `compute_heap` throws.
  std::function<void(const SnapshotGraph&)> concurrent_task;
};

/// Everything DevTools shows of one snapshot. Move-only. Any number of threads may read one heap at the same time.
struct Heap {
  SnapshotGraph graph;
  InputInfo input;
  Diagnostics diagnostics;
  Distances distances;
  HeapStatistics statistics;
  std::vector<InterfaceDefinition> interfaces;
  ClassTable classes;
  DominatorTree dominators;
  WideColumn retained;                       ///< bytes, one per node
  std::vector<ConstructorRow> constructors;  ///< by ClassIndex

  [[nodiscard]] std::uint64_t retained_size(NodeIndex n) const noexcept { return retained[n.get()]; }
};

/// Derives everything from a loaded snapshot, which it consumes. `interfaces`, when given, are used in place of the
/// snapshot's own and are only read during the call. O((nodes + edges) log nodes) at worst, near linear in practice.
/// Peak memory: `forecast_memory_bytes`. Throws Error{limit} when the system has no memory left.
[[nodiscard]] Heap compute_heap(LoadedSnapshot loaded, const HeapOptions& options = {},
                                const std::vector<InterfaceDefinition>* interfaces = nullptr);

}  // namespace heapdiff
