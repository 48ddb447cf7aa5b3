#include "fleet/report_rows.h"

#include "heapdiff/reports/redact.h"
#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"
#include "io/row_sink.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <optional>

namespace heapdiff {

namespace {

using Json = nlohmann::json;
using Type = RowColumn::Type;

constexpr std::array kSuspects = {
    RowColumn{"dt", Type::text},
    RowColumn{"service", Type::text},
    RowColumn{"release", Type::text},
    RowColumn{"report", Type::text},
    RowColumn{"verdict", Type::text},
    RowColumn{"captured_at", Type::text},
    RowColumn{"rank", Type::integer},
    RowColumn{"signature", Type::text},
    RowColumn{"kind", Type::text},
    RowColumn{"constructor", Type::text},
    RowColumn{"title", Type::text},
    RowColumn{"proven", Type::boolean},
    RowColumn{"file", Type::text},
    RowColumn{"line", Type::integer},
    RowColumn{"function", Type::text},
    RowColumn{"precision", Type::text},
    RowColumn{"growth_bytes", Type::integer},
    RowColumn{"object_growth", Type::integer},
    RowColumn{"off_heap_bytes", Type::integer},
    RowColumn{"fix_frees_bytes", Type::integer},
    RowColumn{"bytes_per_hour", Type::real},
    RowColumn{"bytes_per_hour_low", Type::real},
    RowColumn{"bytes_per_hour_high", Type::real},
    RowColumn{"bytes_per_op", Type::real},
    RowColumn{"bytes_per_op_low", Type::real},
    RowColumn{"bytes_per_op_high", Type::real},
    RowColumn{"commit_id", Type::text},
    RowColumn{"commit_date", Type::text},
};
constexpr std::array kSeries = {
    RowColumn{"dt", Type::text},
    RowColumn{"service", Type::text},
    RowColumn{"release", Type::text},
    RowColumn{"report", Type::text},
    RowColumn{"verdict", Type::text},
    RowColumn{"step", Type::integer},
    RowColumn{"snapshot", Type::text},
    RowColumn{"captured_at", Type::text},
    RowColumn{"self_bytes", Type::integer},
    RowColumn{"off_heap_bytes", Type::integer},
    RowColumn{"nodes", Type::integer},
    RowColumn{"edges", Type::integer},
    RowColumn{"xxh3", Type::text},
};
constexpr std::array kClasses = {
    RowColumn{"dt", Type::text},
    RowColumn{"service", Type::text},
    RowColumn{"release", Type::text},
    RowColumn{"report", Type::text},
    RowColumn{"name", Type::text},
    RowColumn{"place", Type::text},
    RowColumn{"count_before", Type::integer},
    RowColumn{"count_after", Type::integer},
    RowColumn{"self_bytes_before", Type::integer},
    RowColumn{"self_bytes_after", Type::integer},
    RowColumn{"retained_bytes_before", Type::integer},
    RowColumn{"retained_bytes_after", Type::integer},
};
constexpr std::array kOwners = {
    RowColumn{"dt", Type::text},       RowColumn{"service", Type::text}, RowColumn{"release", Type::text},
    RowColumn{"report", Type::text},   RowColumn{"name", Type::text},    RowColumn{"version", Type::text},
    RowColumn{"bytes", Type::integer},
};

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) {
    return nullptr;
  }
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

RowValue text(const Json* value) {
  constexpr std::size_t kMaxLength = 1000;
  return value != nullptr && value->is_string()
             ? RowValue(mask_secrets(visible_text(value->get_ref<const std::string&>(), kMaxLength)))
             : RowValue();
}
RowValue integer(const Json* value) {
  if (value == nullptr || !value->is_number_integer() ||
      (value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX)) {
    return {};
  }
  return value->get<std::int64_t>();
}
RowValue real(const Json* value) {
  return value != nullptr && value->is_number() && std::isfinite(value->get<double>()) ? RowValue(value->get<double>())
                                                                                       : RowValue();
}
RowValue boolean(const Json* value) {
  return value != nullptr && value->is_boolean() ? RowValue(value->get<bool>()) : RowValue();
}

/// The elements of an array; none where it is something else.
std::span<const Json> elements(const Json* array) {
  return array != nullptr && array->is_array() ? std::span<const Json>(*array->get_ptr<const Json::array_t*>())
                                               : std::span<const Json>();
}

/// Estimate, low and high.
void add_rate(RowValues& row, const Json* rate) {
  static const Json kNone;
  const Json& object = rate == nullptr ? kNone : *rate;
  for (const char* name : {"estimate", "low", "high"}) {
    row.push_back(real(member(object, name)));
  }
}

RowValues start_of(const ReportOrigin& origin) {
  return {origin.day, origin.service, origin.release.empty() ? RowValue() : RowValue(origin.release), origin.report};
}

const Json* last_snapshot(const Json& report) {
  const auto snapshots = elements(member(report, "snapshots"));
  return snapshots.empty() ? nullptr : &snapshots.back();
}

RowValues suspect_row(const Json& report, const Json& suspect, std::int64_t rank, const ReportOrigin& origin) {
  static const Json kNone;
  const auto sites = elements(member(suspect, "sites"));
  const Json& site = sites.empty() ? kNone : sites.front();
  const Json* commit = member(suspect, "commit");
  const Json* last = last_snapshot(report);
  RowValues row = start_of(origin);
  row.push_back(text(member(report, "verdict")));
  row.push_back(last == nullptr ? RowValue() : text(member(*last, "capturedAt")));
  row.emplace_back(rank);
  for (const char* name : {"signature", "kind", "constructor", "title"}) {
    row.push_back(text(member(suspect, name)));
  }
  row.push_back(boolean(member(suspect, "proven")));
  row.push_back(text(member(site, "file")));
  row.push_back(integer(member(site, "line")));
  row.push_back(text(member(site, "function")));
  row.push_back(text(member(site, "precision")));
  for (const char* name : {"growthBytes", "objectCountGrowth", "offHeapBytes", "fixFreesBytes"}) {
    row.push_back(integer(member(suspect, name)));
  }
  add_rate(row, member(suspect, "rateBytesPerHour"));
  add_rate(row, member(suspect, "bytesPerOperation"));
  row.push_back(commit == nullptr ? RowValue() : text(member(*commit, "id")));
  row.push_back(commit == nullptr ? RowValue() : text(member(*commit, "authorDate")));
  return row;
}

RowValues snapshot_row(const Json& report, const Json& snapshot, std::int64_t step, const ReportOrigin& origin) {
  RowValues row = start_of(origin);
  row.push_back(text(member(report, "verdict")));
  row.emplace_back(step);
  row.push_back(text(member(snapshot, "path")));
  row.push_back(text(member(snapshot, "capturedAt")));
  for (const char* name : {"selfSizeBytes", "offHeapBytes", "nodeCount", "edgeCount"}) {
    row.push_back(integer(member(snapshot, name)));
  }
  row.push_back(text(member(snapshot, "xxh3")));
  return row;
}

RowValues class_row(const Json& one, const ReportOrigin& origin) {
  RowValues row = start_of(origin);
  row.push_back(text(member(one, "name")));
  row.push_back(text(member(one, "place")));
  for (const char* name : {"countBefore", "countAfter", "selfBytesBefore", "selfBytesAfter", "retainedBytesBefore",
                           "retainedBytesAfter"}) {
    row.push_back(integer(member(one, name)));
  }
  return row;
}

RowValues owner_row(const Json& owner, const ReportOrigin& origin) {
  RowValues row = start_of(origin);
  row.push_back(text(member(owner, "name")));
  row.push_back(text(member(owner, "version")));
  row.push_back(integer(member(owner, "bytes")));
  return row;
}

std::string json_of(const RowValue& value) {
  struct {
    std::string operator()(std::monostate) const { return "null"; }
    std::string operator()(const std::string& s) const { return json_string(s); }
    std::string operator()(std::int64_t n) const { return fmt::format("{}", n); }
    std::string operator()(double x) const { return fmt::format("{}", x); }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
  } visit;
  return std::visit(visit, value);
}

std::string sql_of(const RowValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) {
    return *flag ? "1" : "0";
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    return json_of(value);  // null and numbers are spelled alike
  }
  std::string quoted = "'";
  for (const char c : *text) {
    quoted += c == '\'' ? "''" : std::string(1, c);
  }
  return quoted + "'";
}

}  // namespace

