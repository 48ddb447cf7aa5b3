// The tables of a comparison as blocks of a document.

#include "compose/compose.h"
#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::compose {

using namespace model;

namespace {

constexpr std::size_t kMaxTotals = 10;

std::string size(std::int64_t bytes) { return format_bytes(static_cast<double>(bytes)); }
std::string change(std::int64_t bytes) { return format_change(static_cast<double>(bytes)); }

void totals_table(Document& out, const char* title, const std::vector<ReportCompareTotal>& totals, unsigned level) {
  if (totals.empty()) {
    return;
  }
  out.heading(level, {plain(title)});
  std::vector<std::vector<Spans>> rows{{{plain("difference")}, {plain("base")}, {plain("new")}, {plain("name")}}};
  for (const ReportCompareTotal& total : shown_totals(totals, kMaxTotals)) {
    rows.push_back({{plain(change(total.difference()))},
                    {plain(size(total.base_bytes))},
                    {plain(size(total.new_bytes))},
                    {code(total.version.empty() ? total.name : total.name + " " + total.version)}});
  }
  out.table({true, true, true, false}, std::move(rows));
}

}  // namespace

void compose_owners(Document& out, const RcaReport& report, unsigned level) {
  if (report.owners.empty()) {
    return;
  }
  out.heading(level, {plain("Owners of the last snapshot")});
  std::vector<std::vector<Spans>> rows{{{plain("bytes")}, {plain("owner")}}};
  std::int64_t rest = 0;
  for (std::size_t i = 0; i < report.owners.size(); ++i) {
    const ReportOwner& owner = report.owners[i];
    if (i >= kMaxTotals) {
      rest += owner.bytes;
      continue;
    }
    rows.push_back(
        {{plain(size(owner.bytes))}, {code(owner.version.empty() ? owner.name : owner.name + " " + owner.version)}});
  }
  if (report.owners.size() > kMaxTotals) {
    rows.push_back({{plain(size(rest))}, {plain(fmt::format("{} others", report.owners.size() - kMaxTotals))}});
  }
  out.table({true, false}, std::move(rows));
}

void compose_comparison(Document& out, const RcaReport& report, std::size_t most, unsigned level, bool totals) {
  const ReportComparison& c = *report.comparison;
  out.heading(level, {plain(c.of_profiles ? "By function" : "By holder")});
  const bool per_operation = std::any_of(c.rows.begin(), c.rows.end(), [](const auto& r) { return r.per_operation; });
  std::vector<std::vector<Spans>> rows{
      {{plain("difference")}, {plain("base")}, {plain("new")}, {plain("where")}, {plain("line or package")}}};
  std::vector<bool> right{true, true, true, false, false};
  if (per_operation) {
    rows.front().insert(rows.front().begin() + 1, {plain("per operation")});
    right.insert(right.begin(), true);
  }
  std::int64_t left = c.unexplained_bytes;
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < c.rows.size(); ++i) {
    const ReportCompareRow& row = c.rows[i];
    if (i >= most) {
      left += row.difference();
      ++left_out;
      continue;
    }
    const std::string place = compare_place(row);
    std::vector<Spans> cells{{plain(change(row.difference()) + compare_interval(row))},
                             {plain(size(row.base_bytes))},
                             {plain(size(row.new_bytes))},
                             {plain(compare_words(row) + compare_mark(row))},
                             place.empty() ? Spans{} : Spans{code(place)}};
    if (per_operation) {
      cells.insert(cells.begin() + 1,
                   {plain(row.per_operation ? format_change(*row.per_operation) + "/op" : std::string())});
    }
    rows.push_back(std::move(cells));
  }
  std::vector<Spans> rest{
      {plain(change(left))},
      {},
      {},
      {plain(left_out == 0 ? "unexplained" : fmt::format("{} smaller rows and unexplained", left_out))},
      {}};
  std::vector<Spans> sum{{strong(change(c.difference()))},
                         {plain(size(c.base_bytes))},
                         {plain(size(c.new_bytes))},
                         {strong(c.of_profiles ? "all sampled bytes" : "the whole heap")},
                         {}};
  if (per_operation) {
    rest.insert(rest.begin() + 1, Spans{});
    sum.insert(sum.begin() + 1, Spans{});
  }
  rows.push_back(std::move(rest));
  rows.push_back(std::move(sum));
  out.table(std::move(right), std::move(rows));
  if (!totals) {
    return;
  }
  totals_table(out, "By package or folder", c.packages, level);
  totals_table(out, "By file and line", c.lines, level);
  totals_table(out, "By constructor", c.constructors, level);
}

}  // namespace heapdiff::compose
