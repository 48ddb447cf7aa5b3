#include "heapdiff/reports/table_report.h"

#include "formats/json_comparison.h"
#include "heapdiff/diff/signature_version.h"
#include "heapdiff/reports/escape.h"
#include "heapdiff/reports/log_commands.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "tables/table_cells.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace heapdiff {

namespace tables {

namespace {

using Json = nlohmann::ordered_json;

Json cell_json(const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return visible_text(*text);
  }
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    return *number;
  }
  if (const auto* share = std::get_if<double>(&cell)) {
    return *share;
  }
  return nullptr;
}

std::string csv_field(const TableCell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    return std::to_string(*number);
  }
  if (const auto* share = std::get_if<double>(&cell)) {
    return fmt::format("{:.6g}", *share);
  }
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) {
    return {};
  }
  std::string field = visible_text(*text);
  if (!field.starts_with('\'') && escape_csv(field).starts_with("\"'")) {
    field.insert(field.begin(), '\'');  // otherwise a spreadsheet would take the text for a formula
  }
  if (field.find_first_of(",\"\n\r") == std::string::npos) {
    return field;
  }
  std::string quoted = "\"";
  for (const char c : field) {
    quoted += c;
    if (c == '"') {
      quoted += '"';
    }
  }
  return quoted + "\"";
}

/// The report with secrets masked: names of classes, events and files may hold some.
TableReport masked(TableReport report) {
  for (ReportSnapshot& input : report.inputs) {
    input.path = mask_secrets(input.path);
  }
  report.title = mask_secrets(report.title);
  for (std::string& text : report.sentences) {
    text = mask_secrets(text);
  }
  for (std::string& text : report.warnings) {
    text = mask_secrets(text);
  }
  const auto mask_cell = [](TableCell& cell, CellKind kind) {
    if (auto* text = std::get_if<std::string>(&cell); text != nullptr && kind != CellKind::string_value) {
      *text = mask_secrets(*text);
    }
  };
  for (ReportFact& fact : report.facts) {
    mask_cell(fact.value, fact.kind);
  }
  for (ReportTable& table : report.tables) {
    for (std::vector<TableCell>& row : table.rows) {
      for (std::size_t c = 0; c < row.size(); ++c) {
        mask_cell(row[c], table.columns[c].kind);
      }
    }
  }
  return report;
}

}  // namespace

bool is_numeric(CellKind kind) noexcept {
  return kind != CellKind::text && kind != CellKind::words && kind != CellKind::string_value;
}

std::size_t depth_of(const ReportTable& table, const std::vector<TableCell>& row) {
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].kind == CellKind::depth) {
      const auto* depth = std::get_if<std::int64_t>(&row[c]);
      return depth == nullptr ? 0 : static_cast<std::size_t>(*depth);
    }
  }
  return 0;
}

std::string format_cell(const TableCell& cell, CellKind kind) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    return *text;
  }
  if (const auto* share = std::get_if<double>(&cell)) {
    return fmt::format("{:.1f} %", 100 * *share);
  }
  const auto* number = std::get_if<std::int64_t>(&cell);
  if (number == nullptr) {
    return {};
  }
  const auto value = static_cast<double>(*number);
  switch (kind) {
    case CellKind::bytes:
      return format_bytes(value);
    case CellKind::byte_change:
      return (*number > 0 ? "+" : "") + format_bytes(value);
    case CellKind::count_change:
      return (*number > 0 ? "+" : "") + format_count(*number);
    case CellKind::count:
      return format_count(*number);
    case CellKind::node_id:
      return "@" + std::to_string(*number);
    default:
      return std::to_string(*number);
  }
}

std::string render_tables_json(const TableReport& report) {
  Json out = {{"schemaVersion", 1},        {"tool", {{"name", "heapdiff"}, {"version", report.tool_version}}},
              {"command", report.command}, {"summary", Json::array()},
              {"inputs", Json::array()},   {"facts", Json::object()},
              {"tables", Json::object()},  {"warnings", Json::array()}};
  if (report.has_signatures) {
    out["signatureVersion"] = kSignatureVersion;
  }
  for (const std::string& sentence : report.sentences) {
    out["summary"].push_back(visible_text(sentence));
  }
  for (const ReportSnapshot& s : report.inputs) {
    out["inputs"].push_back({{"path", visible_text(s.path)},
                             {"nodeCount", s.node_count},
                             {"edgeCount", s.edge_count},
                             {"selfSizeBytes", s.self_size_bytes},
                             {"fileBytes", s.file_bytes},
                             {"storedBytes", s.stored_bytes},
                             {"compression", s.compression},
                             {"xxh3", s.digest}});
  }
  for (const ReportFact& fact : report.facts) {
    out["facts"][fact.key] = cell_json(fact.value);
  }
  for (const ReportTable& table : report.tables) {
    Json rows = Json::array();
    for (const std::vector<TableCell>& cells : table.rows) {
      Json row = Json::object();
      for (std::size_t c = 0; c < cells.size(); ++c) {
        row[table.columns[c].key] = cell_json(cells[c]);
      }
      rows.push_back(std::move(row));
    }
    out["tables"][table.key] = {{"rows", std::move(rows)}, {"rowsLeftOut", table.rows_left_out}};
  }
  if (!report.owners.empty()) {
    out["owners"] = formats::owners_json(report.owners);
  }
  for (const std::string& warning : report.warnings) {
    out["warnings"].push_back(visible_text(warning));
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_table_csv(const ReportTable& table) {
  std::string out;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    out += (c == 0 ? "" : ",") + table.columns[c].key;
  }
  out += "\r\n";
  for (const std::vector<TableCell>& cells : table.rows) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
      out += (c == 0 ? "" : ",") + csv_field(cells[c]);
    }
    out += "\r\n";
  }
  return out;
}

