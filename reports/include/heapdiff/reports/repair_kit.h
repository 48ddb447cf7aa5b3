#pragma once
// From the names of one leak to what a team pastes after the fix: code, test, metrics, alerts, runbook.

#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <string>

namespace heapdiff {

/// What the templates are filled with. Heap names are hostile: repair_kit() masks secrets in them, and reduces each to
/// letters, digits and a few marks, or quotes it, before it stands in generated code.
struct LeakNames {
  std::string kind;         ///< as in the report's schema
  std::string constructor;  ///< of the growing objects
  std::string holder;       ///< class of what holds them
  std::string label;        ///< property or variable that holds the collection
  bool label_is_property = false;
  bool repeats = false;  ///< a timer of setInterval()
  std::string emitter;   ///< class, for listeners
  std::string event;     ///< data folded, for listeners
  std::string module;    ///< file that Node.js loads (after a source map: the generated one); may be empty
  std::string function;  ///< at the first site; may be empty
  std::string place;     ///< "file:line" of the first site; may be empty
  std::string signature;
  std::optional<double> bytes_per_hour;
  std::optional<double> count_per_hour;    ///< of `counters`, for listeners
  std::optional<double> bytes_per_object;  ///< that one more of the growing objects keeps
};

[[nodiscard]] RepairKit repair_kit(const LeakNames& names);

}  // namespace heapdiff
