#pragma once
// Paths as rows of a table and as a graph: runs of like steps folded, very long ones cut in the middle.

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

/// What every part of an explanation needs of one snapshot.
struct ExplainView {
  explicit ExplainView(const Heap& heap);
  const Heap& heap;
  RetainingTree tree;
  DominatorOrder order;
  PathShapes shapes;
  ObjectText names;
};

/// One or more like steps in a row.
struct PathRow {
  PathStep first;             ///< of the run, nearest to the root
  PathStep last;              ///< nearest to the object
  std::uint64_t repeats = 1;  ///< steps of the run; 0: steps left out here
  std::uint64_t left_out = 0;
};
[[nodiscard]] std::vector<PathRow> fold_path(const Heap& heap, std::span<const PathStep> steps);

/// The shortest path, one row per folded step.
[[nodiscard]] ReportTable path_table(const ExplainView& view, std::span<const PathStep> path);

/// What differs in the others: from where each leaves the shortest path to where it comes back.
[[nodiscard]] ReportTable other_paths_table(const ExplainView& view, const RetainingPaths& paths);

/// One edge of the path, and what its cut would do; a property or element is cut in its owner's store as well.
struct TriedCut {
  PathStep step;
  CutEffect effect;
};
/// Tries the edges that a programmer can cut (properties, elements, variables) before the machinery's, those near the
/// object first, at most `limit` of them; in order from the root.
[[nodiscard]] std::vector<TriedCut> try_cuts(const Heap& heap, std::span<const PathStep> path, NodeIndex object,
                                             std::size_t limit);
[[nodiscard]] ReportTable cut_table(const ExplainView& view, std::span<const TriedCut> cuts, NodeIndex object);

/// Collects paths into one graph: nodes that paths share are drawn once.
class PathGraph {
 public:
  explicit PathGraph(const ExplainView& view) : view_(view), heap_(view.heap) {}
  void add_path(std::span<const PathStep> steps, bool main);
  void add_weak(const PathStep& step);
  /// `dominators` of the object, and the object itself.
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
