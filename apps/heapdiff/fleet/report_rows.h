#pragma once
// A JSON report as flat rows: for engines that read the reports of many machines.

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace heapdiff {

/// Columns are only added within a major version, at the end; names and types stay.
struct RowColumn {
  enum class Type : std::uint8_t { text, integer, real, boolean };
  std::string_view name;
  Type type;
};

using RowValue = std::variant<std::monostate, std::string, std::int64_t, double, bool>;
using RowValues = std::vector<RowValue>;  ///< one per column of its table

struct RowTable {
  std::string_view name;
  std::span<const RowColumn> columns;
};

/// suspects, series, classes, owners.
inline constexpr std::size_t kRowTables = 4;
[[nodiscard]] const std::array<RowTable, kRowTables>& row_tables();

/// Where a report came from: the first columns of every row.
struct ReportOrigin {
  std::string day;      ///< dt: "2026-03-02", of the last snapshot, in UTC; "unknown"
  std::string service;  ///< "unknown" where nothing says it
  std::string release;  ///< of the program; empty where nothing says it
  std::string report;   ///< name of the report
};

/// The day of the last snapshot in a report; "unknown" without a time.
[[nodiscard]] std::string day_of(const nlohmann::json& report);

/// Rows of one report, by table. Names are masked again, because anything may have written the file. Values of another
/// type than the schema's become null. Throws Error{input} when it is not a report of `heapdiff analyze`.
[[nodiscard]] std::array<std::vector<RowValues>, kRowTables> rows_of(const nlohmann::json& report,
                                                                     const ReportOrigin& origin);

/// One row as a line of JSON. With `table`, its name is the first property.
[[nodiscard]] std::string json_line(const RowTable& table, const RowValues& values, bool name_table);

/// CREATE TABLE statements, and one row as an INSERT statement, for SQLite.
[[nodiscard]] std::string sql_schema();
[[nodiscard]] std::string sql_insert(const RowTable& table, const RowValues& values);

}  // namespace heapdiff
