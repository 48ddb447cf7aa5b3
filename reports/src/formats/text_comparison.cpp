// A comparison for a terminal: rows that add up, then packages, lines and constructors.

#include "compose/report_words.h"
#include "formats/text_parts.h"
#include "heapdiff/reports/quantity.h"
#include "model/columns.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <vector>

namespace heapdiff::formats {

using namespace compose;
using namespace model;

namespace {

constexpr std::size_t kMaxCompareRows = 12;
constexpr std::size_t kMaxCompareTotals = 6;

std::string numbers(std::int64_t difference, std::int64_t base, std::int64_t now) {
  return fmt::format("  {:>10} {:>9} {:>9}", format_change(static_cast<double>(difference)),
                     format_bytes(static_cast<double>(base)), format_bytes(static_cast<double>(now)));
}

/// "95 % +361 kB to +1.0 MB, +4.1 MB/h": what is known and is not zero.
std::string spread_words(const ReportCompareRow& row) {
  std::vector<std::string> parts;
  if (const std::string interval = compare_interval(row); !interval.empty()) {
    parts.push_back(interval.substr(2, interval.size() - 3));
  }
  const auto add = [&](const std::optional<double>& change, const char* unit) {
    if (change && std::abs(*change) >= 0.5) {  // less is written as zero
      parts.push_back(format_change(*change) + unit);
    }
  };
  add(row.per_operation, "/op");
  add(row.per_hour, "/h");
  return fmt::format("{}", fmt::join(parts, ", "));
}

void write_totals(TextWriter& out, const char* title, const std::vector<ReportCompareTotal>& totals) {
  if (totals.empty()) {
    return;
  }
  out.heading(title);
  for (const ReportCompareTotal& total : shown_totals(totals, kMaxCompareTotals)) {
    const std::string lead = numbers(total.difference(), total.base_bytes, total.new_bytes) + "  ";
    out.line(lead + out.fit(total.version.empty() ? total.name : total.name + " " + total.version, columns_of(lead)));
  }
}

}  // namespace

void write_text_owners(TextWriter& out, const RcaReport& report) {
  if (report.owners.empty()) {
    return;
  }
  out.heading("OWNERS OF THE LAST SNAPSHOT");
  std::int64_t rest = 0;
  for (std::size_t i = 0; i < report.owners.size(); ++i) {
    const ReportOwner& owner = report.owners[i];
    if (i >= kMaxCompareTotals) {
      rest += owner.bytes;
      continue;
    }
    const std::string lead = fmt::format("  {:>9}  ", format_bytes(static_cast<double>(owner.bytes)));
    out.line(lead + out.fit(owner.version.empty() ? owner.name : owner.name + " " + owner.version, columns_of(lead)));
  }
  if (report.owners.size() > kMaxCompareTotals) {
    out.line(fmt::format("  {:>9}  {} others", format_bytes(static_cast<double>(rest)),
                         report.owners.size() - kMaxCompareTotals));
  }
}

void write_text_compare_rows(TextWriter& out, const RcaReport& report, std::size_t most, CompareNoise noise) {
  const ReportComparison& c = *report.comparison;
  out.heading(c.of_profiles ? "BY FUNCTION" : "BY HOLDER");
  out.line(out.style(ink::kDim, fmt::format("  {:>10} {:>9} {:>9}  where", "difference", "base", "new")));
  std::int64_t left = c.unexplained_bytes;
  std::size_t left_out = 0;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < c.rows.size(); ++i) {
    const ReportCompareRow& row = c.rows[i];
    if (shown >= most || (row.is_noise && noise == CompareNoise::left_out)) {
      left += row.difference();
      ++left_out;
      continue;
    }
    ++shown;
    const std::string lead = numbers(row.difference(), row.base_bytes, row.new_bytes) + "  ";
    const bool matters = !row.is_noise && row.difference() > 0 && row.kind != "engine";
    out.wrap(lead, compare_words(row) + compare_mark(row), matters ? ink::kAttention : ink::kDim);
    const std::string indent(columns_of(lead), ' ');
    if (const std::string more = spread_words(row); !more.empty()) {
      out.wrap(indent, more, ink::kDim);
    }
    if (const std::string place = compare_place(row); !place.empty()) {
      out.line(indent + out.style(ink::kPlace, out.fit_path(place, columns_of(lead))));
    }
  }
  const std::string rest = fmt::format("  {:>10} {:>9} {:>9}  ", format_change(static_cast<double>(left)), "", "");
  out.line(rest + (left_out == 0
                       ? "unexplained"
                       : fmt::format("{} smaller {} and unexplained", left_out, left_out == 1 ? "row" : "rows")));
  out.line(out.style(ink::kHeading, numbers(c.difference(), c.base_bytes, c.new_bytes) +
                                        (c.of_profiles ? "  all sampled bytes" : "  the whole heap")));
}

void write_text_comparison(TextWriter& out, const RcaReport& report) {
  const ReportComparison& c = *report.comparison;
  write_text_compare_rows(out, report, kMaxCompareRows, CompareNoise::shown);
  write_totals(out, "BY PACKAGE OR FOLDER", c.packages);
  write_totals(out, "BY FILE AND LINE", c.lines);
  write_totals(out, "BY CONSTRUCTOR", c.constructors);
}

}  // namespace heapdiff::formats
