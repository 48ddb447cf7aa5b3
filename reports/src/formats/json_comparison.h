#pragma once
// Parts of the JSON formats that `analyze` and `compare` share.

#include "heapdiff/reports/rca_report.h"

#include <nlohmann/json.hpp>

#include <vector>

namespace heapdiff::formats {

[[nodiscard]] nlohmann::ordered_json json_of(const ReportSnapshot& snapshot);
[[nodiscard]] nlohmann::ordered_json json_of(const ReportSite& site);
[[nodiscard]] nlohmann::ordered_json json_of(const ReportPathStep& step);
[[nodiscard]] nlohmann::ordered_json owners_json(const std::vector<ReportOwner>& owners);
/// From "base" to "constructors".
[[nodiscard]] nlohmann::ordered_json comparison_json(const ReportComparison& comparison);

}  // namespace heapdiff::formats
