#include "html/chart.h"

#include "heapdiff/diff/capture_time.h"
#include "heapdiff/reports/quantity.h"
#include "html/markup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heapdiff::html {

namespace {

/// The distance of ticks: 1, 2 or 5 times a power of ten, so that at most `steps` of them span `range`.
double nice_step(double range, double steps) {
  const double raw = std::max(range / steps, 1e-9);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= raw) {
      return factor * power;
    }
  }
  return 10 * power;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

struct Frame {
  double left, right, top, bottom;
  double x_low, x_high, y_low, y_high;
  [[nodiscard]] double x(double value) const {
    return left + (right - left) * (x_high > x_low ? (value - x_low) / (x_high - x_low) : 0.5);
  }
  [[nodiscard]] double y(double value) const { return bottom - (bottom - top) * (value - y_low) / (y_high - y_low); }
};

std::string points(const Frame& f, const std::vector<double>& x, const std::vector<double>& y, bool backwards) {
  std::string out;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t k = backwards ? x.size() - 1 - i : i;
    out += fmt::format("{:.1f},{:.1f} ", f.x(x[k]), f.y(std::max(y[k], f.y_low)));
  }
  return out;
}

std::string x_label(const Series& s, double value) {
  if (!s.timed) {
    return fmt::format("#{:.0f}", value);
  }
  const auto ns = static_cast<std::int64_t>(std::llround(s.start_s + value * 3600)) * 1'000'000'000;
  std::string time = format_time(ns);
  const double span = s.x.back() - s.x.front();
  if (time.size() < 19) {
    return time;
  }
  return span > 48 ? time.substr(5, 5) : time.substr(11, span > 2 ? 5 : 8);
}

}  // namespace

Series series_of(const RcaReport& report) {
  Series s;
  s.timed = true;
  std::vector<double> seconds;
  for (const ReportSnapshot& snapshot : report.snapshots) {
    const auto ns = snapshot.captured_at ? parse_time(*snapshot.captured_at) : std::nullopt;
    s.timed = s.timed && ns.has_value() && snapshot.captured_at_source != "none";
    seconds.push_back(ns ? static_cast<double>(*ns) / 1e9 : 0);
    s.bytes.push_back(static_cast<double>(snapshot.self_size_bytes));
    s.off_heap.push_back(static_cast<double>(snapshot.off_heap_bytes));
  }
  s.timed =
      s.timed && !seconds.empty() && seconds.back() > seconds.front() && std::is_sorted(seconds.begin(), seconds.end());
  s.start_s = s.timed ? seconds.front() : 0;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    s.x.push_back(s.timed ? (seconds[i] - s.start_s) / 3600 : static_cast<double>(i + 1));
  }
  if (s.timed && report.heap_rate) {
    const double middle_x = mean(s.x);
    const double middle_y = mean(s.bytes);
    const auto line = [&](double slope) {
      std::vector<double> y;
      for (const double x : s.x) {
        y.push_back(middle_y + slope * (x - middle_x));
      }
      return y;
    };
    s.fit = line(report.heap_rate->estimate);
    if (report.heap_rate->low && report.heap_rate->high) {
      s.low = line(*report.heap_rate->low);
      s.high = line(*report.heap_rate->high);
    }
  }
  return s;
}

Axis axis_of(const Series& s) {
  double low = *std::min_element(s.bytes.begin(), s.bytes.end());
  double high = *std::max_element(s.bytes.begin(), s.bytes.end());
  for (const auto* line : {&s.low, &s.high}) {
    for (const double y : *line) {
      low = std::min(low, y);
      high = std::max(high, y);
    }
  }
  constexpr double kLeastShare = 0.2;  // of the height, for the range of the values
  const bool from_zero = high - low >= kLeastShare * high;
  const double step = nice_step(from_zero ? high : std::max(high - low, high * 0.02), from_zero ? 6 : 5);
  const double bottom = from_zero ? 0 : std::max(0.0, std::floor(low / step) * step);
  return {bottom, std::max(std::ceil(high / step) * step, bottom + step), step};
}

std::string tick_label(double bytes, const Axis& axis) {
  if (bytes == 0) {
    return "0";
  }
  const ByteUnit unit = byte_unit(axis.high);
  const double step = axis.step / unit.bytes;
  const int digits = step >= 1 ? 0 : static_cast<int>(std::ceil(-std::log10(step) - 1e-9));
  return fmt::format("{:.{}f} {}", bytes / unit.bytes, digits, unit.name);
}

std::string growth_chart(const Series& s, double width, double height, std::string_view css_class) {
  const Axis axis = axis_of(s);
  const auto [y_low, y_high, step] = axis;
  const Frame f{72, width - 20, 14, height - 34, s.x.front(), s.x.back(), y_low, y_high};
  std::string out = fmt::format(
      "<svg class=\"chart {0}\" viewBox=\"0 0 {1:.0f} {2:.0f}\" width=\"{1:.0f}\" height=\"{2:.0f}\" role=\"img\" "
      "aria-label=\"Heap size from {3} to {4} over {5} snapshots\">\n",
      css_class, width, height, format_bytes(s.bytes.front()), format_bytes(s.bytes.back()), s.bytes.size());
  for (int i = 0; y_low + i * step <= y_high + step / 2 && i < 20; ++i) {
    const double y = y_low + i * step;
    out += fmt::format(
        "<path class=\"grid\" d=\"M{:.1f} {:.1f}H{:.1f}\"/><text class=\"tick end\" x=\"{:.1f}\" "
        "y=\"{:.1f}\">{}</text>\n",
        f.left, f.y(y), f.right, f.left - 10, f.y(y) + 4, tick_label(y, axis));
  }
  if (!s.high.empty()) {
    out += fmt::format("<polygon class=\"band\" points=\"{}{}\"/>\n", points(f, s.x, s.high, false),
                       points(f, s.x, s.low, true));
  }
  if (!s.fit.empty()) {
    out += fmt::format("<polyline class=\"fit\" points=\"{}\"/>\n", points(f, s.x, s.fit, false));
  }
  out += fmt::format("<polyline class=\"line\" points=\"{}\"/>\n", points(f, s.x, s.bytes, false));
  const auto labels = static_cast<std::size_t>(std::max(2.0, (f.right - f.left) / 84));
  const std::size_t every = (s.x.size() + labels - 1) / labels;
  for (std::size_t i = 0; i < s.x.size(); ++i) {
    if (s.x.size() <= 120) {
      out +=
          fmt::format("<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>\n", f.x(s.x[i]), f.y(s.bytes[i]));
    }
    if (i % every == 0) {
      out += fmt::format("<text class=\"tick {}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                         i + 1 == s.x.size() ? "end" : "centre", i + 1 == s.x.size() ? f.right + 16 : f.x(s.x[i]),
                         f.bottom + 22, x_label(s, s.x[i]));
    }
  }
  return out + "</svg>\n";
}

std::string columns(const std::vector<double>& values) {
  if (values.empty()) {
    return {};
  }
  const double top = std::max(*std::max_element(values.begin(), values.end()), 1.0);
  const double wide = 120.0 / static_cast<double>(values.size());
  std::string out = "<svg class=\"columns\" viewBox=\"0 0 120 36\" width=\"120\" height=\"36\" aria-hidden=\"true\">";
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double height = std::max(1.0, 36 * std::max(values[i], 0.0) / top);
    out +=
        fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
                    static_cast<double>(i) * wide, 36 - height, std::max(wide - std::min(3.0, wide / 4), 0.5), height);
  }
  return out + "</svg>";
}

}  // namespace heapdiff::html
