#pragma once
// Explains one class: its totals, its largest instances, and how the instances are held.

#include "explain/explain_paths.h"
#include "heapdiff/reports/table_report.h"
#include "options/table_options.h"

#include <string>

namespace heapdiff {

/// The class with DevTools' name `name`, or with that key where several classes have one name. Throws Error{usage} that
/// lists the classes with that name, or with similar names.
[[nodiscard]] ClassIndex find_class(const Heap& heap, const std::string& name);

/// Adds title, sentences, facts, tables and graph of the class to the report.
void explain_class(const ExplainView& view, ClassIndex constructor, const TableOptions& options, TableReport& report);

}  // namespace heapdiff
