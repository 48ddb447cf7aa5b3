#include "explain/explain_class.h"

#include "heapdiff/diff/facts.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/detail/ascii.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/table_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

namespace heapdiff {

namespace {

constexpr std::size_t kMostListed = 10;
constexpr std::size_t kMostDrawn = 5;

std::string listed(const Heap& heap, std::vector<const ConstructorRow*> rows, bool with_keys) {
  std::stable_sort(rows.begin(), rows.end(), [](const ConstructorRow* a, const ConstructorRow* b) {
    return a->retained_bytes > b->retained_bytes;
  });
  std::string text;
  for (std::size_t i = 0; i < rows.size() && i < kMostListed; ++i) {
    const ClassInfo& info = heap.classes.info(rows[i]->constructor);
    text += fmt::format("{}'{}' ({} instances, {})", i == 0 ? "" : ", ",
                        visible_text(with_keys ? info.key() : info.name, 80), format_count(number(rows[i]->count)),
                        format_bytes(static_cast<double>(rows[i]->retained_bytes)));
  }
  return rows.size() > kMostListed ? fmt::format("{} and {} more", text, rows.size() - kMostListed) : text;
}

/// Instances that are held in the same way.
struct Group {
  NodeIndex example;  ///< the instance that retains most
  std::uint64_t count = 0;
  std::uint64_t retained = 0;  ///< an instance that another one of the class retains is not counted again
};

std::vector<NodeIndex> instances_of(const Heap& heap, ClassIndex constructor) {
  std::vector<NodeIndex> instances;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    if (heap.classes.of(NodeIndex(i)) == constructor && heap.graph.self_size(NodeIndex(i)) != 0) {
      instances.emplace_back(i);
    }
  }
  return instances;
}

std::vector<Group> group_instances(const ExplainView& view, std::vector<NodeIndex> instances) {
  // In preorder of the dominator tree, an instance comes after the one that retains it.
  std::sort(instances.begin(), instances.end(),
            [&](NodeIndex a, NodeIndex b) { return view.order.position(a) < view.order.position(b); });
  std::map<std::uint64_t, Group> by_shape;
  NodeIndex outer;
  for (const NodeIndex n : instances) {
    Group& group = by_shape[view.shapes.of(n)];
    const auto weight = [&](NodeIndex x) { return view.heap.retained_size(x); };
    if (!group.example || std::tuple(weight(n), group.example) > std::tuple(weight(group.example), n)) {
      group.example = n;
    }
    ++group.count;
    if (!outer || !view.order.dominates(outer, n)) {
      group.retained += weight(n);
      outer = n;
    }
  }
  std::vector<Group> groups;
  for (const auto& [shape, group] : by_shape) {
    groups.push_back(group);
  }
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) {
    return std::tuple(b.count, b.retained, a.example) < std::tuple(a.count, a.retained, b.example);
  });
  return groups;
}

std::string how_held(const ExplainView& view, NodeIndex n) {
  const std::string text = view.names.held_by(view.tree, n);
  return text.empty() ? "nothing: waits for the garbage collector, or held weakly" : text;
}

ReportTable group_table(const ExplainView& view, const std::vector<Group>& groups, std::uint64_t count,
                        const TableOptions& options) {
  ReportTable table;
  table.key = "heldBy";
  table.title = "How the instances are held";
  table.columns = {{"count", "Count", CellKind::count},
                   {"share", "", CellKind::share},
                   {"retained", "Retained size", CellKind::bytes},
                   {"id", "Largest", CellKind::node_id},
                   {"heldBy", "Held by", CellKind::text}};
  for (const Group& group : groups) {
    table.rows.push_back({number(group.count), share(group.count, count), number(group.retained),
                          number(view.heap.graph.id(group.example)), how_held(view, group.example)});
  }
  options.cut(table);
  return table;
}

ReportTable instance_table(const ExplainView& view, std::vector<NodeIndex> instances, const TableOptions& options) {
  const Heap& heap = view.heap;
  std::stable_sort(instances.begin(), instances.end(),
                   [&](NodeIndex a, NodeIndex b) { return heap.retained_size(a) > heap.retained_size(b); });
  ReportTable table;
  table.key = "instances";
  table.title = "Instances that retain most";
  table.columns = {{"retained", "Retained size", CellKind::bytes},
                   {"self", "Shallow size", CellKind::bytes},
                   {"id", "Id", CellKind::node_id},
                   {"name", "Object", CellKind::text, 100},
                   {"heldBy", "Held by", CellKind::text}};
  for (std::size_t i = 0; i < instances.size() && (options.top == 0 || i < options.top); ++i) {
    const NodeIndex n = instances[i];
    table.rows.push_back({number(heap.retained_size(n)), number(heap.graph.self_size(n)), number(heap.graph.id(n)),
                          view.names.label(n), how_held(view, n)});
  }
  table.rows_left_out = instances.size() - table.rows.size();
  table.notes.emplace_back("heapdiff explain FILE --id @N tells more of one of them.");
  return table;
}

