#pragma once
// Formats the cells of a table for people.

#include "heapdiff/reports/table_report.h"

#include <string>
#include <string_view>

namespace heapdiff::tables {

/// A number formatted by its kind, or the text as it is; empty for no value.
[[nodiscard]] std::string format_cell(const TableCell& cell, CellKind kind);
[[nodiscard]] bool is_numeric(CellKind kind) noexcept;
/// The value of a row's depth column; 0 when there is none.
[[nodiscard]] std::size_t depth_of(const ReportTable& table, const std::vector<TableCell>& row);

[[nodiscard]] std::string render_tables_text(const TableReport& report, const RenderOptions& options);
[[nodiscard]] std::string render_tables_markdown(const TableReport& report);
[[nodiscard]] std::string render_tables_json(const TableReport& report);
[[nodiscard]] std::string render_graph_dot(const ReportGraph& graph, const std::string& title);
[[nodiscard]] std::string render_table_csv(const ReportTable& table);

}  // namespace heapdiff::tables
