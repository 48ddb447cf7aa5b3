// What grew and what did not: the tables of constructors, closures and listeners, the tree of new memory, and what is
// ruled out.

#include "compose/report_parts.h"
#include "heapdiff/diff/class_words.h"
#include "heapdiff/diff/verdict.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace heapdiff::compose {

namespace {

constexpr std::size_t kMaxGrowthRows = 15;

/// The rows of a table that grew, those with the largest growth of retained size first.
std::vector<ReportGrowthRow> growth_rows(const std::map<std::string, GroupFact>& before,
                                         const std::map<std::string, GroupFact>& after, std::int64_t heap_growth) {
  std::vector<ReportGrowthRow> rows;
  for (const auto& [name, now] : after) {
    const auto old = before.find(name);
    const GroupFact then = old == before.end() ? GroupFact{} : old->second;
    if (now.self_bytes <= then.self_bytes && now.retained_bytes <= then.retained_bytes) {
      continue;
    }
    ReportGrowthRow row;
    const std::size_t tab = name.find('\t');
    row.name = name.substr(0, tab);
    row.place = tab == std::string::npos ? std::string() : name.substr(tab + 1);
    row.count_before = then.count;
    row.count_after = now.count;
    row.self_before = then.self_bytes;
    row.self_after = now.self_bytes;
    row.retained_before = then.retained_bytes;
    row.retained_after = now.retained_bytes;
    rows.push_back(std::move(row));
  }
  std::sort(rows.begin(), rows.end(), [](const ReportGrowthRow& a, const ReportGrowthRow& b) {
    const auto x = a.retained_after - a.retained_before;
    const auto y = b.retained_after - b.retained_before;
    return x != y ? x > y : (a.name != b.name ? a.name < b.name : a.place < b.place);
  });
  // Rows are noise when they grew by less than a thousandth of the heap's growth (or of the largest row's, where that
  // is more). Rows whose count did not rise are noise already below a hundredth.
  const auto grown = [](const ReportGrowthRow& r) { return r.retained_after - r.retained_before; };
  const std::int64_t whole = std::max(heap_growth, rows.empty() ? 0 : grown(rows.front()));
  std::erase_if(rows, [&](const ReportGrowthRow& r) {
    return grown(r) < whole / (r.count_after <= r.count_before ? 100 : 1000);
  });
  if (rows.size() > kMaxGrowthRows) {
    rows.resize(kMaxGrowthRows);
  }
  return rows;
}

/// Appends `child` unless it is empty, and adds its size to the parent's.
void grow(ReportGrowthNode& parent, ReportGrowthNode child) {
  if (child.bytes > 0) {
    parent.bytes += child.bytes;
    parent.children.push_back(std::move(child));
  }
}

ReportGrowthNode growth_tree(const RcaReport& report, const Findings& findings) {
  ReportGrowthNode leak{"Suspects", GrowthKind::leak, 0, {}};
  for (const ReportSuspect& s : report.suspects) {
    ReportGrowthNode node{s.title, GrowthKind::suspect, 0, {}};
    for (std::size_t k = 1; k < s.levels.size(); ++k) {
      grow(node,
           {fmt::format("new in snapshot {}", k + 1), GrowthKind::step, s.levels[k].bytes - s.levels[k - 1].bytes, {}});
    }
    if (node.bytes > s.growth_bytes) {
      node.children.clear();  // it shrank in between, so that its steps add up to more than its growth
    }
    node.bytes = s.growth_bytes;
    grow(leak, std::move(node));
  }
  ReportGrowthNode levelled{"Levelled off, or up and down", GrowthKind::levelled_off, 0, {}};
  for (const Suspect& s : findings.dismissed) {
    grow(levelled, {fmt::format("{} held by {}", class_noun(s.constructor, 2), s.holder),
                    GrowthKind::levelled_off,
                    s.growth_bytes,
                    {}});
  }
  ReportGrowthNode all{"All growth", GrowthKind::all, 0, {}};
  grow(all, std::move(leak));
  grow(all, std::move(levelled));
  grow(all, {"Compiled code, feedback, shapes", GrowthKind::artefact, findings.overhead_bytes, {}});
  grow(all, {"Not attributed", GrowthKind::other, findings.unattributed_bytes, {}});
  return all;
}

/// Whether a class is of things that a program acquires and releases, by the last word of its name.
bool is_resource(const std::string& name) {
  static constexpr std::string_view kWords[] = {"Socket", "Connection", "Pool",    "Client",
                                                "Server", "Worker",     "Timeout", "TLSWrap"};
  const bool plain = name.find_first_of(" /({<") == std::string::npos;
  return plain && (name == "TCP" || std::any_of(std::begin(kWords), std::end(kWords),
                                                [&](std::string_view word) { return name.ends_with(word); }));
}

}  // namespace

