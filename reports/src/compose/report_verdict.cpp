// The verdict, its one sentence, and why.

#include "compose/report_parts.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

void set_verdict(RcaReport& report, const Findings& findings) {
  const bool steady = std::any_of(findings.suspects.begin(), findings.suspects.end(),
                                  [](const Suspect& s) { return s.trajectory == Trajectory::steady; });
  const bool convicted = std::any_of(report.suspects.begin(), report.suspects.end(), shape_convicts);
  const std::string growth = format_bytes(static_cast<double>(report.growth_bytes));
  if (findings.by_constructor_only) {
    report.verdict = "inconclusive";
    report.headline = fmt::format("Inconclusive: snapshots of different processes. The heap changed by {}.", growth);
    report.reason =
        "Objects cannot be followed from one process to another: only constructors were compared, and more of one in "
        "another process is no growth.";
    report.next_steps.push_back("Take two or more snapshots of one and the same process.");
    return;
  }
  const bool unexplained = findings.unexplained == Trajectory::steady || findings.unexplained == Trajectory::two_points;
  if (report.suspects.empty() && unexplained) {
    const double bytes = findings.unexplained_bytes;
    report.verdict = "inconclusive";
    report.headline =
        fmt::format("Inconclusive: the heap grew by {}, and no place was found that holds it.", format_bytes(bytes));
    report.reason = findings.unexplained_is_scattered
                        ? "New objects pile up steadily in many places, each of them too small to name."
                    : findings.unexplained == Trajectory::steady
                        ? "The heap grows steadily, but the growth cannot be attributed to any holder."
                        : "The heap grew between two snapshots, and the growth cannot be attributed to any holder.";
    report.next_steps.push_back(
        "Take more snapshots under the same load, further apart, so that what grows stands out from what comes and "
        "goes.");
    return;
  }
  if (report.suspects.empty()) {
    report.verdict = "no-leak";
    report.headline =
        fmt::format("No leak: nothing grows without levelling off. The heap changed by {} over {} snapshots.", growth,
                    report.snapshots.size());
    report.reason = findings.dismissed.empty()
                        ? "No group of new objects is large enough to matter."
                        : fmt::format("{} group{} of new objects grew, and levelled off or went up and down.",
                                      findings.dismissed.size(), findings.dismissed.size() == 1 ? "" : "s");
    return;
  }
  const ReportSuspect& first = report.suspects.front();
  const std::string place = first.sites.empty()
                                ? std::string()
                                : fmt::format(", at {}:{}", first.sites.front().file, first.sites.front().line);
  const std::size_t others = report.suspects.size() - 1;
  const std::string more = others == 0 ? "" : fmt::format(" And {} more suspect{}.", others, others == 1 ? "" : "s");
  const std::string rate = first.rate ? fmt::format(", {}/h", format_bytes(first.rate->estimate)) : std::string();
  if (steady || convicted) {
    report.verdict = "leak";
    report.headline = fmt::format("Leak: {}{} ({}{}).{}", first.title, place,
                                  format_bytes(static_cast<double>(first.growth_bytes)), rate, more);
    report.reason = steady ? "At least one group of new objects grows at every step and does not level off."
                           : "Two snapshots cannot show a trend, but hundreds of listeners for one event on one "
                             "emitter are no warm-up.";
  } else {
    const bool two = report.snapshots.size() == 2;
    report.verdict = "inconclusive";
    report.headline = fmt::format("Inconclusive: {}{} ({}{}).{}", first.title, place,
                                  format_bytes(static_cast<double>(first.growth_bytes)), rate, more);
    const bool replaced = std::any_of(findings.suspects.begin(), findings.suspects.end(),
                                      [](const Suspect& s) { return !s.keeps_cohorts; });
    report.reason = two ? "Two snapshots cannot tell a leak from a warm-up."
                    : replaced
                        ? "Its size rises, but the objects that came first are gone: it may be emptied and filled "
                          "between the snapshots."
                        : "It grew, but so unevenly that this many snapshots cannot tell a leak from a warm-up.";
    report.next_steps.push_back(
        two ? "Take a third and a fourth snapshot under the same load, the same time apart, and run again."
            : "Take more snapshots under the same load, five or more, the same time apart, and run again.");
  }
}

}  // namespace heapdiff
