#include "heapdiff/snapshot/constructor_stats.h"

#include <algorithm>

namespace heapdiff {

std::vector<ConstructorRow> count_constructors(const SnapshotGraph& graph, const ClassTable& classes,
                                               const Column<std::int32_t>* distances) {
  std::vector<ConstructorRow> rows(classes.size());
  for (std::size_t c = 0; c < rows.size(); ++c) {
    rows[c].constructor = ClassIndex(static_cast<std::uint32_t>(c));
  }
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    const std::uint64_t self = graph.self_size(n);
    if (self == 0) {
      continue;
    }
    ConstructorRow& row = rows[classes.of(n).get()];
    const std::int32_t distance = distances == nullptr ? 0 : (*distances)[i];
    row.distance = row.count == 0 ? distance : std::min(row.distance, distance);
    ++row.count;
    row.self_bytes += self;
  }
  return rows;
}

void add_retained(std::vector<ConstructorRow>& rows, const SnapshotGraph& graph, const ClassTable& classes,
                  const DominatorTree& tree, const Column<std::uint64_t>& retained) {
  // A depth-first walk of the dominator tree. An instance counts unless one of its class that was counted is above it;
  // only instances that dominate something can be above another.
  const std::uint32_t n = graph.node_count();
  Column<std::uint32_t> first(n);  // first child, 0: none
  Column<std::uint32_t> next(n);   // next sibling, 0: none
  first.prefault();
  next.prefault();
  for (std::uint32_t i = n; i-- > 1;) {
    next[i] = first[tree.idom[i]];
    first[tree.idom[i]] = i;
  }
  std::vector<std::uint32_t> open(rows.size());  // by class: the counted node that is above, plus one
  std::uint32_t at = 0;
  while (true) {
    const NodeIndex node(at);
    if (graph.self_size(node) != 0) {
      const std::uint32_t c = classes.of(node).get();
      if (open[c] == 0) {
        rows[c].retained_bytes += retained[at];
        if (first[at] != 0) {
          open[c] = at + 1;
        }
      }
    }
    if (first[at] != 0) {
      at = first[at];
      continue;
    }
    while (true) {
      const std::uint32_t c = classes.of(NodeIndex(at)).get();
      if (open[c] == at + 1) {
        open[c] = 0;
      }
      if (at == 0) {
        return;
      }
      if (next[at] != 0) {
        at = next[at];
        break;
      }
      at = tree.idom[at];
    }
  }
}

HeapStatistics compute_statistics(const SnapshotGraph& graph) {
  HeapStatistics s;
  s.extra_native = graph.meta().extra_native_bytes;
  s.native = s.extra_native;
  s.total = graph.total_self_size() + s.extra_native;
  const StringIndex array = graph.strings().find(KnownName::array);
  const StringIndex array_buffer_data = graph.strings().find(KnownName::array_buffer_data);
  std::vector<std::uint32_t> stores;  // elements of arrays that still have a size of their own
  for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
    const NodeIndex n(i);
    const std::uint64_t self = graph.self_size(n);
    switch (graph.type(n)) {
      case NodeType::hidden:
        s.system += self;
        break;
      case NodeType::native:
        s.native += self;
        if (graph.name_index(n) == array_buffer_data) {
          s.typed_arrays += self;
        }
        break;
      case NodeType::code:
        s.code += self;
        break;
      case NodeType::string:
      case NodeType::concatenated_string:
      case NodeType::sliced_string:
        s.strings += self;
        break;
      default:
        if (array && graph.name_index(n) == array) {
          s.js_arrays += self;
          if (const NodeIndex store = graph.find_target(n, EdgeType::internal, "elements");
              store && graph.self_size(store) != 0) {
            stores.push_back(store.get());
          }
        }
    }
  }
  // A store counts when exactly one edge of any kind leads to it.
  if (!stores.empty()) {
    std::sort(stores.begin(), stores.end());
    std::vector<std::uint32_t> unique = stores;
    unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
    std::vector<std::uint32_t> retainers(unique.size());
    BitColumn wanted(graph.node_count());
    for (const std::uint32_t store : unique) {
      wanted.set(store);
    }
    for (std::uint32_t i = 0; i < graph.node_count(); ++i) {
      for (const SnapshotGraph::Edge e : graph.edges(NodeIndex(i))) {
        if (wanted.test(e.target.get())) {
          ++retainers[static_cast<std::size_t>(std::lower_bound(unique.begin(), unique.end(), e.target.get()) -
                                               unique.begin())];
        }
      }
    }
    for (const std::uint32_t store : stores) {
      const auto at = static_cast<std::size_t>(std::lower_bound(unique.begin(), unique.end(), store) - unique.begin());
      if (retainers[at] == 1) {
        s.js_arrays += graph.self_size(NodeIndex(store));
      }
    }
  }
  s.v8_heap = s.total - s.native;
  return s;
}

}  // namespace heapdiff
