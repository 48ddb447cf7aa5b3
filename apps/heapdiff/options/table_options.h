#pragma once
// Options and texts that the commands with tables share.

#include "heapdiff/reports/table_report.h"
#include "heapdiff/snapshot/heap.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace heapdiff {

/// --top, --filter, --table.
struct TableOptions {
  explicit TableOptions(CLI::App& app, std::size_t default_top = 20);
  /// Whether a row passes --filter: its name contains the filter in any case.
  [[nodiscard]] bool passes(std::string_view name) const;
  /// Removes the rows after the first --top, and counts them.
  void cut(ReportTable& rows_of) const;
  /// The same before the rows are made: removes and counts what they would be made of.
  template <class Source>
  void cut(std::vector<Source>& sources, ReportTable& rows_of) const {
    if (top != 0 && sources.size() > top) {
      rows_of.rows_left_out += sources.size() - top;
      sources.resize(top);
    }
  }

  std::size_t top;  ///< 0 means all
  std::string filter;
  std::string table;  ///< the table of CSV output; empty for the first
};

/// The description of one input.
[[nodiscard]] ReportSnapshot describe_input(const Heap& heap);

/// "Map @123": class and id. The text of a string is never shown.
[[nodiscard]] std::string node_label(const Heap& heap, NodeIndex n);

}  // namespace heapdiff
