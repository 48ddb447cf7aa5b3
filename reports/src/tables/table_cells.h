#pragma once
// Cells of a table as people read them.

#include "heapdiff/reports/table_report.h"

#include <string>
#include <string_view>

namespace heapdiff {

/// Numbers formatted by their kind; text as it is; empty for no value.
[[nodiscard]] std::string format_cell(const TableCell& cell, CellKind kind);
[[nodiscard]] bool is_numeric(CellKind kind) noexcept;
/// The depth of a row: the value of its depth column, 0 without one.
[[nodiscard]] std::size_t depth_of(const ReportTable& table, const std::vector<TableCell>& row);

[[nodiscard]] std::string render_tables_text(const TableReport& report, const RenderOptions& options);
[[nodiscard]] std::string render_tables_markdown(const TableReport& report);
[[nodiscard]] std::string render_tables_json(const TableReport& report);
[[nodiscard]] std::string render_graph_dot(const ReportGraph& graph, const std::string& title);
[[nodiscard]] std::string render_table_csv(const ReportTable& table);

}  // namespace heapdiff