const std::array<RowTable, kRowTables>& row_tables() {
  static const std::array<RowTable, kRowTables> kTables = {RowTable{"suspects", kSuspects}, RowTable{"series", kSeries},
                                                           RowTable{"classes", kClasses}, RowTable{"owners", kOwners}};
  return kTables;
}

std::string day_of(const Json& report) {
  const Json* last = last_snapshot(report);
  const RowValue at = last == nullptr ? RowValue() : text(member(*last, "capturedAt"));
  const auto* time = std::get_if<std::string>(&at);
  constexpr std::size_t kDayLength = 10;
  const std::string day = time == nullptr ? std::string() : time->substr(0, kDayLength);
  const bool is_day = day.size() == kDayLength && day.find_first_not_of("0123456789-") == std::string::npos;
  return is_day ? day : "unknown";
}

std::array<std::vector<RowValues>, kRowTables> rows_of(const Json& report, const ReportOrigin& origin) {
  const Json* version = member(report, "schemaVersion");
  if (version == nullptr || member(report, "suspects") == nullptr || member(report, "snapshots") == nullptr) {
    throw Error(ErrorKind::input, origin.report, std::nullopt, "expected a report of heapdiff analyze, got other JSON",
                "Write one with heapdiff SERIES -o json=FILE.");
  }
  if (*version != 1) {
    throw Error(ErrorKind::input, origin.report, std::nullopt, "expected a report with schemaVersion 1");
  }
  std::array<std::vector<RowValues>, kRowTables> rows;
  std::int64_t number = 0;
  for (const Json& suspect : elements(member(report, "suspects"))) {
    rows[0].push_back(suspect_row(report, suspect, ++number, origin));
  }
  number = 0;
  for (const Json& snapshot : elements(member(report, "snapshots"))) {
    rows[1].push_back(snapshot_row(report, snapshot, ++number, origin));
  }
  for (const Json& one : elements(member(report, "constructors"))) {
    rows[2].push_back(class_row(one, origin));
  }
  for (const Json& owner : elements(member(report, "owners"))) {
    rows[3].push_back(owner_row(owner, origin));
  }
  return rows;
}

