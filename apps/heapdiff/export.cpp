#include "export.h"

#include "row_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace heapdiff {

void export_heap(const Heap& heap, RowSink& sink) {
  const SnapshotGraph& graph = heap.graph;
  const HeapStatistics& s = heap.statistics;
  sink.write(
      fmt::format("{{\"header\":{{\"mode\":\"dump\",\"nodes\":{},\"edges\":{},\"total\":{},\"every\":1,\"statistics\":{"
                  "{\"total\":{},"
                  "\"native\":{{\"total\":{},\"typedArrays\":{}}},\"v8heap\":{{\"total\":{},\"code\":{},\"jsArrays\":{}"
                  ",\"strings\":{},"
                  "\"system\":{}}}}}}}}}\n",
                  graph.node_count(), graph.edge_count(), s.total, s.total, s.native, s.typed_arrays, s.v8_heap, s.code,
                  s.js_arrays, s.strings, s.system));
  // A class name is written for every node: quote each once.
  std::vector<std::string> quoted(heap.classes.size());
  for (std::size_t c = 0; c < quoted.size(); ++c) {
    quoted[c] = json_string(heap.classes.info(ClassIndex(static_cast<std::uint32_t>(c))).name);
  }
  fmt::memory_buffer line;
  for (std::uint32_t i = 0; i < graph.node_count() && !sink.closed(); ++i) {
    const NodeIndex n(i);
    line.clear();
    fmt::format_to(
        std::back_inserter(line),
        "{{\"node\":{},\"type\":\"{}\",\"self\":{},\"retained\":{},\"distance\":{},\"class\":{},\"dom\":{}}}\n",
        graph.id(n), graph.type_name(n), graph.self_size(n), heap.retained_size(n), heap.distances.of[i],
        quoted[heap.classes.of(n).get()], graph.id(heap.dominators.of(n)));
    sink.write({line.data(), line.size()});
  }
  std::vector<const ConstructorRow*> rows;
  for (const ConstructorRow& row : heap.constructors) {
    if (row.count != 0) {
      rows.push_back(&row);
    }
  }
  std::vector<std::string> keys(heap.classes.size());
  for (const ConstructorRow* row : rows) {
    keys[row->constructor.get()] = heap.classes.info(row->constructor).key();
  }
  std::sort(rows.begin(), rows.end(), [&](const ConstructorRow* a, const ConstructorRow* b) {
    return a->retained_bytes != b->retained_bytes ? a->retained_bytes > b->retained_bytes
                                                  : keys[a->constructor.get()] < keys[b->constructor.get()];
  });
  for (const ConstructorRow* row : rows) {
    sink.write(fmt::format("{{\"class\":{},\"key\":{},\"count\":{},\"self\":{},\"retained\":{},\"distance\":{}}}\n",
                           quoted[row->constructor.get()], json_string(keys[row->constructor.get()]), row->count,
                           row->self_bytes, row->retained_bytes, row->distance));
  }
  sink.flush();
}

}  // namespace heapdiff
