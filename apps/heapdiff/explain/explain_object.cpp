#include "explain/explain_object.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/table_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

namespace heapdiff {

namespace {

constexpr std::size_t kMostWeakDrawn = 5;

std::string bytes(std::uint64_t size) { return format_bytes(static_cast<double>(size)); }

bool is_string(NodeType type) {
  return type == NodeType::string || type == NodeType::concatenated_string || type == NodeType::sliced_string;
}

const char* hold_text(Hold hold) {
  switch (hold) {
    case Hold::path:
      return "holds (shortest path)";
    case Hold::holds:
      return "holds";
    case Hold::store:
      return "the same, from its store";
    case Hold::cycle:
      return "cycle: lives by it";
    case Hold::weak:
      return "weak: does not hold";
    case Hold::no_hold:
      return "does not hold";
    default:
      return "itself not held";
  }
}

std::vector<ReportFact> object_facts(const ExplainView& view, NodeIndex n) {
  const Heap& heap = view.heap;
  const std::int32_t distance = heap.distances.of[n.get()];
  const bool reached = distance >= 0 && distance < Distances::kSystem;
  std::vector<ReportFact> facts{
      {"id", "Id", CellKind::node_id, number(heap.graph.id(n))},
      {"type", "Type", CellKind::text, std::string(heap.graph.type_name(n))},
      {"distance", "Distance", CellKind::distance, reached ? TableCell(std::int64_t{distance}) : TableCell("-")},
      {"self", "Shallow size", CellKind::bytes, number(heap.graph.self_size(n))},
      {"retained", "Retained size", CellKind::bytes, number(heap.retained_size(n))},
      {"retainedShare", "  of the heap", CellKind::share, share(heap.retained_size(n), heap.graph.total_self_size())},
      {"dominated", "Objects in it", CellKind::count, number(view.order.subtree(n).size() - 1)},
      {"edges", "Fields", CellKind::count, number(heap.graph.edges(n).size())}};
  if (heap.graph.detachedness(n) == Detachedness::detached) {
    facts.push_back({"detached", "Detached", CellKind::text, "yes"});
  }
  return facts;
}

ReportTable dominator_table(const ExplainView& view, NodeIndex n, const TableOptions& options) {
  const Heap& heap = view.heap;
  ReportTable table;
  table.key = "dominators";
  table.title = "Dominators: every path passes them, the nearest first";
  table.columns = {{"retained", "Retained size", CellKind::bytes},
                   {"share", "", CellKind::share},
                   {"self", "Shallow size", CellKind::bytes, 90},
                   {"id", "Id", CellKind::node_id},
                   {"name", "Object", CellKind::text}};
  NodeIndex at = n;
  while (at != SnapshotGraph::root()) {
    at = heap.dominators.of(at);
    table.rows.push_back({number(heap.retained_size(at)), share(heap.retained_size(at), heap.graph.total_self_size()),
                          number(heap.graph.self_size(at)), number(heap.graph.id(at)), view.names.label(at)});
  }
  options.cut(table);
  return table;
}

ReportTable content_table(const ExplainView& view, NodeIndex n, const TableOptions& options) {
  const Heap& heap = view.heap;
  struct Sum {
    std::uint64_t count = 0;
    std::uint64_t self = 0;
  };
  std::map<ClassIndex, Sum> sums;
  for (const std::uint32_t i : view.order.subtree(n)) {
    if (const std::uint64_t self = heap.graph.self_size(NodeIndex(i)); self != 0) {
      Sum& sum = sums[heap.classes.of(NodeIndex(i))];
      ++sum.count;
      sum.self += self;
    }
  }
  std::vector<std::pair<ClassIndex, Sum>> rows(sums.begin(), sums.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.self > b.second.self; });
  ReportTable table;
  table.key = "content";
  table.title = "What it retains, by constructor";
  table.columns = {{"count", "Count", CellKind::count},
                   {"self", "Shallow size", CellKind::bytes},
                   {"share", "", CellKind::share},
                   {"name", "Constructor", CellKind::text}};
  for (const auto& [constructor, sum] : rows) {
    const std::string& name = heap.classes.info(constructor).name;
    if (options.passes(name)) {
      table.rows.push_back(
          {number(sum.count), number(sum.self), share(sum.self, heap.retained_size(n)), mask_secrets(name)});
    }
  }
  options.cut(table);
  return table;
}

ReportTable field_table(const ExplainView& view, NodeIndex n, bool show_values, const TableOptions& options) {
  const Heap& heap = view.heap;
  ReportTable table;
  table.key = "fields";
  table.title = "Fields";
  table.columns = {{"retained", "Retained size", CellKind::bytes},
                   {"id", "Id", CellKind::node_id},
                   {"edgeType", "Kind", CellKind::text},
                   {"edge", "Field", CellKind::text},
                   {"name", "Object", CellKind::text}};
  if (show_values) {
    table.columns.push_back({"value", "Text", CellKind::text});
  }
  table.when_empty = "It has none.";
  std::vector<SnapshotGraph::Edge> edges;
  for (const SnapshotGraph::Edge e : heap.graph.edges(n)) {
    if (options.passes(heap.graph.edge_label(e)) || options.passes(heap.classes.name(e.target))) {
      edges.push_back(e);
    }
  }
  // Objects that only this one keeps alive come before those that it shares.
  const auto weight = [&](const SnapshotGraph::Edge& e) {
    return std::tuple(heap.dominators.of(e.target) == n && e.type != EdgeType::weak, heap.retained_size(e.target));
  };
  std::stable_sort(edges.begin(), edges.end(), [&](const auto& a, const auto& b) { return weight(a) > weight(b); });
  bool shared = false;
  for (const SnapshotGraph::Edge& e : edges) {
    const bool own = heap.dominators.of(e.target) == n;
    shared |= !own;
    std::string name = view.names.label(e.target);
    if (!own && e.type != EdgeType::weak) {
      name += " (shared)";
    }
    std::vector<TableCell> row{number(heap.retained_size(e.target)), number(heap.graph.id(e.target)),
                               std::string(edge_type_name(e.type)), view.names.edge(e), std::move(name)};
    if (show_values) {
      row.emplace_back(is_string(heap.graph.type(e.target)) ? std::string(heap.graph.name(e.target)) : std::string());
    }
    table.rows.push_back(std::move(row));
  }
  options.cut(table);
  if (shared) {
    table.notes.emplace_back(
        "(shared): something else holds it too, so its bytes are not part of the retained size here.");
  }
  return table;
}

ReportTable holder_table(const ExplainView& view, const std::vector<Holder>& holders, const TableOptions& options) {
  const Heap& heap = view.heap;
  struct HolderGroup {
    const Holder* example;
    std::uint64_t count;
  };
  std::vector<HolderGroup> groups;
  std::map<std::tuple<Hold, std::uint64_t, ClassIndex>, std::size_t> group_of;
  for (const Holder& holder : holders) {
    const auto [found, fresh] = group_of.try_emplace(
        {holder.hold, view.shapes.of_step(heap.graph, holder.step), heap.classes.of(holder.step.source)},
        groups.size());
    if (fresh) {
      groups.push_back({&holder, 0});
    }
    ++groups[found->second].count;
  }
  std::stable_sort(groups.begin(), groups.end(), [](const HolderGroup& a, const HolderGroup& b) {
    return std::tuple(a.example->hold, b.count) < std::tuple(b.example->hold, a.count);
  });
  ReportTable table;
  table.key = "holders";
  table.title = "What refers to it";
  table.columns = {{"count", "Edges", CellKind::count},
                   {"id", "Id", CellKind::node_id},
                   {"edgeType", "Kind", CellKind::text, 110},
                   {"edge", "Holder and field", CellKind::text},
                   {"hold", "Does it hold?", CellKind::words}};
  for (const HolderGroup& group : groups) {
    const PathStep& step = group.example->step;
    table.rows.push_back({number(group.count), number(heap.graph.id(step.source)),
                          std::string(edge_type_name(step.edge.type)), view.names.reference(step),
                          hold_text(group.example->hold)});
  }
  options.cut(table);
  return table;
}

void say_what_holds(const ExplainView& view, const RetainingPaths& paths, const std::vector<TriedCut>& cuts,
                    TableReport& report) {
  if (paths.shortest.empty()) {
    report.sentences.emplace_back("Nothing that holds leads to it from the root.");
    return;
  }
  report.sentences.push_back(
      paths.direct == 0
          ? fmt::format("One reference holds it: {}.", view.names.reference(paths.shortest.back(), true))
          : fmt::format("{} refers to it on the shortest path; {} more way{} lead{} to it.",
                        view.names.reference(paths.shortest.back(), true), format_count(number(paths.direct)),
                        paths.direct == 1 ? "" : "s", paths.direct == 1 ? "s" : ""));
  // A fix makes the largest cut that frees the object; cuts nearer to it free less.
  const TriedCut* best = nullptr;
  for (const TriedCut& cut : cuts) {
    if (cut.effect.object_freed && (best == nullptr || cut.effect.freed_bytes > best->effect.freed_bytes)) {
      best = &cut;
    }
  }
  if (best != nullptr) {
    report.sentences.push_back(fmt::format("Without {} it would be freed, with {} in all.",
                                           view.names.reference(best->step, true), bytes(best->effect.freed_bytes)));
  }
}

}  // namespace

