#pragma once
// Explains one object: how it is held, what it holds, and what would free it.

#include "explain/explain_paths.h"
#include "heapdiff/reports/table_report.h"
#include "options/table_options.h"

#include <cstddef>

namespace heapdiff {

struct ExplainLimits {
  std::size_t paths = 5;  ///< other retaining paths to show
  std::size_t cuts = 8;   ///< edges whose cut is tried
  bool show_values = false;
};

/// Adds title, sentences, facts, tables and graph of `n` to the report.
void explain_object(const ExplainView& view, NodeIndex n, const ExplainLimits& limits, const TableOptions& options,
                    TableReport& report);

}  // namespace heapdiff
