#pragma once
// Fills the templates of the repair kit with the names of one leak: code, test, metrics, alerts, runbook.

#include "heapdiff/reports/rca_report.h"

#include <optional>
#include <string>

namespace heapdiff {

/// The names in the templates. They come from a heap and are hostile: repair_kit() masks secrets in them, and reduces
/// each to letters, digits and a few marks or quotes it before it goes into generated code.
struct LeakNames {
  std::string kind;  ///< as in the report's schema
  LeakCause cause = LeakCause::none;
  std::string constructor;  ///< of the growing objects
  std::string holder;       ///< class of the object that holds them
  std::string label;        ///< property or variable that holds the collection
  bool label_is_property = false;
  bool repeats = false;     ///< the timer was made by setInterval()
  std::string emitter;      ///< class of the emitter, for listeners
  std::string event;        ///< with data folded, for listeners
  std::string module;       ///< file that Node.js loads: the generated one where a source map applies; may be empty
  std::string function;     ///< function at the first site; may be empty
  std::string place;        ///< "file:line" of the first site; may be empty
  SiteStatement statement;  ///< the statement there; its text is empty when it is not known
  std::string owner;        ///< class of the object that has `label` as a property; may be empty
  std::string signature;
  std::optional<double> bytes_per_hour;
  std::optional<double> count_per_hour;    ///< growth of what the leak's metric counts
  std::optional<double> bytes_per_object;  ///< kept by each of the growing objects
};

[[nodiscard]] RepairKit repair_kit(const LeakNames& names);

}  // namespace heapdiff