std::string json_line(const RowTable& table, const RowValues& values, bool name_table) {
  std::string line = name_table ? fmt::format("{{\"table\":\"{}\"", table.name) : std::string();
  for (std::size_t i = 0; i < values.size(); ++i) {
    line += line.empty() ? "{" : ",";
    line += fmt::format("\"{}\":", table.columns[i].name);
    line += json_of(values[i]);
  }
  return line + "}\n";
}

std::string sql_schema() {
  static constexpr std::array<std::string_view, 4> kTypes = {"TEXT", "INTEGER", "REAL", "INTEGER"};
  std::string sql;
  for (const RowTable& table : row_tables()) {
    sql += fmt::format("CREATE TABLE {} (", table.name);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      sql += fmt::format("{}\"{}\" {}", i == 0 ? "" : ", ", table.columns[i].name,
                         kTypes[static_cast<std::size_t>(table.columns[i].type)]);
    }
    sql += ");\n";
  }
  return sql;
}

std::string sql_insert(const RowTable& table, const RowValues& values) {
  std::string sql = fmt::format("INSERT INTO {} VALUES (", table.name);
  for (std::size_t i = 0; i < values.size(); ++i) {
    sql += (i == 0 ? "" : ", ") + sql_of(values[i]);
  }
  return sql + ");\n";
}

}  // namespace heapdiff