void explain_object(const ExplainView& view, NodeIndex n, const ExplainLimits& limits, const TableOptions& options,
                    TableReport& report) {
  const Heap& heap = view.heap;
  const BitColumn& page_owned = heap.distances.page_owned;
  const RetainingPaths paths = find_paths(heap.graph, page_owned, view.tree, view.order, view.shapes, n, limits.paths);
  const std::vector<Holder> holders = holders_of(heap.graph, page_owned, view.tree, view.order, n);
  const std::vector<TriedCut> cuts = try_cuts(heap, paths.shortest, n, limits.cuts);
  if (report.title.empty()) {
    report.title = view.names.with_id(n);
  }
  std::string place;
  if (const auto found = place_of(heap.graph, n)) {
    place = ", defined at " + mask_secrets(visible_text(found->text()));
  }
  report.sentences.push_back(fmt::format("{}{}: {} itself, {} retained ({:.1f} % of the heap).", view.names.with_id(n),
                                         place, bytes(heap.graph.self_size(n)), bytes(heap.retained_size(n)),
                                         100 * share(heap.retained_size(n), heap.graph.total_self_size())));
  say_what_holds(view, paths, cuts, report);
  for (ReportFact& fact : object_facts(view, n)) {
    report.facts.push_back(std::move(fact));
  }
  report.tables.push_back(path_table(view, paths.shortest));
  report.tables.push_back(cut_table(view, cuts, n));
  report.tables.push_back(other_paths_table(view, paths));
  report.tables.push_back(dominator_table(view, n, options));
  report.tables.push_back(content_table(view, n, options));
  report.tables.push_back(field_table(view, n, limits.show_values, options));
  report.tables.push_back(holder_table(view, holders, options));
  PathGraph graph(view);
  graph.add_path(paths.shortest, true);
  for (const OtherPath& other : paths.others) {
    graph.add_path(other.steps, false);
  }
  std::size_t weak = 0;
  for (const Holder& holder : holders) {
    if (holder.hold == Hold::weak && ++weak <= kMostWeakDrawn) {
      graph.add_weak(holder.step);
    }
  }
  graph.mark(n);
  report.graph = graph.take();
}

}  // namespace heapdiff
