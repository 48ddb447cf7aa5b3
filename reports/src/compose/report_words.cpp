#include "compose/report_words.h"

#include "heapdiff/diff/quantity.h"
#include "heapdiff/reports/quantity.h"
#include "heapdiff/reports/schema_names.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace heapdiff::compose {

namespace {

// With so few points a Student-t interval holds zero for most series, whatever one suspect alone shows.
constexpr std::size_t kFewSnapshots = 4;

bool is_likely_leak(const RcaReport& report) {
  return std::any_of(report.suspects.begin(), report.suspects.end(),
                     [](const ReportSuspect& s) { return s.shape_convicts; });
}

std::string base_name(const std::string& path) { return path.substr(path.find_last_of("/\\") + 1); }

/// "Node.js 18.17.0", "Deno (as Node.js 24.2.0)".
std::string runtime_words(const ReportRuntime& runtime) {
  constexpr std::string_view kNode = "Node.js";
  return runtime.name == kNode ? fmt::format("{} {}", kNode, runtime.node_version)
                               : fmt::format("{} (as {} {})", runtime.name, kNode, runtime.node_version);
}

}  // namespace

std::string program_words(const RcaReport& report) {
  if (report.snapshots.empty()) {
    return {};
  }
  const std::size_t count = report.snapshots.size();
  std::string words = count == 1 ? "1 snapshot" : fmt::format("{} snapshots", count);
  const auto& before = report.snapshots.front().runtime;
  const auto& after = report.snapshots.back().runtime;
  if (after) {
    const std::string last = runtime_words(*after);
    const std::string first = before ? runtime_words(*before) : last;
    words += " of " + (first == last ? last : first + " and " + last);
  }
  return words;
}

std::string capture_words(const RcaReport& report) {
  std::string words = program_words(report);
  if (report.snapshots.empty()) {
    return words;
  }
  const ReportSnapshot& first = report.snapshots.front();
  const ReportSnapshot& last = report.snapshots.back();
  const bool one = report.snapshots.size() == 1;
  words += ", " + base_name(first.path) + (one ? std::string() : " to " + base_name(last.path));
  if (first.captured_at && last.captured_at) {
    words += ", taken " + *first.captured_at + (one ? std::string() : " to " + *last.captured_at);
  }
  return words;
}

const char* verdict_words(const RcaReport& report) {
  if (report.comparison) {
    return "COMPARED";
  }
  if (is_likely_leak(report)) {
    return "INCONCLUSIVE, A LIKELY LEAK";
  }
  return report.verdict == Verdict::leak ? "LEAK" : report.verdict == Verdict::no_leak ? "NO LEAK" : "INCONCLUSIVE";
}

std::string title_words(const RcaReport& report) {
  if (report.comparison) {
    return report.comparison->of_profiles ? "Comparison of two sampling profiles" : "Comparison of two heaps";
  }
  if (is_one_file(report.ages)) {
    return std::string("Memory leak report: one snapshot, ") +
           (is_likely_leak(report) ? "a likely leak" : "not enough evidence");
  }
  return std::string("Memory leak report: ") + (report.verdict == Verdict::leak      ? "a leak was found"
                                                : report.verdict == Verdict::no_leak ? "no leak was found"
                                                                                     : "not enough evidence");
}

bool shows_growth(const RcaReport& report) { return report.ages != AgeSource::structure; }

const char* suspect_word(const ReportSuspect& s) { return is_one_file(s.ages) ? "Accumulation" : "Suspect"; }

const char* suspect_name(const ReportSuspect& s) { return is_one_file(s.ages) ? "Accumulation" : "Memory leak"; }

const char* size_label(const ReportSuspect& s) { return s.ages == AgeSource::structure ? "Keeps" : "Growth"; }

std::string size_words(const ReportSuspect& s) {
  if (s.ages == AgeSource::structure) {
    return format_bytes(static_cast<double>(s.retained_bytes));
  }
  return growth_words(s) + (s.per_operation ? ", " + format_rate(s.per_operation, "/op") : std::string());
}

std::string size_sentence(const ReportSuspect& s) {
  if (s.ages == AgeSource::structure) {
    return fmt::format("It keeps {}.", format_bytes(static_cast<double>(s.retained_bytes)));
  }
  // A comparison has no rates.
  return is_one_file(s.ages) || s.rate || s.per_step
             ? fmt::format("It grew by {}.", growth_words(s))
             : fmt::format("The new heap keeps {} more there.", format_bytes(static_cast<double>(s.growth_bytes)));
}

const char* role_words(const ReportPathStep& step, AgeSource ages) {
  const bool grows = ages != AgeSource::structure;
  switch (step.role) {
    case PathRole::holder:
      return grows ? "holds more at each snapshot" : "holds them";
    case PathRole::keeper:
      return grows ? "keeps what grows" : "keeps them";
    case PathRole::new_object:
      return grows ? "new" : "one of them";
    case PathRole::none:
      break;
  }
  return "";
}

