// The tables of a report as one CSV file. Each row names its table, so that a spreadsheet can filter by it.

#include "compose/report_words.h"
#include "formats/writers.h"
#include "heapdiff/reports/escape.h"

#include <fmt/format.h>

namespace heapdiff::formats {

namespace {

std::string number(const std::optional<double>& value) { return value ? fmt::format("{:.0f}", *value) : ""; }

void growth_rows(std::string& out, const char* table, const std::vector<ReportGrowthRow>& rows) {
  for (const ReportGrowthRow& r : rows) {
    out += fmt::format("\"{}\",{},{},,{},{},{},{},{},{},,,\r\n", table, escape_csv(r.name), escape_csv(r.place),
                       r.count_before, r.count_after, r.self_before, r.self_after, r.retained_before, r.retained_after);
  }
}

void totals_rows(std::string& out, const char* table, const std::vector<ReportCompareTotal>& totals) {
  for (const ReportCompareTotal& total : totals) {
    out += fmt::format("\"{}\",{},{},,,,{},{},,,,,\r\n", table, escape_csv(total.name), escape_csv(total.version),
                       total.base_bytes, total.new_bytes);
  }
}

}  // namespace

std::string write_csv(const RcaReport& report) {
  std::string out =
      "table,name,place,time,count_before,count_after,self_bytes_before,self_bytes_after,retained_bytes_before,"
      "retained_bytes_after,bytes_per_hour,bytes_per_hour_low,bytes_per_hour_high\r\n";
  for (const ReportSnapshot& s : report.snapshots) {
    out += fmt::format("\"snapshot\",{},\"\",{},,{},,{},,,,,\r\n", escape_csv(s.path), s.captured_at.value_or(""),
                       s.node_count, s.self_size_bytes);
  }
  for (const std::string& warning : report.warnings) {
    out += fmt::format("\"warning\",{},\"\",,,,,,,,,,\r\n", escape_csv(warning));
  }
  for (const ReportSuspect& s : report.suspects) {
    const std::string place =
        s.sites.empty() ? std::string() : fmt::format("{}:{}", s.sites.front().file, s.sites.front().line);
    const std::int64_t before = s.levels.empty() ? 0 : s.levels.front().bytes;
    const std::int64_t after = s.levels.empty() ? s.growth_bytes : s.levels.back().bytes;
    out += fmt::format("\"suspect\",{},{},,,{},,,{},{},{},{},{}\r\n", escape_csv(s.title), escape_csv(place),
                       s.object_count_growth, before, after,
                       number(s.rate ? std::optional<double>(s.rate->estimate) : std::nullopt),
                       number(s.rate ? s.rate->low : std::nullopt), number(s.rate ? s.rate->high : std::nullopt));
  }
  if (report.comparison) {
    for (const ReportCompareRow& row : report.comparison->rows) {
      out += fmt::format("\"row\",{},{},,{},{},{},{},,,,,\r\n", escape_csv(compose::compare_words(row)),
                         escape_csv(compose::compare_place(row)), row.base_objects, row.new_objects, row.base_bytes,
                         row.new_bytes);
    }
    out += fmt::format("\"unexplained\",\"\",\"\",,,,0,{},,,,,\r\n", report.comparison->unexplained_bytes);
    totals_rows(out, "package", report.comparison->packages);
    totals_rows(out, "line", report.comparison->lines);
    totals_rows(out, "class", report.comparison->constructors);
  }
  growth_rows(out, "constructor", report.constructors);
  growth_rows(out, "closure", report.closures);
  growth_rows(out, "listener", report.listeners);
  return out;
}

}  // namespace heapdiff::formats
