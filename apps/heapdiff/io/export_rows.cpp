#include "io/export_rows.h"

#include "heapdiff/reports/redact.h"
#include "io/row_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace heapdiff {

namespace {

std::string name_json(const std::string& name, ExportNames names) {
  return json_string(names == ExportNames::masked ? mask_secrets(name) : name);
}

}  // namespace

void export_heap(const Heap& heap, ExportNames names, RowSink& sink) {
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
  // A class name is written for every node, so that each is quoted only once.
  std::vector<std::string> quoted(heap.classes.size());
  for (std::size_t c = 0; c < quoted.size(); ++c) {
    quoted[c] = name_json(heap.classes.info(ClassIndex(static_cast<std::uint32_t>(c))).name, names);
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
                           quoted[row->constructor.get()], name_json(keys[row->constructor.get()], names), row->count,
                           row->self_bytes, row->retained_bytes, row->distance));
  }
  sink.flush();
}

void export_class_diff(const ClassDiff& diff, ExportNames names, RowSink& sink) {
  sink.write(fmt::format("{{\"header\":{{\"mode\":\"diff\",\"sharedIds\":{},\"sameObjects\":{}}}}}\n",
                         diff.identity.shared, diff.identity.agreeing));
  std::vector<const ClassDiffRow*> rows;
  for (const ClassDiffRow& row : diff.rows) {
    if (row.listed_by_devtools()) {
      rows.push_back(&row);
    }
  }
  std::stable_sort(rows.begin(), rows.end(), [](const ClassDiffRow* a, const ClassDiffRow* b) {
    return a->size_delta() > b->size_delta();  // stable: equal rows stay in the order of their keys
  });
  for (const ClassDiffRow* row : rows) {
    sink.write(fmt::format(
        "{{\"diff\":{},\"key\":{},\"addedCount\":{},\"removedCount\":{},\"addedSize\":{},\"removedSize\":{},"
        "\"countDelta\":{},\"sizeDelta\":{},\"renumberedCount\":{},\"renumberedSize\":{},\"survivedCount\":{},"
        "\"survivedSizeDelta\":{},\"retainedDelta\":{}}}\n",
        name_json(row->name, names), name_json(row->key, names), row->added_count, row->removed_count, row->added_bytes,
        row->removed_bytes, row->count_delta(), row->size_delta(), row->renumbered_count, row->renumbered_bytes,
        row->survived_count, row->survived_growth_bytes, row->retained_delta()));
  }
  sink.flush();
}

}  // namespace heapdiff
