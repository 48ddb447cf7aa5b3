// Rows of a comparison in words, the same in all formats.

#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace heapdiff::compose {

namespace {

constexpr std::string_view kRootsClass = "(synthetic)";    // of the nodes that stand for V8's roots
constexpr std::string_view kUnreachedClass = "unreached";  // of libdiff's shapes: where no path leads

constexpr const char* kRootsWords = "V8's roots";
constexpr const char* kUnreachedWords = "what only weak references lead to";

}  // namespace

std::string growth_words(const ReportSuspect& s) {
  const std::string bytes = format_bytes(static_cast<double>(s.growth_bytes));
  if (!s.rate && !s.per_step) {
    return is_one_file(s.ages) ? bytes : bytes + " more than in the base";
  }
  return fmt::format("{}, {}", bytes, format_growth_rate(s.rate, s.per_step));
}

std::string compare_words(const ReportCompareRow& row) {
  if (row.kind == "engine") {
    return row.constructor.empty() ? "the engine's own: compiled code, feedback, hidden classes" +
                                         (row.package.empty() ? std::string() : " of " + row.package)
                                   : std::string("allocated by the runtime alone");
  }
  if (row.kind == "scattered") {
    return row.package.empty() ? std::string("many small places") : "many small places of " + row.package;
  }
  if (row.kind == "function") {
    return row.constructor;
  }
  if (row.constructor == kUnreachedClass && row.holder.empty()) {
    return kUnreachedWords;
  }
  // V8's roots have classes and labels that no program gives.
  const bool by_root = row.holder.empty() || row.holder == kRootsClass;
  if (row.constructor == kRootsClass && by_root) {
    return kRootsWords;
  }
  std::string text = fmt::format("{} held by {}", row.constructor, by_root ? kRootsWords : row.holder);
  // The label of a place below the root is its class once more.
  if (!row.label.empty() && row.label != "[]" && row.label != "*" && row.label != row.constructor &&
      row.label != kRootsClass && row.label.size() < 80) {
    text += fmt::format(" \"{}\"", row.label);
  }
  if (row.base_objects != row.new_objects) {
    text += fmt::format(" ({} to {} objects)", format_count(row.base_objects), format_count(row.new_objects));
  }
  return text;
}

std::string compare_place(const ReportCompareRow& row) {
  if (!row.sites.empty()) {
    return fmt::format("{}:{}", row.sites.front().file, row.sites.front().line);
  }
  return row.kind == "scattered" ? std::string() : row.package;
}

std::string compare_mark(const ReportCompareRow& row) {
  return row.is_noise ? ", within the noise" : row.is_new && row.difference() > 0 ? ", new" : "";
}

std::string compare_interval(const ReportCompareRow& row) {
  if (!row.low || !row.high) {
    return {};
  }
  const std::string low = format_change(*row.low);
  const std::string high = format_change(*row.high);
  return low == high ? std::string() : fmt::format(" (95 % {} to {})", low, high);  // all snapshots agree
}

std::vector<ReportCompareTotal> shown_totals(const std::vector<ReportCompareTotal>& totals, std::size_t most) {
  const std::size_t kept = totals.size() <= most + 1 ? totals.size() : most;
  std::vector<ReportCompareTotal> shown(totals.begin(), totals.begin() + static_cast<std::ptrdiff_t>(kept));
  for (ReportCompareTotal& total : shown) {
    total.name = total.name == kRootsClass ? kRootsWords : total.name == kUnreachedClass ? kUnreachedWords : total.name;
  }
  if (kept == totals.size()) {
    return shown;
  }
  ReportCompareTotal rest{fmt::format("({} others)", totals.size() - most), {}, 0, 0};
  for (std::size_t i = most; i < totals.size(); ++i) {
    rest.base_bytes += totals[i].base_bytes;
    rest.new_bytes += totals[i].new_bytes;
  }
  shown.push_back(std::move(rest));
  return shown;
}

}  // namespace heapdiff::compose
