// Tables for a person at a terminal: numbers to the right, names last and cut to the width.

#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/visible_text.h"
#include "table_cells.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace {

constexpr std::size_t kLeastTextColumns = 16;

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded_left(std::string_view text, std::size_t width) {
  return std::string(width - std::min(width, columns_of(text)), ' ') + std::string(text);
}

/// Visible, and cut to at most `room` columns with an ellipsis.
std::string fitted(std::string_view text, std::size_t room) {
  std::string safe = visible_text(text);
  if (columns_of(safe) <= room) {
    return safe;
  }
  std::size_t end = 0;
  for (std::size_t columns = 0; end < safe.size(); ++end) {
    if ((static_cast<unsigned char>(safe[end]) & 0xC0U) != 0x80U && ++columns == room) {
      break;
    }
  }
  safe.resize(end);
  return safe + "\u2026";
}

class TableWriter {
 public:
  TableWriter(const RenderOptions& options, std::string& out)
      : width_(std::max(40U, options.width)), color_(options.color), out_(out) {}

  [[nodiscard]] std::string style(std::string_view code, std::string_view text) const {
    return color_ ? fmt::format("\033[{}m{}\033[0m", code, text) : std::string(text);
  }

  void wrap(std::string_view lead, std::string_view text) {
    std::string row(lead);
    std::size_t used = columns_of(lead);
    const std::size_t indent = used;
    bool fresh = true;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find(' ', at), text.size());
      const std::string_view word = text.substr(at, end - at);
      at = end + 1;
      if (!fresh && used + 1 + columns_of(word) > width_) {
        out_ += row + "\n";
        row.assign(indent, ' ');
        used = indent;
        fresh = true;
      }
      row += (fresh ? "" : " ") + std::string(word);
      used += (fresh ? 0 : 1) + columns_of(word);
      fresh = false;
    }
    out_ += row + "\n";
  }

  /// Facts side by side where two fit.
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
        row += "  " + fact.title + std::string(title - columns_of(fact.title) + 2, ' ') +
               style("1", padded_left(visible_text(format_cell(fact.value, fact.kind)), value)) + "  ";
      }
      row.erase(row.find_last_not_of(' ') + 1);
      out_ += row + "\n";
    }
  }

  void table(const ReportTable& table) {
    out_ += "\n" + style("1", table.title) + "\n";
    if (table.rows.empty()) {
      wrap("  ", table.when_empty);
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
      head += padded_left(table.columns[c].title, widths[c]) + "  ";
    }
    for (const std::size_t c : texts) {
      head += pad_right(table.columns[c].title, widths[c], c == texts.back());
    }
    head.erase(head.find_last_not_of(' ') + 1);
    out_ += style("2", head) + "\n";
    for (const auto& cells : table.rows) {
      row(table, cells, numbers, texts, widths);
    }
    if (table.rows_left_out != 0) {
      out_ += style("2", fmt::format("  ... {} more (--top N, 0 for all)",
                                     format_count(static_cast<std::int64_t>(table.rows_left_out)))) +
              "\n";
    }
    for (const std::string& note : table.notes) {
      wrap("  ", note);
    }
  }

 private:
  /// Text columns share what the numbers leave: each gets what it needs, the longest gives way.
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
    const std::size_t room = width_ > left + kLeastTextColumns ? width_ - left : kLeastTextColumns;
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

  [[nodiscard]] static std::string pad_right(std::string_view text, std::size_t width, bool last) {
    return last ? std::string(text)
                : std::string(text) + std::string(width - std::min(width, columns_of(text)) + 2, ' ');
  }

  void row(const ReportTable& table, const std::vector<TableCell>& cells, const std::vector<std::size_t>& numbers,
           const std::vector<std::size_t>& texts, const std::vector<std::size_t>& widths) {
    std::string line = "  ";
    for (const std::size_t c : numbers) {
      const CellKind kind = table.columns[c].kind;
      const std::string text = padded_left(format_cell(cells[c], kind), widths[c]);
      const bool grew = (kind == CellKind::byte_change || kind == CellKind::count_change) &&
                        std::holds_alternative<std::int64_t>(cells[c]) && std::get<std::int64_t>(cells[c]) > 0;
      line += (grew ? style("33", text) : text) + "  ";
    }
    for (const std::size_t c : texts) {
      const std::size_t indent = c == texts.front() ? 2 * depth_of(table, cells) : 0;
      const std::size_t room = widths[c] > indent + 8 ? widths[c] - indent : 8;
      line += pad_right(std::string(indent, ' ') + fitted(format_cell(cells[c], CellKind::text), room), widths[c],
                        c == texts.back());
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + "\n";
  }

  std::size_t width_;
  bool color_;
  std::string& out_;
};

}  // namespace

std::string render_tables_text(const TableReport& report, const RenderOptions& options) {
  std::string out;
  TableWriter writer(options, out);
  out += writer.style("1", fitted(report.title, std::max(40U, options.width))) + "\n";
  for (const std::string& sentence : report.sentences) {
    writer.wrap("", visible_text(sentence));
  }
  for (const ReportSnapshot& s : report.inputs) {
    writer.wrap("  ", visible_text(s.path));
    writer.wrap(
        "    ",
        fmt::format("{} nodes, {} edges, file {} ({}), XXH3 {}", format_count(static_cast<std::int64_t>(s.node_count)),
                    format_count(static_cast<std::int64_t>(s.edge_count)),
                    format_bytes(static_cast<double>(s.file_bytes)), s.compression, s.digest.substr(0, 12)));
  }
  out += "\n";
  writer.facts(report.facts);
  for (const ReportTable& table : report.tables) {
    if (!table.rows.empty() || !table.when_empty.empty()) {
      writer.table(table);
    }
  }
  if (!report.warnings.empty()) {
    out += "\n" + writer.style("1", "Warnings") + "\n";
    for (const std::string& warning : report.warnings) {
      writer.wrap("  - ", visible_text(warning));
    }
  }
  return out;
}

}  // namespace heapdiff
