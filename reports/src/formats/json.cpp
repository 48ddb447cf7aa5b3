#include "formats/json.h"

#include "formats/json_comparison.h"
#include "heapdiff/diff/signature_version.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"
#include "model/untrusted_note.h"

#include <nlohmann/json.hpp>

namespace heapdiff::formats {

namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json optional(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// nlohmann escapes C0 controls only. C1 controls and bidirectional marks would reach a terminal that shows the file.
std::string clean(const std::string& value) { return visible_text(value); }

Json clean_all(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const std::string& value : values) {
    list.push_back(clean(value));
  }
  return list;
}

Json optional_text(const std::string& value) { return value.empty() ? Json(nullptr) : Json(clean(value)); }

Json rate_json(const std::optional<RateValue>& rate) {
  if (!rate) {
    return nullptr;
  }
  return {{"estimate", rate->estimate},
          {"low", optional(rate->low)},
          {"high", optional(rate->high)},
          {"confidenceLevel", rate->confidence_level}};
}

/// The monitor and the dashboard are JSON values and not strings, so that a script can post them as they are.
Json kit_json(const RepairKit& kit) {
  return {{"pattern", kit.pattern},
          {"before", kit.before},
          {"after", kit.after},
          {"testFile", kit.test_file},
          {"test", kit.test},
          {"metric", kit.metric},
          {"emit", kit.emit},
          {"prometheusRules", kit.prometheus_rules},
          {"datadogMonitor", Json::parse(kit.datadog_monitor)},
          {"datadogDashboard", Json::parse(kit.datadog_dashboard)},
          {"runbook", clean_all(kit.runbook)}};
}

Json commit_json(const ReportCommit& commit) {
  Json json = {{"id", commit.id}, {"authorDate", commit.author_date}, {"subject", clean(commit.subject)}};
  if (commit.before_first_capture) {
    json["beforeFirstCapture"] = *commit.before_first_capture;
  }
  return json;
}

Json suspect_json(const ReportSuspect& s) {
  Json json = {{"kind", s.kind},
               {"constructor", clean(s.constructor)},
               {"title", clean(s.title)},
               {"signature", s.signature},
               {"proven", s.proven},
               {"confidence", schema_name(s.confidence)},
               {"objectCountGrowth", s.object_count_growth},
               {"growthBytes", s.growth_bytes},
               {"rateBytesPerHour", rate_json(s.rate)}};
  if (is_one_file(s.ages)) {
    json["retainedBytes"] = s.retained_bytes;
    json["shapeConvicts"] = s.shape_convicts;
  }
  if (s.per_step) {
    json["growthPerStepBytes"] = rate_json(s.per_step);
  }
  if (s.per_operation) {
    json["bytesPerOperation"] = rate_json(s.per_operation);
    json["growthPerOpBytes"] = rate_json(s.per_operation);
  }
  json["detectableBytesPerHour"] = optional(s.detectable_rate);
  json["offHeapBytes"] = s.off_heap_bytes;
  json["ruledOut"] = clean_all(s.ruled_out);
  json["sites"] = Json::array();
  for (const ReportSite& site : s.sites) {
    json["sites"].push_back(json_of(site));
  }
  json["retainingPath"] = Json::array();
  for (const ReportPathStep& p : s.path) {
    json["retainingPath"].push_back(json_of(p));
  }
  json["levels"] = Json::array();
  for (const ReportLevel& level : s.levels) {
    json["levels"].push_back(level.bytes);
  }
  json["counters"] = Json::array();
  for (const ReportCounter& c : s.counters) {
    json["counters"].push_back({{"label", clean(c.label)}, {"values", c.values}});
  }
  json["otherHolders"] = clean_all(s.other_holders);
  if (!s.holders.empty()) {
    json["holders"] = Json::array();
    for (const ReportHolder& other : s.holders) {
      json["holders"].push_back({{"holder", clean(other.holder)},
                                 {"label", optional_text(other.label)},
                                 {"content", clean(other.content)},
                                 {"nodeId", other.node_id},
                                 {"counts", other.counts},
                                 {"mustBeCut", other.must_be_cut},
                                 {"place", other.place}});
    }
  }
  json["fixFreesBytes"] = optional(s.fix_frees_bytes);
  json["fix"] = clean(s.fix);
  if (s.commit) {
    json["commit"] = commit_json(*s.commit);
  }
  json["commitText"] = optional_text(s.commit_text);
  if (!s.commit_notes.empty()) {
    json["commitNotes"] = clean_all(s.commit_notes);
  }
  for (const ReportCommit& commit : s.recent_commits) {
    json["recentCommits"].push_back(commit_json(commit));
  }
  json["fixFreesText"] = optional_text(s.fix_frees_text);
  json["why"] = clean(s.why);
  json["evidence"] = clean(s.evidence);
  json["explanation"] = clean(s.why + " " + s.evidence);
  if (s.kit) {
    json["kit"] = kit_json(*s.kit);
  }
  return json;
}

Json gates_json(const std::vector<ReportGate>& gates) {
  Json json = Json::array();
  for (const ReportGate& g : gates) {
    json.push_back({{"expression", clean(g.expression)},
                    {"status", schema_name(g.status)},
                    {"reason", clean(g.reason)},
                    {"nextCapture", optional_text(g.next_capture)},
                    {"measured", rate_json(g.measured)},
                    {"unit", optional_text(g.unit)}});
  }
  return json;
}

Json known_json(const std::vector<ReportKnownLeak>& known) {
  Json json = Json::array();
  for (const ReportKnownLeak& k : known) {
    json.push_back(
        {{"state", schema_name(k.state)}, {"signature", optional_text(k.signature)}, {"text", clean(k.text)}});
  }
  return json;
}

// NOLINTNEXTLINE(misc-no-recursion): to a limit of depth
Json tree_json(const ReportGrowthNode& node, unsigned depth) {
  constexpr unsigned kMaxDepth = 8;  // build_report() makes four levels
  Json json = {
      {"name", clean(node.name)}, {"kind", schema_name(node.kind)}, {"bytes", node.bytes}, {"children", Json::array()}};
  for (const ReportGrowthNode& child : node.children) {
    if (depth < kMaxDepth) {
      json["children"].push_back(tree_json(child, depth + 1));
    }
  }
  return json;
}

Json rows_json(const std::vector<ReportGrowthRow>& rows) {
  Json json = Json::array();
  for (const ReportGrowthRow& r : rows) {
    json.push_back({{"name", clean(r.name)},
                    {"place", optional_text(r.place)},
                    {"countBefore", r.count_before},
                    {"countAfter", r.count_after},
                    {"selfBytesBefore", r.self_before},
                    {"selfBytesAfter", r.self_after},
                    {"retainedBytesBefore", r.retained_before},
                    {"retainedBytesAfter", r.retained_after}});
  }
  return json;
}

Json memory_json(const ReportProcessMemory& memory) {
  Json points = Json::array();
  for (const ReportMemoryPoint& p : memory.points) {
    points.push_back({{"at", optional(p.at)},
                      {"rssBytes", optional(p.rss)},
                      {"heapTotalBytes", optional(p.heap_total)},
                      {"heapUsedBytes", optional(p.heap_used)},
                      {"externalBytes", optional(p.external)},
                      {"arrayBuffersBytes", optional(p.array_buffers)}});
  }
  return {{"points", std::move(points)},
          {"outsideGrowthBytes", optional(memory.outside_growth_bytes)},
          {"outsideRateBytesPerHour", rate_json(memory.outside_rate)},
          {"outsideGrows", memory.outside_grows}};
}

/// `heapdiff compare` has a contract of its own: nothing there is measured over time.
std::string render_comparison(const RcaReport& report) {
  Json json = {{"schemaVersion", 1},
               {"signatureVersion", kSignatureVersion},
               {"untrusted", model::kUntrustedNote},
               {"mode", "compare"},
               {"tool", {{"name", "heapdiff"}, {"version", report.tool_version}}},
               {"commandLine", clean(report.command_line)},
               {"headline", clean(report.headline)},
               {"reason", clean(report.reason)}};
  if (!report.cautions.empty()) {
    json["cautions"] = clean_all(report.cautions);
  }
  if (!report.gates.empty()) {
    json["gates"] = gates_json(report.gates);
  }
  json.update(comparison_json(*report.comparison));
  json["suspects"] = Json::array();
  for (const ReportSuspect& s : report.suspects) {
    json["suspects"].push_back(suspect_json(s));
  }
  if (!report.owners.empty()) {
    json["owners"] = owners_json(report.owners);
  }
  json["limitsOfEvidence"] = clean_all(report.limits_of_evidence);
  json["nextSteps"] = clean_all(report.next_steps);
  json["selfCheck"] = clean_all(report.self_check);
  json["warnings"] = clean_all(report.warnings);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json runtime_json(const std::optional<ReportRuntime>& runtime) {
  if (!runtime) {
    return nullptr;
  }
  return {{"name", runtime->name}, {"nodeVersion", clean(runtime->node_version)}};
}

}  // namespace

Json json_of(const ReportSnapshot& s) {
  return {{"path", clean(s.path)},
          {"capturedAt", optional(s.captured_at)},
          {"capturedAtSource", s.captured_at_source},
          {"nodeCount", s.node_count},
          {"edgeCount", s.edge_count},
          {"selfSizeBytes", s.self_size_bytes},
          {"offHeapBytes", s.off_heap_bytes},
          {"fileBytes", s.file_bytes},
          {"storedBytes", s.stored_bytes},
          {"compression", s.compression},
          {"xxh3", s.digest},
          {"allocationTraces", s.allocation_traces},
          {"runtime", runtime_json(s.runtime)}};
}

Json json_of(const ReportSite& s) {
  Json json = {{"file", clean(s.file)},
               {"line", s.line},
               {"column", optional(s.column)},
               {"function", optional_text(s.function)},
               {"role", schema_name(s.role)},
               {"evidence", schema_name(s.evidence)},
               {"precision", schema_name(s.precision)}};
  if (!s.note.empty()) {
    json["note"] = clean(s.note);
  }
  if (!s.package.empty()) {
    json["package"] = clean(s.package);
  }
  if (!s.generated_file.empty()) {
    json["generated"] = {
        {"file", clean(s.generated_file)}, {"line", s.generated_line}, {"column", optional(s.generated_column)}};
  }
  if (!s.excerpt.empty()) {
    Json lines = Json::array();
    for (const ExcerptLine& line : s.excerpt) {
      lines.push_back({{"line", line.line}, {"text", clean(line.text)}, {"marked", line.marked}});
    }
    json["excerpt"] = std::move(lines);
    if (s.excerpt_is_generated) {
      json["excerptIsGenerated"] = true;
    }
  }
  if (!s.missing_source.empty()) {
    json["missingSource"] = clean(s.missing_source);
  }
  return json;
}

Json json_of(const ReportPathStep& p) {
  Json step = {{"edge", clean(p.edge)}, {"edgeType", schema_name(p.edge_type)},
               {"node", clean(p.node)}, {"nodeType", p.node_type},
               {"nodeId", p.node_id},   {"repeats", p.repeats}};
  if (p.role != PathRole::none) {
    step["role"] = schema_name(p.role);
  }
  return step;
}

std::string render_json(const RcaReport& report) {
  if (report.comparison) {
    return render_comparison(report);
  }
  Json json = {{"schemaVersion", 1},
               {"signatureVersion", kSignatureVersion},
               {"untrusted", model::kUntrustedNote},
               {"tool", {{"name", "heapdiff"}, {"version", report.tool_version}}},
               {"commandLine", clean(report.command_line)},
               {"verdict", schema_name(report.verdict)},
               {"headline", clean(report.headline)},
               {"reason", clean(report.reason)},
               {"orderSource", name_of(report.order_source)}};
  if (is_one_file(report.ages)) {
    json["ages"] = schema_name(report.ages);
  }
  if (!report.cautions.empty()) {
    json["cautions"] = clean_all(report.cautions);
  }
  if (!report.gates.empty()) {
    json["gates"] = gates_json(report.gates);
  }
  if (!report.known_leaks.empty()) {
    json["knownLeaks"] = known_json(report.known_leaks);
  }
  json["snapshots"] = Json::array();
  for (const ReportSnapshot& s : report.snapshots) {
    json["snapshots"].push_back(json_of(s));
  }
  json["heap"] = {{"growthBytes", report.growth_bytes},      {"rateBytesPerHour", rate_json(report.heap_rate)},
                  {"rateMethod", clean(report.rate_method)}, {"rateNotes", clean_all(report.rate_notes)},
                  {"artefactBytes", report.artefact_bytes},  {"unattributedBytes", report.unattributed_bytes}};
  if (!report.rate_reason.empty()) {
    json["heap"]["rateReason"] = clean(report.rate_reason);
  }
  if (report.heap_per_step) {
    json["heap"]["growthPerStepBytes"] = rate_json(report.heap_per_step);
  }
  json["heap"]["dismissedBytes"] = report.dismissed_bytes;
  if (report.heap_per_operation) {
    json["heap"]["bytesPerOperation"] = rate_json(report.heap_per_operation);
    json["heap"]["growthPerOpBytes"] = rate_json(report.heap_per_operation);
  }
  json["heap"]["offHeapRateBytesPerHour"] = rate_json(report.off_heap_rate);
  json["heap"]["detectableBytesPerHour"] = optional(report.detectable_rate);
  json["heap"]["hoursToLimit"] = optional(report.hours_to_limit);
  json["heap"]["observedBytesPerHour"] = optional(report.observed_bytes_per_hour);
  json["heap"]["observedContradicts"] = report.observed_contradicts;
  json["growthTree"] = tree_json(report.growth_tree, 0);
  json["suspects"] = Json::array();
  for (const ReportSuspect& s : report.suspects) {
    json["suspects"].push_back(suspect_json(s));
  }
  json["ruledOut"] = clean_all(report.ruled_out);
  json["constructors"] = rows_json(report.constructors);
  json["closures"] = rows_json(report.closures);
  json["listeners"] = rows_json(report.listeners);
  json["limitsOfEvidence"] = clean_all(report.limits_of_evidence);
  json["nextSteps"] = clean_all(report.next_steps);
  json["selfCheck"] = clean_all(report.self_check);
  json["sharedIdAgreement"] = optional(report.shared_id_agreement);
  if (report.memory) {
    json["processMemory"] = memory_json(*report.memory);
  }
  if (!report.owners.empty()) {
    json["owners"] = owners_json(report.owners);
  }
  json["warnings"] = clean_all(report.warnings);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapdiff::formats
