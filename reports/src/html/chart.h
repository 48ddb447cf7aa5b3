#pragma once
// Charts as inline SVG, and their data for scripts.

#include "heapdiff/reports/rca_report.h"

#include <string>
#include <vector>

namespace heapdiff::html {

/// The heap's self size over time. `x` is hours since the first snapshot, or the number of the snapshot (from 1) where
/// a time is missing or no time passes.
struct Series {
  bool timed = false;
  double start_s = 0;  ///< time of the first snapshot in seconds since 1970; 0 when times are not known
  std::vector<double> x;
  std::vector<double> bytes;
  std::vector<double> off_heap;
  /// The fitted line and the two lines of the slope's interval. All go through the point of the means. Empty without a
  /// rate.
  std::vector<double> fit, low, high;
};
[[nodiscard]] Series series_of(const RcaReport& report);

/// The part of the vertical axis that a chart shows, in bytes. It starts at zero, unless the line would be so flat that
/// nobody saw its slope: then the page says where the axis starts.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 1;
};
[[nodiscard]] Axis axis_of(const Series& series);

/// The label of a tick, in the unit of the axis and with as many digits as tell two ticks apart: "4.35 MB".
[[nodiscard]] std::string tick_label(double bytes, const Axis& axis);

/// The growth chart in `width` x `height` units. The page has two widths and shows the one that fits.
[[nodiscard]] std::string growth_chart(const Series& series, double width, double height, std::string_view css_class);

/// A column chart of the values, hidden from screen readers: the values are next to it as text.
[[nodiscard]] std::string columns(const std::vector<double>& values);

}  // namespace heapdiff::html
