// How a suspect grew and what holds it, on a few lines: for a ticket and a post-mortem.

#include "compose/compose.h"
#include "compose/report_words.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace heapdiff::compose {

using namespace model;

namespace {

constexpr std::size_t kMaxStepsShown = 7;  // of the retaining path

/// Indexes of rows to show of `count`: the first, the last, and some between.
std::vector<std::size_t> spread_rows(std::size_t count, std::size_t most) {
  std::vector<std::size_t> rows;
  const std::size_t shown = std::min(count, most);
  for (std::size_t i = 0; i < shown; ++i) {
    rows.push_back(shown == 1 ? 0 : i * (count - 1) / (shown - 1));
  }
  return rows;
}

bool is_of_blink(const ReportPathStep& step) {
  return step.node.starts_with("blink::") || step.node == "EventListener" || step.node == "V8EventListener";
}

}  // namespace

std::string time_words(const std::string& time) {
  const bool whole = time.size() == 20 && time[10] == 'T' && time.back() == 'Z';
  return whole ? time.substr(0, 10) + " " + time.substr(11, 8) : time;
}

void compose_growth(Document& out, const RcaReport& report, const ReportSuspect& s, std::size_t most_rows) {
  const std::vector<std::int64_t>* counts =
      !s.counters.empty() && s.counters.front().values.size() == report.snapshots.size() ? &s.counters.front().values
                                                                                         : nullptr;
  const bool levels = s.levels.size() == report.snapshots.size();
  const bool timed = std::all_of(report.snapshots.begin(), report.snapshots.end(),
                                 [](const ReportSnapshot& snapshot) { return snapshot.captured_at.has_value(); });
  std::vector<bool> right{false, true};
  const std::size_t count = report.snapshots.size();
  const std::string shown = count > most_rows ? fmt::format("{} of {} snapshots", most_rows, count) : "snapshot";
  std::vector<std::vector<Spans>> rows{{{plain(timed ? shown + " (UTC)" : shown)}, {plain("heap")}}};
  if (levels) {
    rows[0].push_back({plain("held here")});
    right.push_back(true);
  }
  if (counts != nullptr) {
    rows[0].push_back({plain(s.counters.front().label)});
    right.push_back(true);
  }
  for (const std::size_t k : spread_rows(report.snapshots.size(), most_rows)) {
    const ReportSnapshot& snapshot = report.snapshots[k];
    std::vector<Spans> row{{plain(timed ? time_words(*snapshot.captured_at) : fmt::format("{}", k + 1))},
                           {plain(format_bytes(static_cast<double>(snapshot.self_size_bytes)))}};
    if (levels) {
      row.push_back({plain(format_bytes_beside(static_cast<double>(s.levels[k].bytes), largest_level(s)))});
    }
    if (counts != nullptr) {
      row.push_back({plain(format_count((*counts)[k]))});
    }
    rows.push_back(std::move(row));
  }
  out.table(std::move(right), std::move(rows));
}

void compose_path_around_holder(Document& out, const ReportSuspect& suspect) {
  // What the engine has between two objects of the program is in the attached report.
  ReportSuspect s;
  PathRole skipped = PathRole::none;  // of a table: what is in it is as new
  for (const ReportPathStep& step : suspect.path) {
    const bool is_engines = engine_step(step) || is_of_blink(step);
    if (is_engines && (step.role == PathRole::none || step.role == PathRole::new_object)) {
      skipped = step.role == PathRole::none ? skipped : step.role;
      continue;
    }
    s.path.push_back(step);
    if (step.role == PathRole::none) {
      s.path.back().role = std::exchange(skipped, PathRole::none);
    }
  }
  if (s.path.empty()) {
    return;
  }
  const auto marked = [&s](PathRole role) {
    return std::find_if(s.path.begin(), s.path.end(), [role](const auto& step) { return step.role == role; });
  };
  const auto found = marked(PathRole::holder) != s.path.end() ? marked(PathRole::holder) : marked(PathRole::keeper);
  const auto holder = static_cast<std::size_t>(found - s.path.begin());
  constexpr std::size_t kAbove = 2;
  const std::size_t from = s.path.size() <= kMaxStepsShown || holder <= kAbove ? 0
                           : holder == s.path.size()                           ? s.path.size() - kMaxStepsShown + 1
                                                                               : holder - kAbove;
  const std::size_t room = kMaxStepsShown - (from > 0 ? 1 : 0);
  ReportSuspect part;
  part.ages = suspect.ages;
  part.path.assign(s.path.begin() + static_cast<std::ptrdiff_t>(from),
                   s.path.begin() + static_cast<std::ptrdiff_t>(std::min(s.path.size(), from + room)));
  const std::string lead =
      from == 0 ? std::string() : fmt::format("... {} step{} from the root\n", from, from == 1 ? "" : "s");
  out.code_block("", lead + path_lines(part));
}

}  // namespace heapdiff::compose
