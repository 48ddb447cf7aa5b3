// The memory of the whole process, beside that of its heap.

#include "compose/report_parts.h"
#include "heapdiff/diff/capture_time.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::compose {

namespace {

/// "80 MB to 144 MB"; empty where one of them is not known.
std::string first_to_last(const std::vector<MemoryPoint>& points, std::optional<std::uint64_t> MemoryUsage::*part) {
  const auto first = points.front().before.*part;
  const auto last = points.back().before.*part;
  return first && last ? fmt::format("{} to {}", format_bytes(static_cast<double>(*first)),
                                     format_bytes(static_cast<double>(*last)))
                       : std::string();
}

/// "resident 80 MB to 144 MB, heap used 5 MB to 5 MB, external 1 MB to 1 MB".
std::string parts_text(const std::vector<MemoryPoint>& points) {
  const std::pair<const char*, std::optional<std::uint64_t> MemoryUsage::*> kParts[] = {
      {"resident (RSS)", &MemoryUsage::rss},
      {"heap used", &MemoryUsage::heap_used},
      {"external", &MemoryUsage::external}};
  std::string text;
  for (const auto& [name, part] : kParts) {
    if (const std::string change = first_to_last(points, part); !change.empty()) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, change);
    }
  }
  return text;
}

ReportMemoryPoint report_point(const MemoryPoint& point) {
  ReportMemoryPoint out;
  if (point.at_ns) {
    out.at = format_time(*point.at_ns);
  }
  out.rss = point.before.rss;
  out.heap_total = point.before.heap_total;
  out.heap_used = point.before.heap_used;
  out.external = point.before.external;
  out.array_buffers = point.before.array_buffers;
  return out;
}

}  // namespace

std::string outside_growth_text(const ReportInput& input) {
  const OutsideMemory& outside = input.outside;
  const std::string rate = outside.rate ? fmt::format(", {}/h", format_bytes(outside.rate->estimate)) : std::string();
  return fmt::format("{}{} outside of it: {}", format_bytes(outside.growth_bytes), rate, parts_text(input.memory));
}

void set_memory(RcaReport& report, const ReportInput& input) {
  if (input.memory.empty()) {
    return;
  }
  ReportProcessMemory memory;
  for (const MemoryPoint& point : input.memory) {
    memory.points.push_back(report_point(point));
  }
  const OutsideMemory& outside = input.outside;
  if (outside.is_known) {
    memory.outside_growth_bytes = static_cast<std::int64_t>(outside.growth_bytes);
    memory.outside_rate = outside.rate ? std::optional(rate_value(*outside.rate)) : std::nullopt;
    memory.outside_grows = outside.grew();
  }
  if (const std::string parts = parts_text(input.memory); !parts.empty()) {
    report.rate_notes.push_back(fmt::format("The process: {}.", parts));
  }
  if (outside.grew() && input.verdict.reason != VerdictReason::outside_heap) {
    report.cautions.push_back(fmt::format(
        "The process grows outside of its JavaScript heap, too: by {} that no snapshot shows (native memory, "
        "fragmentation, heaps of workers).",
        format_bytes(outside.growth_bytes)));
  }
  report.memory = std::move(memory);
}

}  // namespace heapdiff::compose
