#include "explain/explain_paths.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/reports/quantity.h"
#include "io/table_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxRows = 60;       // rows of one path
constexpr unsigned kNeverInText = 10'000;  // the text of the edge is enough

std::string skipped_text(const PathRow& row) {
  return fmt::format("({} steps left out)", format_count(number(row.left_out)));
}

std::string row_edge(const ExplainView& view, const PathRow& row) {
  const std::string text = view.names.edge(row.last.edge);
  return row.repeats > 1 ? fmt::format("{} \u00d7 {}", text, format_count(number(row.repeats))) : text;
}

/// Whether an edge is a reference that a programmer wrote, as far as its type shows.
bool can_be_cut(const SnapshotGraph& graph, const PathStep& step) {
  return graph.type(step.source) != NodeType::synthetic &&
         (step.edge.type == EdgeType::property || step.edge.type == EdgeType::element ||
          step.edge.type == EdgeType::context);
}

}  // namespace

ExplainView::ExplainView(const Heap& of)
    : heap(of),
      tree(of.graph, of.distances.page_owned),
      order(of.dominators),
      shapes(of.graph, of.classes, tree, [](std::string_view name) { return fold_data(name); }),
      names(of) {}

std::vector<PathRow> fold_path(const Heap& heap, std::span<const PathStep> steps) {
  const SnapshotGraph& graph = heap.graph;
  const auto alike = [&](const PathStep& a, const PathStep& b) {
    return a.edge.type == b.edge.type && heap.classes.of(a.edge.target) == heap.classes.of(b.edge.target) &&
           (SnapshotGraph::is_numbered(a.edge.type) || graph.edge_name_raw(a.edge) == graph.edge_name_raw(b.edge));
  };
  std::vector<PathRow> rows;
  for (const PathStep& step : steps) {
    if (!rows.empty() && alike(rows.back().last, step)) {
      rows.back().last = step;
      ++rows.back().repeats;
    } else {
      rows.push_back({step, step, 1, 0});
    }
  }
  if (rows.size() > kMaxRows) {
    const std::size_t head = kMaxRows / 2;
    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(head);
    const auto end = rows.end() - static_cast<std::ptrdiff_t>(kMaxRows - head - 1);
    PathRow gap{begin->first, (end - 1)->last, 0, 0};
    for (auto row = begin; row != end; ++row) {
      gap.left_out += row->repeats;
    }
    *begin = gap;
    rows.erase(begin + 1, end);
  }
  return rows;
}

ReportTable path_table(const ExplainView& view, std::span<const PathStep> path) {
  const Heap& heap = view.heap;
  ReportTable table;
  table.key = "path";
  table.title = "Shortest retaining path, from the root";
  table.columns = {{"retained", "Retained size", CellKind::bytes},
                   {"id", "Id", CellKind::node_id},
                   {"repeats", "Times", CellKind::count, kNeverInText},
                   {"edgeType", "Kind", CellKind::text, 90},
                   {"edge", "Edge", CellKind::text},
                   {"name", "Object", CellKind::text}};
  table.when_empty = "No path of edges that hold leads here: it waits for the garbage collector, or is held weakly.";
  for (const PathRow& row : fold_path(heap, path)) {
    if (row.repeats == 0) {
      table.rows.push_back({{}, {}, number(row.left_out), "", skipped_text(row), ""});
      continue;
    }
    const NodeIndex n = row.last.edge.target;
    table.rows.push_back({number(heap.retained_size(n)), number(heap.graph.id(n)), number(row.repeats),
                          std::string(edge_type_name(row.last.edge.type)), row_edge(view, row), view.names.label(n)});
  }
  return table;
}

ReportTable other_paths_table(const ExplainView& view, const RetainingPaths& paths) {
  const Heap& heap = view.heap;
  ReportTable table;
  const bool grouped =
      std::any_of(paths.others.begin(), paths.others.end(), [](const OtherPath& other) { return other.alike > 1; });
  table.key = "otherPaths";
  table.title = "Other ways it is held, where they differ from the shortest";
  table.columns = {{"path", "Way", CellKind::count},
                   {"alike", "Alike", CellKind::count, grouped ? 0U : kNeverInText},
                   {"retained", "Retained size", CellKind::bytes, 100},
                   {"id", "Id", CellKind::node_id},
                   {"repeats", "Times", CellKind::count, kNeverInText},
                   {"edgeType", "Kind", CellKind::text, 110},
                   {"edge", "Edge", CellKind::text},
                   {"name", "Object", CellKind::text}};
  table.when_empty = paths.shortest.empty() ? "" : "None: the shortest path is the only one.";
  std::int64_t way = 0;
  for (const OtherPath& other : paths.others) {
    ++way;
    const std::size_t count = other.steps.size() - other.shared_head - other.shared_tail;
    const std::vector<PathRow> rows = fold_path(heap, std::span(other.steps).subspan(other.shared_head, count));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const PathRow& row = rows[i];
      if (row.repeats == 0) {
        table.rows.push_back({way, number(other.alike), {}, {}, number(row.left_out), "", skipped_text(row), ""});
        continue;
      }
      const NodeIndex n = row.last.edge.target;
      std::string edge = row_edge(view, row);
      if (i == 0 && row.repeats == 1) {
        edge = view.names.reference(row.first);
      }
      std::string name = view.names.label(n);
      if (i + 1 == rows.size() && other.shared_tail > 0) {
        name += " (on the path)";
      }
      table.rows.push_back({way, number(other.alike), number(heap.retained_size(n)), number(heap.graph.id(n)),
                            number(row.repeats), std::string(edge_type_name(row.last.edge.type)), std::move(edge),
                            std::move(name)});
    }
  }
  if (paths.left_out != 0) {
    table.notes.push_back(
        fmt::format("{} more ways of other shapes; --paths N shows more.", format_count(number(paths.left_out))));
  }
  if (paths.cycles_folded != 0) {
    table.notes.push_back(
        fmt::format("Cycles folded: {} edge{} back into the path from what only the path keeps alive.",
                    format_count(number(paths.cycles_folded)), paths.cycles_folded == 1 ? "" : "s"));
  }
  if (paths.not_searched != 0) {
    table.notes.push_back(fmt::format("{} holders were not looked into: the way to them leads through the path itself.",
                                      format_count(number(paths.not_searched))));
  }
  return table;
}

