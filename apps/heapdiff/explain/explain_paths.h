#pragma once
// Paths as rows of a table and as a graph. Runs of equal steps are folded, and very long paths are cut in the middle.

#include "explain/object_text.h"
#include "heapdiff/reports/table_report.h"
#include "heapdiff/snapshot/dominator_order.h"
#include "heapdiff/snapshot/edge_cuts.h"
#include "heapdiff/snapshot/heap.h"
#include "heapdiff/snapshot/retaining_paths.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heapdiff {

/// The parts of one snapshot that every explanation needs.
struct ExplainView {
  explicit ExplainView(const Heap& heap);
  const Heap& heap;
  RetainingTree tree;
  DominatorOrder order;
  PathShapes shapes;
  ObjectText names;
};

/// A run of one or more equal steps.
struct PathRow {
  PathStep first;             ///< the step of the run nearest to the root
  PathStep last;              ///< the step of the run nearest to the object
  std::uint64_t repeats = 1;  ///< steps of the run; 0 means that steps are left out here
  std::uint64_t left_out = 0;
};
[[nodiscard]] std::vector<PathRow> fold_path(const Heap& heap, std::span<const PathStep> steps);

/// The shortest path, one row per folded step.
[[nodiscard]] ReportTable path_table(const ExplainView& view, std::span<const PathStep> path);

/// The part of each other path that differs: from where it leaves the shortest path to where it comes back.
[[nodiscard]] ReportTable other_paths_table(const ExplainView& view, const RetainingPaths& paths);

/// One edge of the path and the effect of its cut. A property or element is cut in its owner's store as well.
struct TriedCut {
  PathStep step;
  CutEffect effect;
};
/// Tries to cut edges of the path, at most `limit`. Edges that a programmer can cut (properties, elements, variables)
/// are tried before edges of the engine, and those near the object first. The result is in order from the root.
[[nodiscard]] std::vector<TriedCut> try_cuts(const Heap& heap, std::span<const PathStep> path, NodeIndex object,
                                             std::size_t limit);
[[nodiscard]] ReportTable cut_table(const ExplainView& view, std::span<const TriedCut> cuts, NodeIndex object);

/// Collects paths in one graph. Nodes that paths share are drawn once.
class PathGraph {
 public:
  explicit PathGraph(const ExplainView& view) : view_(view), heap_(view.heap) {}
  void add_path(std::span<const PathStep> steps, bool main);
  void add_weak(const PathStep& step);
  /// Marks the object, and its `dominators`.
  void mark(NodeIndex object);
  [[nodiscard]] ReportGraph take() { return std::move(graph_); }

 private:
  std::size_t node(NodeIndex n);
  void add_edge(NodeIndex from, NodeIndex to, const std::string& label, bool main, bool weak);

  const ExplainView& view_;
  const Heap& heap_;
  std::map<NodeIndex, std::size_t> position_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::string>> drawn_;
  ReportGraph graph_;
};

}  // namespace heapdiff
