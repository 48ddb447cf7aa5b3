// The JSON of `heapdiff compare`.

#include "formats/json_comparison.h"

#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"

namespace heapdiff::formats {

namespace {

using Json = nlohmann::ordered_json;

Json side_json(std::int64_t bytes, const std::vector<ReportSnapshot>& snapshots) {
  Json json = {{"selfSizeBytes", bytes}, {"snapshots", Json::array()}};
  for (const ReportSnapshot& s : snapshots) {
    json["snapshots"].push_back(json_of(s));
  }
  return json;
}

template <class T>
Json json_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(visible_text(text)); }

Json row_json(const ReportCompareRow& row) {
  Json json = {{"differenceBytes", row.difference()},
               {"baseBytes", row.base_bytes},
               {"newBytes", row.new_bytes},
               {"perOpBytes", json_or_null(row.per_operation)},
               {"perHourBytes", json_or_null(row.per_hour)},
               {"kind", row.kind},
               {"constructor", text_or_null(row.constructor)},
               {"holder", text_or_null(row.holder)},
               {"label", text_or_null(row.label)},
               {"package", text_or_null(row.package)},
               {"baseObjects", row.base_objects},
               {"newObjects", row.new_objects},
               {"isNew", row.is_new},
               {"isNoise", row.is_noise}};
  json["interval"] = row.low && row.high ? Json{{"low", *row.low}, {"high", *row.high}} : Json(nullptr);
  json["sites"] = Json::array();
  for (const ReportSite& site : row.sites) {
    json["sites"].push_back(json_of(site));
  }
  json["retainingPath"] = Json::array();
  for (const ReportPathStep& step : row.path) {
    json["retainingPath"].push_back(json_of(step));
  }
  json["suspect"] = row.suspect ? Json(*row.suspect + 1) : Json(nullptr);
  return json;
}

Json totals_json(const std::vector<ReportCompareTotal>& totals) {
  Json json = Json::array();
  for (const ReportCompareTotal& total : totals) {
    Json entry = {{"name", visible_text(total.name)}};
    if (!total.version.empty()) {
      entry["version"] = visible_text(total.version);
    }
    entry["differenceBytes"] = total.difference();
    entry["baseBytes"] = total.base_bytes;
    entry["newBytes"] = total.new_bytes;
    json.push_back(std::move(entry));
  }
  return json;
}

}  // namespace

Json owners_json(const std::vector<ReportOwner>& owners) {
  Json json = Json::array();
  for (const ReportOwner& owner : owners) {
    json.push_back(
        {{"name", visible_text(owner.name)}, {"version", text_or_null(owner.version)}, {"bytes", owner.bytes}});
  }
  return json;
}

Json comparison_json(const ReportComparison& c) {
  Json json = {{"base", side_json(c.base_bytes, c.base)}, {"new", side_json(c.new_bytes, c.now)}};
  json["ofProfiles"] = c.of_profiles;
  json["differenceBytes"] = c.difference();
  json["unexplainedBytes"] = c.unexplained_bytes;
  json["noiseFloorBytes"] = c.noise_floor_bytes;
  json["engineDiffers"] = c.engine_differs;
  json["rows"] = Json::array();
  for (const ReportCompareRow& row : c.rows) {
    json["rows"].push_back(row_json(row));
  }
  json["packages"] = totals_json(c.packages);
  json["lines"] = totals_json(c.lines);
  json["constructors"] = totals_json(c.constructors);
  return json;
}

}  // namespace heapdiff::formats