namespace {

/// By how much other objects shrank while the suspects grew; 0 where that does not show.
std::int64_t shrinkage_of_others(const RcaReport& report) {
  constexpr std::int64_t kShown = 20;  // a twentieth of the suspects' growth
  if (report.snapshots.size() < 2 || report.comparison) {
    return 0;
  }
  std::int64_t suspects = 0;
  for (const ReportSuspect& s : report.suspects) {
    suspects += std::max<std::int64_t>(s.growth_bytes, 0);
  }
  const std::int64_t heap = static_cast<std::int64_t>(report.snapshots.back().self_size_bytes) -
                            static_cast<std::int64_t>(report.snapshots.front().self_size_bytes);
  return suspects > 0 && kShown * (suspects - heap) > suspects ? suspects - heap : 0;
}

}  // namespace

std::string heap_words(const RcaReport& report) {
  const auto size = [](const ReportSnapshot& s) { return format_bytes(static_cast<double>(s.self_size_bytes)); };
  if (is_one_file(report.ages)) {
    return size(report.snapshots.back());
  }
  std::string rate = format_growth_rate(report.heap_rate, report.heap_per_step);
  const std::optional<RateValue>& fitted = report.heap_rate ? report.heap_rate : report.heap_per_step;
  if (fitted && fitted->low && fitted->high && *fitted->low <= 0 && *fitted->high >= 0 && rate.ends_with(')') &&
      report.snapshots.size() <= kFewSnapshots) {
    rate.insert(rate.size() - 1, fmt::format("; {} snapshots say little of the whole heap", report.snapshots.size()));
  }
  if (report.verdict == Verdict::no_leak && fitted && fitted->low && *fitted->low > 0) {
    rate += "; none of it in a group of objects that keeps growing";
  }
  if (const std::int64_t shrank = shrinkage_of_others(report); shrank > 0) {
    rate += fmt::format("; other objects shrank by {}", format_bytes(static_cast<double>(shrank)));
  }
  // Monitoring counts the memory of buffers apart.
  const std::string buffers = off_heap_matters(report) ? " with buffers" : "";
  return fmt::format("{} to {}{}{}, {}", size(report.snapshots.front()), size(report.snapshots.back()), buffers,
                     report.covered_ms ? " in " + format_duration(*report.covered_ms) : std::string(), rate);
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

bool is_uncertain(const RcaReport& report) {
  return report.verdict == Verdict::leak && !report.suspects.empty() &&
         report.suspects.front().confidence == Confidence::low;
}

const char* ordinal(std::size_t number) {
  static constexpr std::array<const char*, 4> kWords = {"third", "fourth", "fifth", "sixth"};
  return number >= 3 && number < 3 + kWords.size() ? kWords[number - 3] : "further";
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

std::string place_phrase(std::string_view file, std::uint32_t line, std::string_view function,
                         SitePrecision precision) {
  switch (precision) {
    case SitePrecision::statement:
      break;
    case SitePrecision::function:
      return function.empty() ? fmt::format("in a function ({}:{})", file, line)
                              : fmt::format("in {} ({}:{})", function, file, line);
    case SitePrecision::file:
      return fmt::format("in {}, near line {}", file, line);
  }
  return fmt::format("at {}:{}", file, line);
}

std::string place_phrase(const ReportSite& site) {
  return place_phrase(site.file, site.line, site.function, site.precision);
}

std::string package_advice(const ReportSuspect& suspect) {
  if (suspect.sites.empty() || suspect.sites.front().package.empty()) {
    return {};
  }
  // The program's own function that can reach what the package holds is where the program uses it.
  const auto is_class = [](const ReportSite& site) {
    return std::any_of(site.excerpt.begin(), site.excerpt.end(), [&site](const ExcerptLine& line) {
      return line.marked && !site.function.empty() && line.text.find("class " + site.function) != std::string::npos;
    });
  };
  const auto own = std::find_if(suspect.sites.begin(), suspect.sites.end(), [&](const ReportSite& site) {
    return site.package.empty() && site.line > 0 && !is_class(site);
  });
  std::string user = "the program";
  if (own != suspect.sites.end()) {
    const std::string place = fmt::format("{}:{}", own->file, own->line);
    user = own->function.empty() ? place : fmt::format("{}() at {}", own->function, place);
  }
  return fmt::format("The line is in package {}: try its newest version, or change how {} uses it.",
                     suspect.sites.front().package, user);
}

const char* site_label(const ReportSite& site) {
  return site.precision == SitePrecision::statement ? "line" : schema_name(site.precision);
}

std::string precision_words(const ReportSite& site) {
  switch (site.precision) {
    case SitePrecision::statement:
      return {};
    case SitePrecision::function:
      if (site.evidence == SiteEvidence::source_text) {
        return "a likely line of the function, not a certain one";
      }
      return site.evidence == SiteEvidence::constructor || site.role == SiteRole::holder
                 ? "where the class begins, not the statement that stores"
                 : "where the function begins, not the statement that stores";
    case SitePrecision::file:
      switch (site.role) {
        case SiteRole::registration:
        case SiteRole::allocation:
          return "a likely line of the file, not a certain one";
        case SiteRole::definition:
          return "not where they are stored";
        case SiteRole::holder:
          return "it may not be the one that stores them";
      }
      return {};
  }
  return {};
}

namespace {

const char* role_of_site(SiteRole role) {
  switch (role) {
    case SiteRole::registration:
      return "stores the objects";
    case SiteRole::allocation:
      return "makes the objects";
    case SiteRole::definition:
      return "defined here";
    case SiteRole::holder:
      return "can reach what holds them";
  }
  return "";
}

const char* found_words(SiteEvidence evidence) {
  switch (evidence) {
    case SiteEvidence::allocation_trace:
      return "found by the allocation stacks";
    case SiteEvidence::sampling_profile:
      return "found by the sampling profile";
    case SiteEvidence::closure:
      return "found as the retained function";
    case SiteEvidence::generator:
      return "found as the suspended function";
    case SiteEvidence::constructor:
      return "found by the class of the objects";
    case SiteEvidence::retaining_path:
      return "found on the retaining path";
    case SiteEvidence::context:
      return "found by a scope on the retaining path";
    case SiteEvidence::source_text:
      return "found in the source";
  }
  return "";
}

}  // namespace

std::string deed_words(const ReportSite& site) {
  return fmt::format("{} ({})", site.note.empty() ? role_of_site(site.role) : site.note, found_words(site.evidence));
}

std::string site_words(const ReportSite& site) {
  std::string words = deed_words(site);
  if (!site.package.empty()) {
    words += ", package " + site.package;
  }
  if (!site.generated_file.empty()) {
    words += fmt::format(", compiled to {}:{}", site.generated_file, site.generated_line);
    words += site.excerpt_is_generated ? ", whose text this is" : "";
  }
  if (const std::string precision = precision_words(site); !precision.empty()) {
    words += "; " + precision;
  }
  return words;
}

std::vector<const ReportSite*> other_sites(const ReportSuspect& suspect, std::size_t most) {
  std::vector<const ReportSite*> sites;
  for (std::size_t i = 1; i < suspect.sites.size() && sites.size() < most; ++i) {
    sites.push_back(&suspect.sites[i]);
  }
  return sites;
}

std::string common_folder(const RcaReport& report) {
  const auto folder_of = [](const ReportSnapshot& s) { return s.path.substr(0, s.path.rfind('/') + 1); };
  if (report.snapshots.size() < 2) {
    return {};
  }
  std::string folder = folder_of(report.snapshots.front());
  const bool one = std::all_of(report.snapshots.begin(), report.snapshots.end(),
                               [&](const ReportSnapshot& s) { return folder_of(s) == folder; });
  return one ? folder : std::string();
}

std::string file_size_words(const ReportSnapshot& snapshot) {
  const std::string size = format_bytes(static_cast<double>(snapshot.stored_bytes));
  return snapshot.compression == "none" ? size : fmt::format("{} ({})", size, snapshot.compression);
}

std::string edge_words(const ReportPathStep& p) {
  const bool digits = !p.edge.empty() && p.edge.find_first_not_of("0123456789") == std::string::npos;
  const bool indexed = digits || p.edge_type == EdgeType::element || p.edge_type == EdgeType::hidden;
  const std::string edge = indexed && !p.edge.starts_with('[') ? "[" + p.edge + "]" : p.edge;
  return p.repeats > 1 ? fmt::format("{} (× {})", edge, format_count(p.repeats)) : edge;
}

double largest_level(const ReportSuspect& suspect) {
  double largest = 0;
  for (const ReportLevel& level : suspect.levels) {
    largest = std::max(largest, static_cast<double>(level.bytes));
  }
  return largest;
}

std::string path_lines(const ReportSuspect& suspect) {
  constexpr std::size_t kMaxName = 120;
  constexpr std::size_t kMaxIndent = 30;
  constexpr std::size_t kMaxSteps = 80;
  const std::size_t left_out = suspect.path.size() > kMaxSteps ? suspect.path.size() - kMaxSteps : 0;
  std::string out;
  for (std::size_t i = 0; i < suspect.path.size(); ++i) {
    if (left_out > 0 && i == kMaxSteps / 2) {
      out += fmt::format("{}... {} steps left out ...\n", std::string(kMaxIndent, ' '),
                         format_count(static_cast<std::int64_t>(left_out)));
      i += left_out;
    }
    const ReportPathStep& p = suspect.path[i];
    const std::string words = role_words(p, suspect.ages);
    const std::string mark = words.empty() ? words : "   <- " + words;
    out += fmt::format("{}{} → {}  @{}{}\n", std::string(std::min(i, kMaxIndent), ' '),
                       visible_text(edge_words(p), kMaxName), visible_text(p.node, kMaxName), p.node_id, mark);
  }
  return out;
}

}  // namespace heapdiff::compose
