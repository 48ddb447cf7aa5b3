#pragma once
#include "heapdiff/reports/rca_report.h"
#include "kit/kit_names.h"

#include <string>

namespace heapdiff::kit {

/// The metric that shows this kind of leak first.
struct Metric {
  const char* name;     ///< Prometheus; with dots for Datadog
  const char* alert;    ///< CamelCase, as Prometheus names alerts
  const char* what;     ///< "Listeners on an emitter"
  const char* unit;     ///< what the metric counts: "listeners", "bytes"
  std::string subject;  ///< value of the label "name"
};
[[nodiscard]] Metric metric_for(const KitNames& names);

/// Fills metric, emit, prometheus_rules, datadog_monitor and datadog_dashboard. The rates are `leak`'s.
void set_monitoring(RepairKit& kit, const KitNames& names, const Metric& metric, const LeakNames& leak);

}  // namespace heapdiff::kit