std::string dismissed_words(const Suspect& s) {
  const std::string holder = s.holder.empty() || s.holder[0] == '(' ? "the roots of the heap" : s.holder;
  return fmt::format("{} under {}{} grew by {}, {}", class_noun(s.constructor, 2), holder,
                     s.label.empty() ? "" : fmt::format(" \"{}\"", s.label),
                     format_bytes(static_cast<double>(s.growth_bytes)),
                     s.trajectory == Trajectory::decelerating ? "then levelled off" : "but not in every interval");
}

void set_ruled_out(RcaReport& report, const Findings& findings, std::span<const Facts> facts) {
  if (is_one_file(findings.ages)) {
    return;  // nothing is known of other snapshots
  }
  constexpr std::size_t kMaxGroups = 5;
  constexpr std::size_t kMaxRuledOut = 10;
  for (const Suspect& s : findings.dismissed) {
    if (report.ruled_out.size() == kMaxGroups) {
      break;
    }
    report.ruled_out.push_back(dismissed_words(s) + ".");
  }
  for (const auto& [name, now] : facts.back().constructors) {
    // A single one is the prototype of the class.
    if (now.count < 2 || !is_resource(name) || report.ruled_out.size() >= kMaxRuledOut) {
      continue;
    }
    const bool stable = std::all_of(facts.begin(), facts.end(), [&name = name, &now = now](const Facts& f) {
      const auto at = f.constructors.find(name);
      return at != f.constructors.end() && at->second.count == now.count;
    });
    if (stable) {
      report.ruled_out.push_back(fmt::format("{}: {} at every snapshot.", name, format_count(now.count)));
    }
  }
}

void set_growth(RcaReport& report, const Findings& findings, std::span<const Facts> facts) {
  if (is_one_file(findings.ages)) {
    report.growth_tree.name = "All growth";
    return;
  }
  report.artefact_bytes = findings.overhead_bytes;
  report.unattributed_bytes = findings.unattributed_bytes;
  report.growth_tree = growth_tree(report, findings);
  report.dismissed_bytes = findings.dismissed_bytes;
  report.constructors = growth_rows(facts.front().constructors, facts.back().constructors, report.growth_bytes);
  report.closures = growth_rows(facts.front().closures, facts.back().closures, report.growth_bytes);
  for (const auto& [key, now] : facts.back().listeners) {
    const std::int64_t then = listener_count(facts.front(), key);
    if (now > then) {
      ReportGrowthRow row;
      row.name = fmt::format("{} \"{}\"", key.first, key.second);
      row.count_before = then;
      row.count_after = now;
      report.listeners.push_back(std::move(row));
    }
  }
  std::stable_sort(report.listeners.begin(), report.listeners.end(),
                   [](const ReportGrowthRow& a, const ReportGrowthRow& b) {
                     return a.count_after - a.count_before > b.count_after - b.count_before;
                   });
  if (report.listeners.size() > kMaxGrowthRows) {
    report.listeners.resize(kMaxGrowthRows);
  }
}

}  // namespace heapdiff::compose
