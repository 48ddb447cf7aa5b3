#include "report_words.h"

#include "heapdiff/reports/quantity.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace heapdiff {

const char* verdict_words(const RcaReport& report) {
  return report.verdict == "leak" ? "LEAK" : report.verdict == "no-leak" ? "NO LEAK" : "INCONCLUSIVE";
}

std::string headline_words(const RcaReport& report) {
  std::string text = report.headline;
  for (const std::string_view verdict : {"Leak: ", "No leak: ", "Inconclusive: "}) {
    if (text.starts_with(verdict) && text.size() > verdict.size()) {
      text.erase(0, verdict.size());
      if (text[0] >= 'a' && text[0] <= 'z') {
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
      }
      break;
    }
  }
  return text;
}

bool is_contradiction(const std::string& note) { return note.starts_with("Contradiction"); }

bool off_heap_matters(const RcaReport& report) {
  return std::any_of(report.snapshots.begin(), report.snapshots.end(),
                     [](const ReportSnapshot& s) { return s.off_heap_bytes * 20 > s.self_size_bytes; });
}

bool engine_step(const ReportPathStep& p) {
  return p.node.starts_with("system /") || p.node_type == "synthetic" || p.node_type == "code" ||
         p.node_type == "hidden" || p.node_type == "array";
}

std::string edge_words(const ReportPathStep& p) {
  const bool digits = !p.edge.empty() && p.edge.find_first_not_of("0123456789") == std::string::npos;
  const bool indexed = digits || p.edge_type == "element" || p.edge_type == "hidden";
  const std::string edge = indexed && !p.edge.starts_with('[') ? "[" + p.edge + "]" : p.edge;
  return p.repeats > 1 ? fmt::format("{} (× {})", edge, format_count(p.repeats)) : edge;
}

std::string path_lines(const ReportSuspect& suspect) {
  constexpr std::size_t kName = 120;
  constexpr std::size_t kDeepest = 30;
  constexpr std::size_t kSteps = 80;
  const std::size_t left_out = suspect.path.size() > kSteps ? suspect.path.size() - kSteps : 0;
  std::string out;
  for (std::size_t i = 0; i < suspect.path.size(); ++i) {
    if (left_out > 0 && i == kSteps / 2) {
      out += fmt::format("{}... {} steps left out ...\n", std::string(kDeepest, ' '),
                         format_count(static_cast<std::int64_t>(left_out)));
      i += left_out;
    }
    const ReportPathStep& p = suspect.path[i];
    const char* mark = p.role == "holder" ? "   <- holds ever more" : p.role == "new" ? "   <- new" : "";
    out += fmt::format("{}{} → {}  @{}{}\n", std::string(std::min(i, kDeepest), ' '),
                       visible_text(edge_words(p), kName), visible_text(p.node, kName), p.node_id, mark);
  }
  return out;
}

}  // namespace heapdiff
