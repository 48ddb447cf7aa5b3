#include "compose/report_words.h"
#include "formats/ci_writers.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

namespace heapdiff::formats {

namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string repository_path(const RcaReport& report, const ReportSite& site) {
  std::string out = site.file;
  for (char& c : out) {
    c = c == '\\' ? '/' : c;
  }
  while (out.starts_with("./")) {
    out.erase(0, 2);
  }
  return out.starts_with('/') ? out : report.repository_prefix + out;
}

std::string write_code_quality(const RcaReport& report) {
  Json issues = Json::array();
  std::map<std::string, int> occurrences;  // by signature: two leaks may be of one place
  for (const ReportSuspect& s : report.suspects) {
    // GitLab drops the whole file when a fingerprint occurs twice or an issue has no place.
    if (s.sites.empty()) {
      continue;
    }
    const int occurrence = ++occurrences[s.signature];
    const ReportSite& site = s.sites.front();
    issues.push_back(
        {{"description", visible_text(fmt::format("{}: {}", compose::suspect_name(s), s.title))},
         {"check_name", "heapdiff/" + s.kind},
         {"fingerprint", occurrence == 1 ? s.signature : fmt::format("{}-{}", s.signature, occurrence)},
         {"severity", s.proven ? "major" : "minor"},
         {"location", {{"path", visible_text(repository_path(report, site))}, {"lines", {{"begin", site.line}}}}}});
  }
  return issues.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace heapdiff::formats
