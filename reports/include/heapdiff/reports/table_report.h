#pragma once
// The answer of `summary`, `diff`, `explain` and `verify` as plain values: a few facts and some tables.

#include "heapdiff/reports/rca_report.h"
#include "heapdiff/reports/render.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace heapdiff {

enum class CellKind {
  text,          ///< secrets in it are masked
  words,         ///< the same, but a sentence and not a name: no code span in Markdown
  string_value,  ///< the content of a heap string, which the user asked for: not masked
  bytes,         ///< an integer
  count,         ///< an integer
  share,         ///< a double from 0 to 1
  byte_change,   ///< a signed integer
  count_change,  ///< a signed integer
  distance,      ///< an integer, printed plainly
  node_id,       ///< an integer, printed as @N
  depth,         ///< an integer that indents the text of its row and is not a column
};

using TableCell = std::variant<std::monostate, std::string, std::int64_t, double>;

struct TableColumn {
  std::string key;    ///< the name in JSON and CSV
  std::string title;  ///< the heading for people
  CellKind kind = CellKind::text;
  unsigned from_width = 0;  ///< left out of text that is narrower than this
};

struct ReportTable {
  std::string key;
  std::string title;
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;  ///< one cell per column
  std::uint64_t rows_left_out = 0;           ///< because of --top
  std::vector<std::string> notes;            ///< sentences that a reader needs in order to read the table
  std::string when_empty;                    ///< shown when there are no rows; empty: the table is left out
};

struct ReportFact {
  std::string key;
  std::string title;
  CellKind kind = CellKind::text;
  TableCell value;
};

/// Some objects and the edges between them, for a drawing.
struct ReportGraph {
  struct Node {
    std::vector<std::string> lines;  ///< lines of the label
    bool marked = false;             ///< the object that the report is about
    bool dominates = false;          ///< every path to the marked node passes through it
  };
  struct Edge {
    std::size_t source = 0;  ///< position in `nodes`
    std::size_t target = 0;
    std::string label;
    bool main = false;  ///< on the shortest path
    bool weak = false;  ///< a weak reference, which does not retain
  };
  std::vector<Node> nodes;
  std::vector<Edge> edges;
};

struct TableReport {
  std::string command;                 ///< "summary", "diff", "explain"
  std::string title;                   ///< one line
  std::vector<std::string> sentences;  ///< the answer in words, which comes before all numbers
  std::string tool_version;
  std::vector<ReportSnapshot> inputs;
  std::vector<ReportFact> facts;
  std::vector<ReportTable> tables;
  ReportGraph graph;  ///< only `dot` shows it
  std::vector<std::string> warnings;
  std::vector<ReportOwner> owners;  ///< of `summary`: all of them, for JSON
  bool has_signatures = false;      ///< of leaks, in a table: JSON says their version
};

/// `format`: "text", "markdown", "json", "dot" (the graph) or "csv". CSV is one table: `csv_table` by key, the first
/// when empty. Throws Error{usage} for a table that the report does not have. JSON and CSV carry exact numbers.
[[nodiscard]] std::string render_tables(const TableReport& report, const std::string& format,
                                        const RenderOptions& options, const std::string& csv_table = {});

}  // namespace heapdiff