std::string render_tables_markdown(const TableReport& report) {
  std::string out = "# " + escape_markdown(report.title) + "\n\n";
  for (const std::string& sentence : report.sentences) {
    out += escape_markdown(sentence) + "\n\n";
  }
  for (const ReportSnapshot& s : report.inputs) {
    out += fmt::format("- {}: {} nodes, {} edges, file {} ({}), XXH3 `{}`\n", markdown_code(s.path),
                       format_count(static_cast<std::int64_t>(s.node_count)),
                       format_count(static_cast<std::int64_t>(s.edge_count)),
                       format_bytes(static_cast<double>(s.stored_bytes)), s.compression, s.digest);
  }
  out += "\n| | |\n|---|---:|\n";
  for (const ReportFact& fact : report.facts) {
    out +=
        fmt::format("| {} | {} |\n", escape_markdown(fact.title), escape_markdown(format_cell(fact.value, fact.kind)));
  }
  for (const ReportTable& table : report.tables) {
    if (table.rows.empty() && table.when_empty.empty()) {
      continue;
    }
    out += "\n## " + escape_markdown(table.title) + "\n\n";
    if (table.rows.empty()) {
      out += escape_markdown(table.when_empty) + "\n";
    } else {
      std::string rule = "|";
      out += "|";
      for (const TableColumn& column : table.columns) {
        if (column.kind != CellKind::depth) {
          out += " " + escape_markdown(column.title) + " |";
          rule += is_numeric(column.kind) ? "---:|" : "---|";
        }
      }
      out += "\n" + rule + "\n";
    }
    for (const std::vector<TableCell>& cells : table.rows) {
      std::string indent;
      for (std::size_t d = depth_of(table, cells); d > 0; --d) {
        indent += "&nbsp;&nbsp;";
      }
      out += "|";
      for (std::size_t c = 0; c < cells.size(); ++c) {
        const CellKind kind = table.columns[c].kind;
        if (kind == CellKind::depth) {
          continue;
        }
        const std::string text = format_cell(cells[c], kind);
        out += kind == CellKind::words            ? fmt::format(" {} |", escape_markdown(text, false))
               : is_numeric(kind) || text.empty() ? fmt::format(" {} |", text)
                                                  : fmt::format(" {}{} |", indent, markdown_code_cell(text));
        indent.clear();
      }
      out += "\n";
    }
    if (table.rows_left_out != 0) {
      out += fmt::format("\n{} more rows.\n", format_count(static_cast<std::int64_t>(table.rows_left_out)));
    }
    for (const std::string& note : table.notes) {
      out += "\n" + escape_markdown(note) + "\n";
    }
  }
  if (!report.warnings.empty()) {
    out += "\n## Warnings\n\n";
    for (const std::string& warning : report.warnings) {
      out += "- " + escape_markdown(warning) + "\n";
    }
  }
  return out;
}

}  // namespace tables

using namespace tables;

std::string render_tables(const TableReport& given, const std::string& format, const RenderOptions& options,
                          const std::string& csv_table) {
  const TableReport report = masked(given);
  if (format == "json") {
    return without_log_commands(render_tables_json(report), LogSyntax::json);
  }
  if (format == "markdown") {
    return without_log_commands(render_tables_markdown(report));
  }
  if (format == "dot") {
    return without_log_commands(render_graph_dot(report.graph, report.title));
  }
  if (format != "csv") {
    return without_log_commands(render_tables_text(report, options));
  }
  std::string known;
  for (const ReportTable& table : report.tables) {
    if (csv_table.empty() || table.key == csv_table) {
      return without_log_commands(render_table_csv(table));
    }
    known += (known.empty() ? "" : ", ") + table.key;
  }
  throw Error(ErrorKind::usage, "--table: expected one of " + known + ", got '" + visible_text(csv_table) + "'");
}

}  // namespace heapdiff
