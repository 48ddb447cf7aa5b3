#pragma once
// The explorer: what the page's scripts let a reader walk through, within a budget of bytes.

#include "heapdiff/reports/rca_report.h"

#include <cstddef>
#include <string>
#include <vector>

namespace heapdiff::html {

/// The explorer as JSON for the page's data block, and what it leaves out.
struct PackedExplorer {
  std::string json;               ///< ASCII, safe inside of a script element; "null" without an explorer
  std::vector<std::string> cuts;  ///< a sentence for each kind of thing that was left out
};

/// Packs `report.explorer` into at most `budget` bytes. The least important is left out first: paths and content of
/// small parts, then of classes, then rows of the comparison, then parts, then suspects.
[[nodiscard]] PackedExplorer pack_explorer(const RcaReport& report, std::size_t budget);

/// The largest parts of the heap as a table, which is on the page without scripts too; empty without an explorer.
[[nodiscard]] std::string largest_parts(const RcaReport& report);

}  // namespace heapdiff::html
