#include "compose/report_words.h"
#include "formats/ci_writers.h"
#include "heapdiff/diff/signature_version.h"
#include "heapdiff/reports/build_report.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace heapdiff::formats {

namespace {

using Json = nlohmann::ordered_json;

// Limits of GitHub's code scanning.
constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxSteps = 100;
constexpr std::size_t kMaxRelated = 10;

/// A text of a message. "[text](target)" in it would be a link (SARIF 2.1.0, 3.11.6).
std::string short_text(const std::string& text) {
  std::string shown = visible_text(text, kMaxText);
  if (shown.find("](") == std::string::npos) {
    return shown;
  }
  std::string out;
  for (const char c : shown) {
    out += c == '[' || c == ']' || c == '\\' ? std::string("\\") + c : std::string(1, c);
  }
  return out;
}

/// Percent-encodes all but the unreserved characters of RFC 3986 and the slash.
std::string uri_of(const std::string& path) {
  std::string uri;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

Json location_of(const RcaReport& report, const ReportSite& site) {
  Json region = {{"startLine", site.line}};
  if (site.column) {
    region["startColumn"] = *site.column;
  }
  Json artifact = {{"uri", uri_of(repository_path(report, site))}};
  return {{"physicalLocation", {{"artifactLocation", std::move(artifact)}, {"region", std::move(region)}}}};
}

/// Whether a reader finds something at the site's line: a statement or a function, not any line of a file.
bool is_real_place(const ReportSite& site) { return site.precision != SitePrecision::file && !site.file.empty(); }

/// How the objects get to their holder, as a code flow: where their class or the holder's class is, and where they are
/// stored, which comes last. Objects have no lines, so that the steps of the retaining path are none of a code flow;
/// they are in the properties. Null where fewer than two lines are known.
Json flow_of(const RcaReport& report, const ReportSuspect& s) {
  Json steps = Json::array();
  for (std::size_t i = std::min(s.sites.size(), kMaxSteps); i > 0; --i) {
    const ReportSite& site = s.sites[i - 1];
    if (!is_real_place(site)) {
      continue;
    }
    Json location = location_of(report, site);
    location["message"] = {
        {"text", short_text(fmt::format("{}{}", schema_name(site.role),
                                        site.function.empty() ? "" : fmt::format(" in {}", site.function)))}};
    steps.push_back({{"location", std::move(location)}});
  }
  if (steps.size() < 2) {
    return nullptr;
  }
  Json threads = Json::array();
  threads.push_back({{"locations", std::move(steps)}});
  Json flows = Json::array();
  flows.push_back({{"message", {{"text", "The lines that the leak passes through; the last one stores the objects"}}},
                   {"threadFlows", std::move(threads)}});
  return flows;
}

Json path_of(const ReportSuspect& s) {
  Json steps = Json::array();
  for (std::size_t i = 0; i < s.path.size() && i < kMaxSteps; ++i) {
    const ReportPathStep& step = s.path[i];
    steps.push_back(short_text(
        fmt::format("{} → {}{}", step.edge, step.node, step.repeats > 1 ? fmt::format(" (× {})", step.repeats) : "")));
  }
  return steps;
}

/// `occurrence`: how many results with this signature there are up to this one. Two leaks may be of one place.
Json result_of(const RcaReport& report, const ReportSuspect& s, int occurrence) {
  Json result = {
      {"ruleId", "leak/" + s.kind},
      {"level", s.proven ? "error" : "warning"},
      {"message", {{"text", short_text(fmt::format("{}. {} {}", s.title, compose::size_sentence(s), s.why))}}}};
  result["locations"] = Json::array({location_of(report, s.sites.front())});
  // GitHub matches alerts by the first fingerprint; the second is for other programs.
  result["partialFingerprints"] = {{"primaryLocationLineHash", fmt::format("{}:{}", s.signature, occurrence)},
                                   {fmt::format("heapdiff/leakSignature/v{}", kSignatureVersion), s.signature}};
  if (Json flow = flow_of(report, s); !flow.is_null()) {
    result["codeFlows"] = std::move(flow);
  }
  if (s.sites.size() > 1) {
    Json related = Json::array();
    for (std::size_t i = 1; i < s.sites.size() && i <= kMaxRelated; ++i) {
      Json location = location_of(report, s.sites[i]);
      location["id"] = i;
      location["message"] = {
          {"text", fmt::format("{}, from {}", schema_name(s.sites[i].role), schema_name(s.sites[i].evidence))}};
      related.push_back(std::move(location));
    }
    result["relatedLocations"] = std::move(related);
  }
  result["properties"] = {{"growthBytes", s.growth_bytes}, {"confidence", schema_name(s.confidence)}};
  if (!s.path.empty()) {
    result["properties"]["retainingPath"] = path_of(s);
  }
  return result;
}

Json rule_of(const std::string& kind) {
  const KindAdvice advice = advice_for(kind);
  return {{"id", "leak/" + kind},
          {"name", "MemoryLeak"},
          {"shortDescription", {{"text", short_text("Memory leak: " + kind)}}},
          {"fullDescription", {{"text", short_text(advice.why)}}},
          {"help", {{"text", short_text(advice.fix)}}},
          {"defaultConfiguration", {{"level", "error"}}},
          {"properties",
           {{"precision", "high"}, {"problem.severity", "error"}, {"tags", {"memory", "leak", "performance"}}}}};
}

}  // namespace

std::string write_sarif(const RcaReport& report) {
  std::set<std::string> kinds;
  Json results = Json::array();
  Json unplaced = Json::array();
  std::map<std::string, int> occurrences;  // by signature
  for (const ReportSuspect& s : report.suspects) {
    if (s.sites.empty()) {
      unplaced.push_back(
          {{"level", "warning"}, {"message", {{"text", short_text("No source line was found for: " + s.title)}}}});
      continue;
    }
    kinds.insert(s.kind);
    results.push_back(result_of(report, s, ++occurrences[s.signature]));
  }
  for (const std::string& caution : report.cautions) {
    unplaced.push_back({{"level", "note"}, {"message", {{"text", short_text(caution)}}}});
  }
  // GitHub refuses a driver without rules. A run without results closes the alerts of earlier runs.
  if (kinds.empty()) {
    kinds.insert("unknown");
  }
  Json rules = Json::array();
  for (const std::string& kind : kinds) {
    rules.push_back(rule_of(kind));
  }
  for (Json& result : results) {
    result["ruleIndex"] = std::distance(kinds.begin(), kinds.find(result["ruleId"].get<std::string>().substr(5)));
  }
  Json invocation = {{"executionSuccessful", true}};
  if (!unplaced.empty()) {
    invocation["toolExecutionNotifications"] = std::move(unplaced);
  }
  Json run;
  run["tool"] = {{"driver", {{"name", "heapdiff"}, {"semanticVersion", report.tool_version}, {"rules", rules}}}};
  // GitHub tells uploads of one commit apart by the part of the id before the last slash.
  run["automationDetails"] = {{"id", report.part.empty() ? "heapdiff/" : "heapdiff-" + report.part + "/"}};
  run["invocations"] = Json::array({std::move(invocation)});
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = std::move(results);
  const Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                    {"version", "2.1.0"},
                    {"runs", Json::array({std::move(run)})}};
  return log.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapdiff::formats
