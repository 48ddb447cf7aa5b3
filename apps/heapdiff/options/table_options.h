#pragma once
// What the commands that print tables share.

#include "heapdiff/reports/table_report.h"
#include "heapdiff/snapshot/heap.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace heapdiff {

/// --top, --filter, --table.
struct TableOptions {
  explicit TableOptions(CLI::App& app, std::size_t default_top = 20);
  /// Whether a row of this name passes --filter: a part of the name, case ignored.
  [[nodiscard]] bool passes(std::string_view name) const;
  /// Takes the rows above --top out and counts them.
  void cut(ReportTable& rows_of) const;

  std::size_t top;  ///< 0: all
  std::string filter;
  std::string table;  ///< of CSV; empty: the first
};

/// The line about one input.
[[nodiscard]] ReportSnapshot describe_input(const Heap& heap);

/// "Map @123": class and id; texts of strings never.
[[nodiscard]] std::string node_label(const Heap& heap, NodeIndex n);

}  // namespace heapdiff
