#pragma once
// One snapshot with everything that is derived from it, computed in the order that keeps the peak low.

#include "heapdiff/snapshot/class_names.h"
#include "heapdiff/snapshot/constructor_stats.h"
#include "heapdiff/snapshot/distance.h"
#include "heapdiff/snapshot/dominators.h"
#include "heapdiff/snapshot/load.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace heapdiff {

/// What the caller will ask for: everything else is given back at the end of its phase.
struct HeapOptions {
  bool keep_graph = true;  ///< edges and edge names: paths, cuts, detectors
  bool keep_distances = true;
  bool keep_nodes = true;  ///< names, ids and positions of nodes; with the graph gone too, tables are all that is left
  bool constructors = true;  ///< fill Heap::constructors
  unsigned threads = 2;      ///< 1 or 2: classes are named while distances are measured
  ProgressListener* progress = nullptr;
  /// Work of the caller that needs nothing but nodes, their sizes and texts: on the second thread, where there is one,
  /// beside the dominators. Texts are there where nodes are kept.
  std::function<void(const SnapshotGraph&)> meanwhile;
};

/// Everything DevTools shows of one snapshot.
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

/// Derives everything from a loaded snapshot. `interfaces`, when given, are used in place of the snapshot's own.
[[nodiscard]] Heap compute_heap(LoadedSnapshot loaded, const HeapOptions& options,
                                const std::vector<InterfaceDefinition>* interfaces = nullptr);

}  // namespace heapdiff
