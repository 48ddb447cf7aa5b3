// Tables for a terminal: numbers are aligned to the right, names come last and are cut to the width.

#include "formats/text_writer.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/columns.h"
#include "tables/table_cells.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::tables {

using namespace formats;
using namespace model;

namespace {

constexpr std::size_t kMinTextColumns = 16;

/// Writes tables and facts to a TextWriter.
class TableWriter {
 public:
  explicit TableWriter(TextWriter& out) : width_(out.width()), out_(out) {}

  /// Writes facts, two on a line where they fit.
  void facts(const std::vector<ReportFact>& facts) {
    std::size_t title = 0;
    std::size_t value = 0;
    for (const ReportFact& fact : facts) {
      title = std::max(title, columns_of(fact.title));
      value = std::max(value, columns_of(format_cell(fact.value, fact.kind)));
    }
    const std::size_t cell = title + value + 6;
    const std::size_t per_line = std::max<std::size_t>(1, std::min<std::size_t>(3, width_ / cell));
    const std::size_t lines = (facts.size() + per_line - 1) / per_line;
    for (std::size_t line = 0; line < lines; ++line) {
      std::string row;
      for (std::size_t k = 0; k < per_line && line + k * lines < facts.size(); ++k) {
        const ReportFact& fact = facts[line + k * lines];
        row += "  " + pad_right(fact.title, title + 2) +
               out_.style(ink::kHeading, pad_left(visible_text(format_cell(fact.value, fact.kind)), value)) + "  ";
      }
      row.erase(row.find_last_not_of(' ') + 1);
      out_.line(row);
    }
  }

  void table(const ReportTable& table) {
    out_.heading(table.title);
    if (table.rows.empty()) {
      out_.wrap("  ", table.when_empty);
      return;
    }
    std::vector<std::size_t> numbers;
    std::vector<std::size_t> texts;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const TableColumn& column = table.columns[c];
      if (column.kind != CellKind::depth && width_ >= column.from_width) {
        (is_numeric(column.kind) ? numbers : texts).push_back(c);
      }
    }
    std::vector<std::size_t> widths(table.columns.size());
    for (const std::size_t c : numbers) {
      widths[c] = columns_of(table.columns[c].title);
      for (const auto& cells : table.rows) {
        widths[c] = std::max(widths[c], columns_of(format_cell(cells[c], table.columns[c].kind)));
      }
    }
    std::size_t left = 2;
    for (const std::size_t c : numbers) {
      left += widths[c] + 2;
    }
    fit_texts(table, texts, left, widths);
    std::string head = "  ";
    for (const std::size_t c : numbers) {
      head += pad_left(table.columns[c].title, widths[c]) + "  ";
    }
    for (const std::size_t c : texts) {
      head += text_cell(table.columns[c].title, widths[c], c == texts.back());
    }
    head.erase(head.find_last_not_of(' ') + 1);
    out_.line(out_.style(ink::kDim, head));
    for (const auto& cells : table.rows) {
      row(table, cells, numbers, texts, widths);
    }
    if (table.rows_left_out != 0) {
      out_.line(
          out_.style(ink::kDim, out_.fit(fmt::format("  and {} more (--top N, 0 for all)",
                                                     format_count(static_cast<std::int64_t>(table.rows_left_out))),
                                         0)));
    }
    for (const std::string& note : table.notes) {
      out_.wrap("  ", note, ink::kDim);
    }
  }

