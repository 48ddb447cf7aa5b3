// Tables, the chart and the inputs of the report for a terminal.

#include "compose/report_words.h"
#include "formats/text_parts.h"
#include "heapdiff/reports/quantity.h"
#include "model/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace heapdiff::formats {

using namespace compose;
using namespace model;

namespace {

constexpr std::size_t kMaxRows = 10;

}  // namespace

void write_text_rows(TextWriter& out, std::string_view title, const std::vector<ReportGrowthRow>& rows, bool sizes) {
  if (rows.empty()) {
    return;
  }
  out.heading(title);
  out.line(out.style(ink::kDim, sizes ? fmt::format("  {:>7} {:>9} {:>14}  name", "before", "after", "Retained Delta")
                                      : fmt::format("  {:>7} {:>9}  name", "before", "after")));
  for (std::size_t i = 0; i < rows.size() && i < kMaxRows; ++i) {
    const ReportGrowthRow& r = rows[i];
    const std::string before = fmt::format("  {:>7}", format_count(r.count_before));
    const std::string after = fmt::format(" {:>9}", format_count(r.count_after));
    const std::string retained =
        sizes ? fmt::format(" {:>14}", format_change(static_cast<double>(r.retained_after - r.retained_before))) : "";
    const std::size_t lead = columns_of(before) + columns_of(after) + columns_of(retained) + 2;
    const std::string name = out.fit(r.name, lead);
    const char* const ink_of_after = r.count_after > r.count_before ? ink::kAttention : ink::kDim;
    const std::string row =
        fmt::format("{}{}{}  {}", out.style(ink::kDim, before), out.style(ink_of_after, after), retained, name);
    const std::size_t used = lead + columns_of(name) + 2;
    if (r.place.empty()) {
      out.line(row);
    } else if (used + 24 <= out.width()) {
      out.line(row + "  " + out.style(ink::kPlace, out.fit_path(r.place, used)));
    } else {
      out.line(row);
      out.line(std::string(lead, ' ') + out.style(ink::kPlace, out.fit_path(r.place, lead)));
    }
  }
  if (rows.size() > kMaxRows) {
    out.line(out.style(ink::kDim,
                       out.fit(fmt::format("  and {} more, in the JSON and HTML reports", rows.size() - kMaxRows), 0)));
  }
}

/// One bar per snapshot. Its lighter end is memory outside the JavaScript heap.
void write_text_chart(TextWriter& out, const RcaReport& report) {
  if (report.snapshots.empty()) {
    return;
  }
  out.heading(report.snapshots.size() == 1 ? "HEAP" : "HEAP AT EACH SNAPSHOT");
  double largest = 1;
  const bool off_heap = off_heap_matters(report);
  for (const ReportSnapshot& s : report.snapshots) {
    largest = std::max(largest, static_cast<double>(s.self_size_bytes));
  }
  const std::size_t used = off_heap ? 46 : 34;
  const std::size_t cells = std::clamp<std::size_t>(out.width() > used ? out.width() - used : 2, 2, 60);
  for (const ReportSnapshot& s : report.snapshots) {
    const auto bytes = static_cast<double>(s.self_size_bytes);
    const auto outside = static_cast<double>(s.off_heap_bytes);
    std::string row = fmt::format("  {:<20}  {:>8}  ", s.captured_at.value_or("time not known"), format_bytes(bytes));
    if (off_heap) {
      row += fmt::format("{:>8}    ", format_bytes(outside));
    }
    const std::string bar = text_bar((off_heap ? bytes - outside : bytes) / largest, cells);
    std::string light;
    if (off_heap) {
      const auto all = static_cast<std::size_t>(std::lround(bytes / largest * static_cast<double>(cells)));
      for (std::size_t i = columns_of(bar); i < all; ++i) {
        light += "░";
      }
    }
    out.line(out.fit(fmt::format("{}{}{}", row, bar, light), 0));
  }
  if (off_heap) {
    out.wrap("  ", "The second number, and the light part of a bar, is memory outside the JavaScript heap.", ink::kDim);
  }
}

void write_text_inputs(TextWriter& out, const RcaReport& report) {
  out.heading("INPUTS");
  const std::string folder = common_folder(report);
  out.wrap("  ", compose::program_words(report) + (folder.empty() ? folder : ", in " + folder), ink::kDim);
  for (const ReportSnapshot& s : report.snapshots) {
    out.line(out.fit_path("  " + s.path.substr(folder.size()), 0));
    out.wrap("    ",
             fmt::format("{} nodes, {} edges, {}, time from {}, XXH3 {}", format_count(s.node_count),
                         format_count(s.edge_count), file_size_words(s), s.captured_at_source, s.digest),
             ink::kDim);
  }
  out.wrap("  ", fmt::format("heapdiff {}: {}", report.tool_version, report.command_line));
}

}  // namespace heapdiff::formats
