// Tables in Markdown: names from a heap are code, words of ours are words, and neither ends a cell.

#include "heapdiff/reports/table_report.h"
#include "support/injections.h"

#include <doctest/doctest.h>

#include <string>

using namespace heapdiff;

namespace {

TableReport report_of(const std::string& name) {
  TableReport report;
  report.command = "summary";
  report.title = report.sentences.emplace_back(name);
  ReportTable table;
  table.key = "table";
  table.title = "Table";
  table.columns = {
      {"count", "Count", CellKind::count}, {"name", "Name", CellKind::text}, {"words", "Words", CellKind::words}};
  table.rows = {{std::int64_t{3}, name, name}};
  report.tables = {table};
  return report;
}

/// Bars of the row that end a cell, as GFM reads them: no backslash before them.
std::size_t cells_in_row(const std::string& markdown) {
  const std::size_t row = markdown.find("\n| 3 |");
  REQUIRE(row != std::string::npos);
  const std::string line = markdown.substr(row + 1, markdown.find('\n', row + 1) - row - 1);
  std::size_t bars = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\') ? 1U : 0U;
  }
  return bars - 1;
}

}  // namespace

TEST_CASE("markdown tables: names are code, words are words") {
  const std::string text = render_tables(report_of("27.6 MB"), "markdown", {});
  CHECK(text.find("| 3 | `27.6 MB` | 27.6 MB |\n") != std::string::npos);
}

TEST_CASE("markdown tables: no name ends a cell or a row") {
  for (const std::string& name : test::injections()) {
    CAPTURE(name);
    CHECK(cells_in_row(render_tables(report_of(name), "markdown", {})) == 3);
  }
}