std::vector<TriedCut> try_cuts(const Heap& heap, std::span<const PathStep> path, NodeIndex object, std::size_t limit) {
  std::vector<std::pair<bool, std::size_t>> candidates;  // edges of the engine last; edges near the object first
  const std::vector<PathRow> rows = fold_path(heap, path);
  for (std::size_t i = rows.size(); i-- > 0;) {
    if (rows[i].repeats != 0 && rows[i].first.source != SnapshotGraph::root()) {
      candidates.emplace_back(!can_be_cut(heap.graph, rows[i].first), i);
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  candidates.resize(std::min(candidates.size(), limit));
  std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  std::vector<TriedCut> tried;
  const EdgeCuts cuts(heap.graph, heap.distances.page_owned);
  for (const auto& candidate : candidates) {
    const PathStep& step = rows[candidate.second].first;
    std::vector<EdgeCut> cut{{step.source, step.edge.target}};
    for (const SnapshotGraph::Edge e : heap.graph.edges(step.source)) {
      if (can_be_cut(heap.graph, step) && e.type == EdgeType::internal &&
          is_own_store(heap.graph, step.source, e.target)) {
        cut.push_back({e.target, step.edge.target});
      }
    }
    tried.push_back({step, cuts.effect(cut, object)});
  }
  return tried;
}

ReportTable cut_table(const ExplainView& view, std::span<const TriedCut> cuts, NodeIndex object) {
  const Heap& heap = view.heap;
  ReportTable table;
  table.key = "cuts";
  table.title = "What would be freed if one edge of the path were not there";
  table.columns = {{"freed", "Freed", CellKind::bytes},
                   {"freedObjects", "Objects", CellKind::count},
                   {"sourceId", "From", CellKind::node_id, 90},
                   {"targetId", "To", CellKind::node_id, 110},
                   {"edge", "Edge", CellKind::text},
                   {"thenHeldBy", "The object is then", CellKind::words}};
  for (const TriedCut& cut : cuts) {
    const NodeIndex dominator = cut.effect.dominator;
    const std::string then = cut.effect.object_freed                   ? "freed"
                             : dominator == heap.dominators.of(object) ? "still held"
                             : dominator == SnapshotGraph::root()      ? "held in several ways"
                                                                       : "held by " + view.names.with_id(dominator);
    table.rows.push_back({number(cut.effect.freed_bytes), number(cut.effect.freed_objects),
                          number(heap.graph.id(cut.step.source)), number(heap.graph.id(cut.step.edge.target)),
                          view.names.reference(cut.step), then});
  }
  if (!cuts.empty()) {
    const bool none = std::none_of(cuts.begin(), cuts.end(), [](const auto& c) { return c.effect.object_freed; });
    table.notes.push_back(
        none ? fmt::format("No single cut frees {}: it is held in more than one way.", view.names.with_id(object))
             : "Computed again without the edge, for each; a property or element is taken out of its store too.");
  }
  return table;
}

std::size_t PathGraph::node(NodeIndex n) {
  const auto [found, fresh] = position_.try_emplace(n, graph_.nodes.size());
  if (fresh) {
    ReportGraph::Node made;
    made.lines = {view_.names.with_id(n), format_bytes(static_cast<double>(heap_.retained_size(n)))};
    graph_.nodes.push_back(std::move(made));
  }
  return found->second;
}

void PathGraph::add_edge(NodeIndex from, NodeIndex to, const std::string& label, bool main, bool weak) {
  const std::size_t source = node(from);
  const std::size_t target = node(to);
  std::vector<std::string>& labels = drawn_[{source, target}];
  if (std::find(labels.begin(), labels.end(), label) == labels.end()) {
    labels.push_back(label);
    graph_.edges.push_back({source, target, label, main, weak});
  }
}

void PathGraph::add_path(std::span<const PathStep> steps, bool main) {
  for (const PathRow& row : fold_path(heap_, steps)) {
    add_edge(row.first.source, row.last.edge.target, row.repeats == 0 ? skipped_text(row) : row_edge(view_, row), main,
             false);
  }
}

void PathGraph::add_weak(const PathStep& step) {
  add_edge(step.source, step.edge.target, view_.names.edge(step.edge) + " (weak)", false, true);
}

void PathGraph::mark(NodeIndex object) {
  graph_.nodes[node(object)].marked = true;
  NodeIndex at = object;
  while (at != SnapshotGraph::root()) {
    at = heap_.dominators.of(at);
    if (const auto found = position_.find(at); found != position_.end()) {
      graph_.nodes[found->second].dominates = true;
    }
  }
}

}  // namespace heapdiff
