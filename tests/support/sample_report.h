#pragma once
// A rich RcaReport: every field that a renderer shows is filled.

#include "heapdiff/reports/rca_report.h"
#include "heapdiff/reports/redact.h"
#include "heapdiff/reports/repair_kit.h"

#include <string>
#include <vector>

namespace heapdiff::test {

inline LeakNames sample_names(const std::string& kind, const std::string& name) {
  LeakNames names;
  names.kind = kind;
  names.constructor = names.holder = names.label = names.emitter = names.event = name;
  names.module = names.function = names.place = name;
  names.signature = "95a6dda51cc13020";
  names.bytes_per_hour = 105.6e6;
  names.count_per_hour = 171000;
  return names;
}

/// The report of one leak in which each name, key, event, URL, path and message is `name`.
inline RcaReport sample_report(const std::string& name = "name") {
  RcaReport r;
  r.tool_version = "0.1.0";
  r.command_line = "heapdiff " + name;
  r.verdict = Verdict::leak;
  r.headline = "Leak: " + name;
  r.reason = name;
  for (int k = 0; k < 3; ++k) {
    ReportSnapshot s;
    s.path = name;
    s.captured_at = "2026-03-02T01:0" + std::to_string(k) + ":00Z";
    s.captured_at_source = "file-name";
    s.node_count = 60000;
    s.edge_count = 290000;
    s.self_size_bytes = 7'000'000U + static_cast<unsigned>(k) * 1'800'000U;
    s.off_heap_bytes = 66000;
    s.file_bytes = 6'800'000;
    s.stored_bytes = 700'000;
    s.compression = "zstd";
    s.digest = "26f465eade4c26f465eade4c26f465ea";
    r.snapshots.push_back(s);
  }
  r.growth_bytes = 3'600'000;
  r.heap_rate = RateValue{111.0e6, 104.7e6, 117.4e6, 0.95};
  r.rate_method = "least squares";
  r.rate_notes = {name};
  ReportSuspect s;
  s.kind = "event-listener";
  s.constructor = s.title = s.why = s.evidence = s.fix = s.fix_frees_text = name;
  s.confidence = Confidence::high;
  s.signature = "95a6dda51cc13020";
  s.object_count_growth = 5700;
  s.growth_bytes = 3'500'000;
  s.rate = RateValue{105.6e6, 102.1e6, 109.0e6, 0.95};
  ReportSite site;
  site.file = site.function = site.note = site.generated_file = name;
  site.line = 53;
  site.column = 5;
  site.role = SiteRole::registration;
  site.evidence = SiteEvidence::source_text;
  site.precision = SitePrecision::statement;
  site.generated_line = 44;
  site.excerpt = {{52, name, false}, {53, "  " + name, true}};
  s.sites = {site, site};
  s.path = {{name, EdgeType::property, name, "object", 3, 1, PathRole::none},
            {"_events", EdgeType::property, "Object", "object", 5, 1, PathRole::none},
            {name, EdgeType::property, "Array", "array", 7, 4, PathRole::none},
            {"12", EdgeType::element, name, "closure", 9, 1, PathRole::none}};
  s.other_holders = {name};
  s.holders = {{name, name, name, 11, {600, 6300}, true, "95a6dda51cc13020"}};
  s.levels = {{std::nullopt, 341000}, {std::nullopt, 2'100'000}, {std::nullopt, 3'800'000}};
  s.counters = {{name, {600, 3450, 6300}}};
  s.fix_frees_bytes = 3'400'000;
  s.commit = ReportCommit{"0123456789ab", "2026-02-27T16:20:00Z", name};
  s.commit_text = name;
  s.commit_notes = {name};
  s.recent_commits = {*s.commit};
  s.ruled_out = {name};
  s.kit = repair_kit(sample_names("event-listener", name));
  r.suspects = {s};
  r.growth_tree = {name, GrowthKind::all, 10, {{name, GrowthKind::suspect, 9, {{name, GrowthKind::step, 4, {}}}}}};
  r.ruled_out = r.limits_of_evidence = r.next_steps = r.self_check = r.warnings = {name};
  ReportGrowthRow row;
  row.name = row.place = name;
  row.count_before = 7455;
  row.count_after = 13155;
  row.self_after = 321000;
  row.retained_before = 5000;
  r.constructors = r.closures = r.listeners = {row};
  r.constructors.front().retained_after = 3'600'000;
  return r;
}

/// The report as build_report() would return it.
inline RcaReport masked(RcaReport report) {
  redact(report);
  return report;
}

}  // namespace heapdiff::test
