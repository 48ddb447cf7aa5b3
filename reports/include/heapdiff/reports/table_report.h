#pragma once
// What `summary`, `diff` and `explain` tell: a few facts and some tables, as plain values.

#include "heapdiff/reports/rca_report.h"
#include "heapdiff/reports/render.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace heapdiff {

enum class CellKind {
  text,          ///< secrets in it are masked
  words,         ///< the same, but words of ours, which are no code in Markdown
  string_value,  ///< the content of a heap string, shown because somebody asked for it: not masked
  bytes,         ///< an integer
  count,         ///< an integer
  share,         ///< a double from 0 to 1
  byte_change,   ///< a signed integer
  count_change,  ///< a signed integer
  distance,      ///< an integer, printed plainly
  node_id,       ///< an integer, printed as @N
  depth,         ///< an integer: not a column of its own, it indents the text of the row
};

using TableCell = std::variant<std::monostate, std::string, std::int64_t, double>;

struct TableColumn {
  std::string key;    ///< in JSON and CSV
  std::string title;  ///< for people
  CellKind kind = CellKind::text;
  unsigned from_width = 0;  ///< left out of text narrower than this many columns
};

struct ReportTable {
  std::string key;
  std::string title;
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;  ///< one cell per column
  std::uint64_t rows_left_out = 0;           ///< by --top
  std::vector<std::string> notes;            ///< what a reader has to know, in sentences
  std::string when_empty;                    ///< said in place of no rows; empty: the table is left out
};

struct ReportFact {
  std::string key;
  std::string title;
  CellKind kind = CellKind::text;
  TableCell value;
};

/// Some objects and the edges between them, to be drawn.
struct ReportGraph {
  struct Node {
    std::vector<std::string> lines;  ///< of the label
    bool marked = false;             ///< what the report is about
    bool dominates = false;          ///< every path to the marked node passes it
  };
  struct Edge {
    std::size_t source = 0;  ///< position in `nodes`
    std::size_t target = 0;
    std::string label;
    bool main = false;  ///< on the shortest path
    bool weak = false;  ///< does not hold
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

struct TableReport {
  std::string command;                 ///< "summary", "diff", "explain"
  std::string title;                   ///< one line
  std::vector<std::string> sentences;  ///< the answer in words, before all numbers
  std::string tool_version;
  std::vector<ReportSnapshot> inputs;
  std::vector<ReportFact> facts;
  std::vector<ReportTable> tables;
  ReportGraph graph;  ///< only `dot` shows it
  std::vector<std::string> warnings;
};

/// `format`: "text", "markdown", "json", "dot" (the graph) or "csv". CSV is one table: `csv_table` by key, the first
/// when empty. Throws Error{usage} for a table that the report does not have. JSON and CSV carry exact numbers.
[[nodiscard]] std::string render_tables(const TableReport& report, const std::string& format,
                                        const RenderOptions& options, const std::string& csv_table = {});

}  // namespace heapdiff
