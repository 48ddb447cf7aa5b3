#include "heapdiff/diff/accumulation_rows.h"

#include "heapdiff/snapshot/visible_text.h"
#include "suspects/piled_objects.h"

#include <algorithm>

namespace heapdiff {

std::vector<AccumulationRow> likely_accumulations(const Heap& heap, std::size_t limit) {
  constexpr double kMinShare = 0.01;
  const SnapshotGraph& graph = heap.graph;
  std::vector<AccumulationRow> rows;
  for (const suspects::PileRow& pile :
       suspects::find_pile_rows(heap, kMinShare * static_cast<double>(graph.total_self_size()))) {
    if (rows.size() == limit) {
      break;
    }
    const NodeIndex example(pile.example);
    const bool named = graph.type(example) == NodeType::closure && !graph.name(example).empty();
    const NodeIndex holder(pile.holder);
    const bool rooted = holder == SnapshotGraph::root() || graph.type(holder) == NodeType::synthetic;
    AccumulationRow row;
    row.content = visible_text(named ? graph.name(example) : heap.classes.name(example), 120);
    row.holder = rooted ? "no single object" : visible_text(heap.classes.name(holder), 120);
    row.holder_id = graph.id(holder);
    row.example_id = graph.id(example);
    row.holder_count = pile.holder_count;
    row.count = pile.count;
    row.bytes = pile.bytes;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace heapdiff
