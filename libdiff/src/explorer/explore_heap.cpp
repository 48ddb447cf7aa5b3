// The explorer of one heap: suspects, large classes, the top of the dominator tree, and the classes of all snapshots.

#include "heapdiff/diff/explore_heap.h"

#include "explorer/dominator_cells.h"
#include "explorer/held_shapes.h"
#include "explorer/object_groups.h"
#include "heapdiff/snapshot/visible_text.h"
#include "v8/node_predicates.h"

#include <algorithm>
#include <map>
#include <utility>

namespace heapdiff {

namespace {

constexpr std::size_t kMaxTableClasses = 400;
constexpr std::size_t kMaxOpenedBySize = 40;
constexpr std::size_t kMaxOpenedByGrowth = 40;

/// Totals of one snapshot by class.
using Totals = std::map<std::string, GroupFact>;

/// Of one snapshot alone the facts have no totals by class, because nothing else asks for them.
Totals totals_of(const Heap& heap) {
  std::vector<ConstructorRow> rows = count_constructors(heap.graph, heap.classes, nullptr);
  add_retained(rows, heap.graph, heap.classes, heap.dominators, heap.retained);
  Totals totals;
  for (const ConstructorRow& row : rows) {
    GroupFact& into = totals[visible_text(heap.classes.info(row.constructor).name, 120)];
    into.count += static_cast<std::int64_t>(row.count);
    into.self_bytes += static_cast<std::int64_t>(row.self_bytes);
    into.retained_bytes += static_cast<std::int64_t>(row.retained_bytes);
  }
  return totals;
}

/// Classes by the largest of the values that `weigh` gives, as many as `limit`.
template <class Weigh>
std::vector<std::string> heaviest_classes(std::span<const Totals* const> tables, std::size_t limit,
                                          const Weigh& weigh) {
  std::map<std::string, std::int64_t> weights;
  for (const Totals* table : tables) {
    for (const auto& [name, fact] : *table) {
      if (fact.count > 0) {
        const std::int64_t weight = weigh(name, fact);
        const auto [at, fresh] = weights.try_emplace(name, weight);
        at->second = std::max(at->second, weight);
      }
    }
  }
  std::vector<std::pair<std::string, std::int64_t>> sorted(weights.begin(), weights.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(sorted.size(), limit); ++i) {
    names.push_back(std::move(sorted[i].first));
  }
  return names;
}

GroupFact find_totals(const Totals& table, const std::string& name) {
  const auto at = table.find(name);
  return at == table.end() ? GroupFact{} : at->second;
}

void add_table(HeapExplorer& into, std::span<const Totals* const> tables, explorer::NameList& names) {
  const auto by_retained = [](const std::string&, const GroupFact& fact) { return fact.retained_bytes; };
  const std::vector<std::string> all = heaviest_classes(tables, SIZE_MAX, by_retained);
  for (std::size_t i = 0; i < std::min(all.size(), kMaxTableClasses); ++i) {
    ExplorerClass row;
    row.name = names.add(all[i]);
    for (const Totals* table : tables) {
      const GroupFact fact = find_totals(*table, all[i]);
      row.at.push_back({fact.count, fact.self_bytes, fact.retained_bytes});
    }
    into.table.push_back(std::move(row));
  }
  into.table_left_out = all.size() - into.table.size();
}

/// Adds the objects below `n` to `into`: itself, or where it is a store that its owner reallocates, what it keeps.
void add_objects(std::vector<std::uint32_t>& into, const Heap& heap, const DominatorOrder& order, std::uint32_t n) {
  std::vector<std::uint32_t> open{n};
  while (!open.empty()) {
    const NodeIndex at(open.back());
    open.pop_back();
    if (!v8::is_backing_store(heap.graph, at)) {
      into.push_back(at.get());
      continue;
    }
    const std::span<const std::uint32_t> below = order.subtree(at);
    for (std::size_t i = 1; i < below.size(); i += order.subtree(NodeIndex(below[i])).size()) {
      open.push_back(below[i]);
    }
  }
}

/// Takes out the nodes that the first snapshot had: a new store has old elements as well. Where that leaves none, all
/// stay: then stores alone grew.
void keep_new(std::vector<std::uint32_t>& nodes, const Heap& heap, const Facts& first) {
  std::sort(nodes.begin(), nodes.end(), [&](std::uint32_t a, std::uint32_t b) {
    return heap.graph.id(NodeIndex(a)) < heap.graph.id(NodeIndex(b));
  });
  std::vector<std::uint32_t> fresh;
  auto old = first.objects.begin();
  for (const std::uint32_t n : nodes) {
    const std::uint64_t id = heap.graph.id(NodeIndex(n));
    while (old != first.objects.end() && old->id < id) {
      ++old;
    }
    if (old == first.objects.end() || old->id != id) {
      fresh.push_back(n);
    }
  }
  if (!fresh.empty()) {
    nodes = std::move(fresh);
  }
}

/// The objects of each suspect, from the tops of its new subtrees. What retains nothing is left out: a store whose
/// bytes DevTools counts to its owner.
std::vector<std::vector<std::uint32_t>> nodes_of_suspects(const Heap& heap, const DominatorOrder& order,
                                                          const Findings& findings, std::span<const Facts> facts) {
  std::vector<std::pair<std::uint64_t, std::size_t>> wanted;
  for (std::size_t s = 0; s < findings.suspects.size(); ++s) {
    for (const std::uint64_t id : findings.suspects[s].subtree_root_ids) {
      wanted.emplace_back(id, s);
    }
  }
  std::sort(wanted.begin(), wanted.end());
  std::vector<std::vector<std::uint32_t>> nodes(findings.suspects.size());
  for (std::uint32_t i = 0; i < heap.graph.node_count() && !wanted.empty(); ++i) {
    const std::uint64_t id = heap.graph.id(NodeIndex(i));
    const auto at = std::lower_bound(wanted.begin(), wanted.end(), std::pair(id, std::size_t{0}));
    if (at != wanted.end() && at->first == id && heap.retained_size(NodeIndex(i)) != 0) {
      add_objects(nodes[at->second], heap, order, i);
    }
  }
  for (std::vector<std::uint32_t>& of_suspect : nodes) {
    if (facts.size() > 1) {
      keep_new(of_suspect, heap, facts.front());
    }
  }
  return nodes;
}

/// The nodes of each class of `names`, in that order. As in every table, nodes of self size 0 belong to no class.
std::vector<std::vector<std::uint32_t>> nodes_of_classes(const Heap& heap, const std::vector<std::string>& names) {
  std::map<std::string, std::size_t> place;
  for (const std::string& name : names) {
    place.emplace(name, place.size());
  }
  std::vector<std::size_t> place_of(heap.classes.size(), SIZE_MAX);
  for (std::uint32_t c = 0; c < heap.classes.size(); ++c) {
    const auto at = place.find(visible_text(heap.classes.info(ClassIndex(c)).name, 120));
    place_of[c] = at == place.end() ? SIZE_MAX : at->second;
  }
  std::vector<std::vector<std::uint32_t>> nodes(names.size());
  for (std::uint32_t i = 0; i < heap.graph.node_count(); ++i) {
    const std::size_t at = place_of[heap.classes.of(NodeIndex(i)).get()];
    if (at != SIZE_MAX && heap.graph.self_size(NodeIndex(i)) != 0) {
      nodes[at].push_back(i);
    }
  }
  return nodes;
}

}  // namespace

HeapExplorer explore_heap(const Heap& last, const Findings& findings, std::span<const Facts> facts) {
  HeapExplorer out;
  const RetainingTree tree(last.graph, last.distances.page_owned);
  const DominatorOrder order(last.dominators);
  const explorer::Labels labels(last);
  const explorer::HeldShapes shapes(last, tree, labels);
  explorer::NameList names(out.names);
  explorer::PathList paths(shapes, names, out);
  explorer::GroupMaker groups(shapes, order, names, paths);

  std::vector<std::vector<std::uint32_t>> of_suspects = nodes_of_suspects(last, order, findings, facts);
  for (std::size_t s = 0; s < of_suspects.size(); ++s) {
    out.suspects.push_back(
        groups.subject(visible_text(findings.suspects[s].constructor, 120), std::move(of_suspects[s])));
  }
  explorer::add_cells(out, shapes, order, names, groups);

  std::vector<const Totals*> tables;
  for (const Facts& f : facts) {
    tables.push_back(&f.constructors);
  }
  Totals own;
  if (tables.empty() || tables.back()->empty()) {
    own = totals_of(last);
    tables.resize(std::max<std::size_t>(tables.size(), 1));
    tables.back() = &own;
  }
  const std::span<const Totals* const> end(&tables.back(), 1);
  std::vector<std::string> opened = heaviest_classes(
      end, kMaxOpenedBySize, [](const std::string&, const GroupFact& fact) { return fact.retained_bytes; });
  if (tables.size() > 1) {
    const std::vector<std::string> grown =
        heaviest_classes(end, kMaxOpenedByGrowth, [&](const std::string& name, const GroupFact& fact) {
          return fact.retained_bytes - find_totals(*tables.front(), name).retained_bytes;
        });
    for (const std::string& name : grown) {
      if (std::find(opened.begin(), opened.end(), name) == opened.end()) {
        opened.push_back(name);
      }
    }
  }
  std::vector<std::vector<std::uint32_t>> of_classes = nodes_of_classes(last, opened);
  for (std::size_t c = 0; c < opened.size(); ++c) {
    out.classes.push_back(groups.subject(opened[c], std::move(of_classes[c])));
  }
  add_table(out, tables, names);
  return out;
}

}  // namespace heapdiff
