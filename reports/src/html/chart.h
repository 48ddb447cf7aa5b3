#pragma once
// Charts as inline SVG, and the same series for scripts.

#include "heapdiff/reports/rca_report.h"

#include <string>
#include <vector>

namespace heapdiff::html {

/// The heap's self size over time. `x` is hours from the first snapshot, or its number (from 1) where a time is
/// missing or times stand still.
struct Series {
  bool timed = false;
  double start_s = 0;  ///< seconds since 1970 of the first snapshot; 0 when not timed
  std::vector<double> x;
  std::vector<double> bytes;
  std::vector<double> off_heap;
  /// The fitted line and the lines of the slope's interval, all through the point of the means; empty without a rate.
  std::vector<double> fit, low, high;
};
[[nodiscard]] Series series_of(const RcaReport& report);

/// Growth chart of `width` x `height` units; labels stay readable because the page picks the width that fits.
[[nodiscard]] std::string growth_chart(const Series& series, double width, double height, std::string_view css_class);

/// Columns, one per value, for eyes only; the values stand beside it as text.
[[nodiscard]] std::string columns(const std::vector<double>& values);

}  // namespace heapdiff::html