/// Advice for a name that reports use and DevTools does not: reports name the instances of a mixin by the function that
/// owns their prototype. Returns the class to ask for; empty when no object has that name.
std::string known_to_reports(const Heap& heap, const std::string& name) {
  const PrototypeOwners owners(heap.graph);
  NodeIndex largest;
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    const NodeIndex n(i);
    if (heap.graph.type(n) == NodeType::object && owners.made_by(heap, n) == name) {
      largest = !largest || heap.retained_size(n) > heap.retained_size(largest) ? n : largest;
      ++count;
    }
  }
  return count == 0 ? std::string()
                    : fmt::format(
                          "{} of '{}' stand{} under '{}', as in DevTools: --id @{} explains the one that retains most.",
                          count == 1 ? "The only object" : fmt::format("The {} objects", format_count(count)),
                          visible_text(name, 80), count == 1 ? "s" : "", visible_text(heap.classes.name(largest), 80),
                          heap.graph.id(largest));
}

}  // namespace

ClassIndex find_class(const Heap& heap, const std::string& name) {
  std::vector<const ConstructorRow*> exact;
  std::vector<const ConstructorRow*> near;
  for (const ConstructorRow& row : heap.constructors) {
    const ClassInfo& info = heap.classes.info(row.constructor);
    if (row.count == 0) {
      continue;
    }
    if (info.located && info.key() == name) {
      return row.constructor;
    }
    if (info.name == name) {
      exact.push_back(&row);
    } else if (ascii::contains_ignoring_case(info.name, name)) {
      near.push_back(&row);
    }
  }
  const std::string shown = visible_text(name, 80);
  if (exact.size() == 1) {
    return exact.front()->constructor;
  }
  if (!exact.empty()) {
    throw Error(
        ErrorKind::usage,
        fmt::format("--constructor: {} classes are named '{}': {}", exact.size(), shown, listed(heap, exact, true)),
        "Give one of these keys (script, line, column, name) in place of the name.");
  }
  const std::string other = known_to_reports(heap, name);
  throw Error(ErrorKind::usage,
              fmt::format("--constructor: {} has no class '{}'", visible_text(heap.input.name), shown),
              !other.empty() ? other
              : near.empty() ? "heapdiff summary FILE lists the constructors."
                             : "Names like it: " + listed(heap, near, false) + ".");
}

void explain_class(const ExplainView& view, ClassIndex constructor, const TableOptions& options, TableReport& report) {
  const Heap& heap = view.heap;
  const ConstructorRow& row = heap.constructors[constructor.get()];
  const std::vector<NodeIndex> instances = instances_of(heap, constructor);
  const std::vector<Group> groups = group_instances(view, instances);
  const std::string name = mask_secrets(visible_text(heap.classes.info(constructor).name, 120));
  report.title = "Constructor " + name;
  report.sentences.push_back(fmt::format(
      "{} instances: {} themselves, {} retained ({:.1f} % of the heap).", format_count(number(row.count)),
      format_bytes(static_cast<double>(row.self_bytes)), format_bytes(static_cast<double>(row.retained_bytes)),
      100 * share(row.retained_bytes, heap.graph.total_self_size())));
  const Group& largest = groups.front();
  report.sentences.push_back(fmt::format("{} of {} held by {}.", format_count(number(largest.count)),
                                         format_count(number(row.count)), how_held(view, largest.example)));
  report.facts = {{"count", "Instances", CellKind::count, number(row.count)},
                  {"self", "Shallow size", CellKind::bytes, number(row.self_bytes)},
                  {"retained", "Retained size", CellKind::bytes, number(row.retained_bytes)},
                  {"ways", "Ways held", CellKind::count, number(groups.size())}};
  const std::vector<PathStep> path = view.tree.path(heap.graph, largest.example);
  report.tables.push_back(group_table(view, groups, row.count, options));
  report.tables.push_back(instance_table(view, instances, options));
  report.tables.push_back(path_table(view, path));
  report.tables.back().title = "Shortest path to the largest of those held most often";
  PathGraph graph(view);
  graph.add_path(path, true);
  for (std::size_t i = 1; i < groups.size() && i < kMostDrawn; ++i) {
    graph.add_path(view.tree.path(heap.graph, groups[i].example), false);
  }
  graph.mark(largest.example);
  report.graph = graph.take();
}

}  // namespace heapdiff
