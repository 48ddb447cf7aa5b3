#include "options/table_options.h"

#include "heapdiff/snapshot/detail/ascii.h"
#include "options/declare_options.h"

#include <algorithm>

namespace heapdiff {

TableOptions::TableOptions(CLI::App& app, std::size_t default_top) : top(default_top) {
  begin_group(app, "Tables");
  add_option(app, "--top", top, "Rows per table, 0 for all").type_name("N").capture_default_str();
  add_option(app, "--filter", filter, "Only names that hold TEXT (case does not matter)").type_name("TEXT");
  add_option(app, "--table", table, "The table that CSV writes (default: the first)").type_name("NAME");
}

bool TableOptions::passes(std::string_view name) const { return ascii::contains_ignoring_case(name, filter); }

void TableOptions::cut(ReportTable& rows_of) const {
  if (top != 0 && rows_of.rows.size() > top) {
    rows_of.rows_left_out += rows_of.rows.size() - top;
    rows_of.rows.resize(top);
  }
}

ReportSnapshot describe_input(const Heap& heap) {
  ReportSnapshot s;
  s.path = heap.input.name;
  s.node_count = heap.graph.node_count();
  s.edge_count = heap.graph.edge_count();
  s.self_size_bytes = heap.statistics.total;
  s.off_heap_bytes = heap.statistics.native;
  s.file_bytes = heap.input.size_bytes;
  s.stored_bytes = heap.input.stored_bytes;
  s.compression = heap.input.compression;
  s.digest = heap.input.digest;
  s.allocation_traces = heap.graph.has_allocation_traces();
  return s;
}

std::string node_label(const Heap& heap, NodeIndex n) { return std::string(heap.classes.name(n)); }

}  // namespace heapdiff
