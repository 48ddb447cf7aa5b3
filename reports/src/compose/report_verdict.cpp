// The verdict in words: its one sentence, why, and what would settle an open one. libdiff judges (verdict.h).

#include "compose/report_parts.h"
#include "compose/report_words.h"
#include "heapdiff/diff/quantity.h"
#include "heapdiff/reports/quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace heapdiff::compose {

namespace {

/// What the first suspect is, where, and how fast it grows: "TITLE, at FILE:LINE (3 MB, 12 MB/h). And 2 more suspects."
std::string first_suspect(const RcaReport& report) {
  const ReportSuspect& first = report.suspects.front();
  const std::string place = first.sites.empty() ? std::string() : ", " + place_phrase(first.sites.front());
  const std::size_t others = report.suspects.size() - 1;
  const bool all_leak =
      std::all_of(report.suspects.begin(), report.suspects.end(), [](const ReportSuspect& s) { return s.proven; });
  const std::string more =
      others == 0 ? ""
                  : fmt::format(" And {} more {}{}.", others, all_leak ? "leak" : "suspect", others == 1 ? "" : "s");
  const std::string rate = first.rate            ? fmt::format(", {}/h", format_bytes(first.rate->estimate))
                           : first.per_operation ? fmt::format(", {}/op", format_bytes(first.per_operation->estimate))
                           : first.per_step ? fmt::format(", {} per snapshot", format_bytes(first.per_step->estimate))
                                            : std::string();
  return fmt::format("{}{} ({}{}).{}", first.title, place, format_bytes(static_cast<double>(first.growth_bytes)), rate,
                     more);
}

/// Classes of the program with more objects at each snapshot than at the one before, most first: "Session (40 to 640)".
/// Below the floor of a verdict they are shown, not judged. Empty below three snapshots.
std::vector<std::string> rising_classes(std::span<const Facts> facts) {
  constexpr std::size_t kMaxClasses = 5;
  struct Rising {
    std::string name;
    std::int64_t first = 0;
    std::int64_t last = 0;
  };
  std::vector<Rising> rising;
  for (const auto& [name, now] : facts.back().constructors) {
    if (facts.size() < 3 || name.empty() || name[0] == '(' || name.starts_with("system /")) {
      continue;  // the engine's own
    }
    std::int64_t before = -1;
    std::int64_t first = 0;
    bool rises = true;
    for (const Facts& f : facts) {
      const auto row = f.constructors.find(name);
      const std::int64_t count = row == f.constructors.end() ? 0 : row->second.count;
      first = before < 0 ? count : first;
      rises = rises && count > before;
      before = count;
    }
    if (rises) {
      rising.push_back({name, first, now.count});
    }
  }
  std::sort(rising.begin(), rising.end(), [](const Rising& a, const Rising& b) {
    return a.last - a.first != b.last - b.first ? a.last - a.first > b.last - b.first : a.name < b.name;
  });
  std::vector<std::string> words;
  for (std::size_t i = 0; i < rising.size() && i < kMaxClasses; ++i) {
    words.push_back(
        fmt::format("{} ({} to {})", rising[i].name, format_count(rising[i].first), format_count(rising[i].last)));
  }
  return words;
}

/// "LeakedRecord: 1,000, 2,000, 3,000".
std::string class_counts(const RisingClass& rising) {
  std::string counts;
  for (const std::int64_t count : rising.counts) {
    counts += (counts.empty() ? "" : ", ") + format_count(count);
  }
  return fmt::format("{}: {}", rising.name, counts);
}

std::string fresh_ids_reason(const Findings& findings) {
  constexpr std::size_t kMaxClasses = 3;
  std::string text =
      "Bun gives every object a new id in each snapshot, so no object can be followed: only classes and shapes were "
      "compared.";
  const std::vector<RisingClass>& rising = findings.rising_classes;
  for (std::size_t i = 0; i < std::min(rising.size(), kMaxClasses); ++i) {
    text += fmt::format("{}{}", i == 0 ? " These rise evenly in every step: " : "; ", class_counts(rising[i]));
  }
  return text + (rising.empty() ? " None of them rises evenly in every step." : ".");
}

/// "TITLE, at FILE:LINE (keeps 3 MB, 31 % of the heap)": the accumulation that a reader should look at first.
std::string accumulation_text(const RcaReport& report, const ReportSuspect& s) {
  const auto heap = static_cast<double>(std::max<std::uint64_t>(report.snapshots.back().self_size_bytes, 1));
  const std::string place = s.sites.empty() ? std::string() : ", " + place_phrase(s.sites.front());
  const auto bytes = static_cast<double>(s.retained_bytes);
  if (s.ages == AgeSource::samples) {
    return fmt::format("{}{} ({} came and stayed{})", s.title, place, format_bytes(bytes),
                       s.rate ? fmt::format(", {}/h", format_bytes(s.rate->estimate)) : std::string());
  }
  return fmt::format("{}{} (keeps {}, {:.0f} % of the heap)", s.title, place, format_bytes(bytes), 100 * bytes / heap);
}

std::string one_file_headline(const RcaReport& report, VerdictReason reason) {
  if (reason == VerdictReason::telling_shape) {
    const auto convicted = std::find_if(report.suspects.begin(), report.suspects.end(),
                                        [](const ReportSuspect& s) { return s.shape_convicts; });
    return fmt::format("Inconclusive: one {}, but a likely leak: {}.",
                       report.ages == AgeSource::samples ? "file with allocation times" : "snapshot",
                       accumulation_text(report, *convicted));
  }
  const std::string first = report.suspects.empty() ? std::string("No accumulation stands out.")
                                                    : fmt::format("{} {}.",
                                                                  reason == VerdictReason::ages_of_one_file
                                                                      ? "Most of the new objects that stayed:"
                                                                      : "Most is kept by",
                                                                  accumulation_text(report, report.suspects.front()));
  return reason == VerdictReason::ages_of_one_file
             ? "Inconclusive: one file shows the objects that stayed, not those that were freed. " + first
             : "Inconclusive: one snapshot shows what is large, not what grows. " + first;
}

std::string headline(const RcaReport& report, const ReportInput& input) {
  const VerdictReason reason = input.verdict.reason;
  const Findings& findings = *input.findings;
  const std::string growth = format_bytes(static_cast<double>(report.growth_bytes));
  switch (reason) {
    case VerdictReason::different_processes:
      return fmt::format("Inconclusive: snapshots of different processes. The heap changed by {}.", growth);
    case VerdictReason::disputed_order:
      return fmt::format("Inconclusive: the order of the snapshots is not known. The heap differs by {}.", growth);
    case VerdictReason::fresh_ids:
      return findings.rising_classes.empty()
                 ? fmt::format("Inconclusive: Bun gives objects new ids in every snapshot. The heap changed by {}.",
                               growth)
                 : fmt::format(
                       "Inconclusive: objects of Bun cannot be followed, but there are more in every snapshot of {}.",
                       class_counts(findings.rising_classes.front()));
    case VerdictReason::scattered_growth:
    case VerdictReason::unattributed_growth:
    case VerdictReason::unattributed_two:
      return fmt::format("Inconclusive: the heap grew by {}, and no place was found that holds it.",
                         format_bytes(findings.unexplained_bytes));
    case VerdictReason::nothing_grew:
    case VerdictReason::levelled_off:
      return fmt::format("No leak: nothing above {} keeps growing. The heap {} over {} snapshots.",
                         format_bytes(findings.smallest_bytes),
                         report.growth_bytes < 0
                             ? "shrank by " + format_bytes(-static_cast<double>(report.growth_bytes))
                             : "changed by " + growth,
                         report.snapshots.size());
    case VerdictReason::steady_growth:
    case VerdictReason::many_listeners:
    case VerdictReason::many_suspended:
      return "Leak: " + first_suspect(report);
    case VerdictReason::two_snapshots:
    case VerdictReason::replaced_objects:
    case VerdictReason::uneven_growth:
      return "Inconclusive: " + first_suspect(report);
    case VerdictReason::one_snapshot:
    case VerdictReason::telling_shape:
    case VerdictReason::ages_of_one_file:
      return one_file_headline(report, reason);
    case VerdictReason::outside_heap:
      return fmt::format("Not in the JavaScript heap: the heap changed by {}, the process grew by {}.", growth,
                         outside_growth_text(input));
  }
  return {};
}

std::string levelled_off_reason(const Findings& findings) {
  const std::size_t others = findings.dismissed.size() - 1;
  return dismissed_words(findings.dismissed.front()) +
         (others == 0   ? "."
          : others == 1 ? "; 1 other group of new objects levelled off or went up and down."
                        : fmt::format("; {} other groups of new objects levelled off or went up and down.", others));
}

std::string reason_text(VerdictReason reason, const Findings& findings) {
  switch (reason) {
    case VerdictReason::different_processes:
      return "Objects cannot be followed from one process to another: only constructors were compared, and more of one "
             "in another process is no growth.";
    case VerdictReason::disputed_order:
      return "Nothing proves in which order the snapshots were taken, and what is known of it disagrees: what looks "
             "like "
             "growth may be shrinkage.";
    case VerdictReason::fresh_ids:
      return fresh_ids_reason(findings);
    case VerdictReason::scattered_growth:
      return "New objects pile up steadily in many places, each of them too small to name.";
    case VerdictReason::unattributed_growth:
      return "The heap grows steadily, but the growth cannot be attributed to any holder.";
    case VerdictReason::unattributed_two:
      return "The heap grew between two snapshots, and the growth cannot be attributed to any holder.";
    case VerdictReason::nothing_grew:
      return "No group of new objects is large enough to matter.";
    case VerdictReason::levelled_off:
      return levelled_off_reason(findings);
    case VerdictReason::steady_growth:
      return "At least one group of new objects grows at every step and does not level off.";
    case VerdictReason::many_listeners:
      return "Two snapshots cannot show a trend, but hundreds of listeners for one event on one emitter are no "
             "warm-up.";
    case VerdictReason::many_suspended:
      return "It grew unevenly, but hundreds of calls were suspended in every step and none of those was finished. A "
             "cache does not hold calls, and work in progress is finished in turn.";
    case VerdictReason::two_snapshots:
      return "Two snapshots cannot tell a leak from a warm-up.";
    case VerdictReason::replaced_objects:
      return "Its size rises, but the objects that came first are gone: it may be emptied and filled between the "
             "snapshots.";
    case VerdictReason::one_snapshot:
      return "Accumulations are ranked by what they keep. A cache, a table or a queue may be as large in a healthy "
             "program.";
    case VerdictReason::telling_shape:
      return "Healthy programs do not have so many listeners or pending timers of one function at one place. A second "
             "snapshot would prove that they become more.";
    case VerdictReason::ages_of_one_file:
      return "The file says when each object was allocated, so one file shows how fast the objects grow that "
             "are still alive. What was freed before the end is not in it.";
    case VerdictReason::outside_heap:
      return "Nothing in the heap grows without levelling off, but the process does, in memory that no heap snapshot "
             "shows: native memory of add-ons and libraries, heaps of worker threads, fragmentation, or buffers that "
             "nothing counts.";
    case VerdictReason::uneven_growth:
      return "It grew, but neither its bytes nor the number of its objects grew evenly enough per snapshot, hour or "
             "operation: this many snapshots cannot tell a leak from a warm-up.";
  }
  return {};
}

/// What to capture next; empty where the verdict is not open.
std::string next_step(VerdictReason reason) {
  switch (reason) {
    case VerdictReason::different_processes:
      return "Take two or more snapshots of one and the same process.";
    case VerdictReason::disputed_order:
      return "Give the capture times with --at FILE=TIME, so that the order is known.";
    case VerdictReason::fresh_ids:
      return "Take five or more snapshots of one Bun process under the same load, and look for what holds the classes "
             "that rise; or run the program on Node.js, where objects keep their ids.";
    case VerdictReason::scattered_growth:
    case VerdictReason::unattributed_growth:
    case VerdictReason::unattributed_two:
      return "Take more snapshots under the same load, further apart, so that what grows stands out from what comes "
             "and "
             "goes.";
    case VerdictReason::two_snapshots:
      return "Take a third and a fourth snapshot under the same load, with as much work before each, and run again.";
    case VerdictReason::one_snapshot:
    case VerdictReason::telling_shape:
    case VerdictReason::ages_of_one_file:
      return "Take a second and a third snapshot of the same process under the same load, and give all of them: "
             "`heapdiff FOLDER`. For another process, `heapdiff compare` lists what it keeps more.";
    case VerdictReason::outside_heap:
      return "Look at native memory: run the program under heaptrack or with jemalloc's profile (LD_PRELOAD and "
             "MALLOC_CONF=prof:true), count its worker threads and take snapshots of them, and try MALLOC_ARENA_MAX=2: "
             "where that ends the growth, it is fragmentation.";
    case VerdictReason::replaced_objects:
    case VerdictReason::uneven_growth:
      return "Take more snapshots under the same load, five or more, with as much work before each, and run again.";
    case VerdictReason::nothing_grew:
    case VerdictReason::levelled_off:
    case VerdictReason::steady_growth:
    case VerdictReason::many_listeners:
    case VerdictReason::many_suspended:
      break;
  }
  return {};
}

}  // namespace

void set_verdict(RcaReport& report, const ReportInput& input) {
  const VerdictReason reason = input.verdict.reason;
  report.verdict = verdict_of(reason);
  report.headline = headline(report, input);
  report.reason = reason_text(reason, *input.findings);
  if (report.verdict == Verdict::no_leak) {
    if (const std::vector<std::string> rising = rising_classes(input.facts); !rising.empty()) {
      report.reason += fmt::format(" Below {} these rose in every step: {}.",
                                   format_bytes(input.findings->smallest_bytes), fmt::join(rising, ", "));
    }
  }
  if (std::string step = next_step(reason); !step.empty()) {
    report.next_steps.push_back(std::move(step));
  }
}

}  // namespace heapdiff::compose