 private:
  /// The text columns share the width that the numbers leave. The widest are cut first.
  void fit_texts(const ReportTable& table, const std::vector<std::size_t>& texts, std::size_t left,
                 std::vector<std::size_t>& widths) const {
    std::size_t wanted = 0;
    for (const std::size_t c : texts) {
      widths[c] = columns_of(table.columns[c].title);
      for (const auto& cells : table.rows) {
        const std::size_t indent = c == texts.front() ? 2 * depth_of(table, cells) : 0;
        widths[c] = std::max(widths[c], indent + columns_of(format_cell(cells[c], CellKind::text)));
      }
      wanted += widths[c] + 2;
    }
    const std::size_t room = width_ > left + kMinTextColumns ? width_ - left : kMinTextColumns;
    while (!texts.empty() && wanted > room + 2) {
      const auto widest =
          *std::max_element(texts.begin(), texts.end(), [&](auto a, auto b) { return widths[a] < widths[b]; });
      if (widths[widest] <= 8) {
        break;
      }
      --widths[widest];
      --wanted;
    }
  }

  [[nodiscard]] static std::string text_cell(std::string_view text, std::size_t width, bool last) {
    return last ? std::string(text) : pad_right(text, width + 2);
  }

  void row(const ReportTable& table, const std::vector<TableCell>& cells, const std::vector<std::size_t>& numbers,
           const std::vector<std::size_t>& texts, const std::vector<std::size_t>& widths) {
    std::string line = "  ";
    for (const std::size_t c : numbers) {
      const CellKind kind = table.columns[c].kind;
      const std::string text = pad_left(format_cell(cells[c], kind), widths[c]);
      const bool grew = (kind == CellKind::byte_change || kind == CellKind::count_change) &&
                        std::holds_alternative<std::int64_t>(cells[c]) && std::get<std::int64_t>(cells[c]) > 0;
      line += (grew ? out_.style(ink::kAttention, text) : text) + "  ";
    }
    for (const std::size_t c : texts) {
      const std::size_t indent = c == texts.front() ? 2 * depth_of(table, cells) : 0;
      const std::size_t room = widths[c] > indent + 8 ? widths[c] - indent : 8;
      const std::string text = visible_text(format_cell(cells[c], CellKind::text));
      // The end of a place matters most: file and line.
      const std::string shown = c == texts.front() ? cut_to(text, room) : cut_middle(text, room);
      line += text_cell(std::string(indent, ' ') + shown, widths[c], c == texts.back());
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_.line(line);
  }

  std::size_t width_;
  TextWriter& out_;
};

constexpr std::size_t kMaxInputsAbove = 2;  // of more files, what they are comes after what was found in them

void write_inputs(TextWriter& out, const std::vector<ReportSnapshot>& inputs) {
  for (const ReportSnapshot& s : inputs) {
    out.line(out.fit_path("  " + s.path, 0));
    out.wrap(
        "    ",
        fmt::format("{} nodes, {} edges, file {} ({}), XXH3 {}", format_count(static_cast<std::int64_t>(s.node_count)),
                    format_count(static_cast<std::int64_t>(s.edge_count)),
                    format_bytes(static_cast<double>(s.stored_bytes)), s.compression, s.digest.substr(0, 12)),
        ink::kDim);
  }
}

}  // namespace

std::string render_tables_text(const TableReport& report, const RenderOptions& options) {
  TextWriter out(options);
  TableWriter tables(out);
  out.wrap("", report.title, ink::kHeading);
  for (const std::string& sentence : report.sentences) {
    out.wrap("", sentence);
  }
  const bool is_series = report.inputs.size() > kMaxInputsAbove;
  if (!is_series) {
    write_inputs(out, report.inputs);
  }
  // The title of `verify` begins with its only fact.
  if (report.facts.size() != 1 || !report.title.starts_with(format_cell(report.facts.front().value, CellKind::words))) {
    out.line("");
    tables.facts(report.facts);
  }
  for (const ReportTable& table : report.tables) {
    if (!table.rows.empty() || !table.when_empty.empty()) {
      tables.table(table);
    }
  }
  if (!report.warnings.empty()) {
    out.heading("Warnings");
    for (const std::string& warning : report.warnings) {
      out.wrap("  - ", warning);
    }
  }
  if (is_series) {
    out.heading("Inputs");
    write_inputs(out, report.inputs);
  }
  return out.take();
}

}  // namespace heapdiff::tables
