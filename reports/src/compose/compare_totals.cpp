// The differences of two heaps by file and line, and lists that are short and still add up.

#include "compose/report_parts.h"
#include "heapdiff/diff/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

namespace heapdiff::compose {

namespace {

void sort_totals(std::vector<ReportCompareTotal>& totals) {
  std::stable_sort(totals.begin(), totals.end(), [](const ReportCompareTotal& a, const ReportCompareTotal& b) {
    return larger_difference(a.difference(), b.difference());
  });
}

/// The first `kMax` and the last ones; what lies between is one entry, so that the list still adds up.
void shorten(std::vector<ReportCompareTotal>& totals) {
  constexpr std::size_t kMax = 60;
  if (totals.size() <= kMax) {
    return;
  }
  std::stable_sort(totals.begin(), totals.end(), [](const ReportCompareTotal& a, const ReportCompareTotal& b) {
    return std::abs(a.difference()) > std::abs(b.difference());
  });
  ReportCompareTotal rest{fmt::format("({} others)", totals.size() - kMax), {}, 0, 0};
  for (std::size_t i = kMax; i < totals.size(); ++i) {
    rest.base_bytes += totals[i].base_bytes;
    rest.new_bytes += totals[i].new_bytes;
  }
  totals.resize(kMax);
  sort_totals(totals);
  totals.push_back(std::move(rest));
}

}  // namespace

std::vector<ReportCompareTotal> line_totals(const ReportComparison& comparison) {
  std::map<std::string, ReportCompareTotal> totals;
  std::int64_t base = comparison.base_bytes;
  std::int64_t now = comparison.new_bytes;
  for (const ReportCompareRow& row : comparison.rows) {
    if (row.sites.empty()) {
      continue;
    }
    const std::string name = fmt::format("{}:{}", row.sites.front().file, row.sites.front().line);
    ReportCompareTotal& total = totals[name];
    total.name = name;
    total.base_bytes += row.base_bytes;
    total.new_bytes += row.new_bytes;
    base -= row.base_bytes;
    now -= row.new_bytes;
  }
  std::vector<ReportCompareTotal> list;
  list.reserve(totals.size() + 1);
  for (auto& [name, total] : totals) {
    list.push_back(std::move(total));
  }
  list.push_back({"(no line)", {}, base, now});
  return list;
}

void arrange_totals(std::vector<ReportCompareTotal>& totals) {
  sort_totals(totals);
  shorten(totals);
}

}  // namespace heapdiff::compose
