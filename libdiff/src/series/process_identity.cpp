// Which snapshots are of one process. Node ids mean something only within a process, but processes that run one program
// share most of their ids, and in a busy process V8 hands most ids of dead objects to new ones. So the judgement rests
// on what lives as long as its process: functions with one closure, and the order of the global object's properties.

#include "heapdiff/diff/series.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace {

// Measured by tests/external/identity.sh; the table is in libdiff/README.md.
/// One process: 100 % in all pairs. Two runs: at most 93.5 % (Node 14 and a program that does nothing).
constexpr double kMinSameFunctions = 0.97;
constexpr std::uint64_t kMinFunctions = 100;
/// One process: at least 88.6 % (400 global variables came). Two runs: at most 60.3 %. 75 % of 64 pairs are 7 standard
/// deviations away from chance.
constexpr double kMinOrderedNames = 0.75;
constexpr std::uint64_t kMinNamePairs = 64;
/// One process: 100 % in all pairs. Two runs of one page in Chromium, whose hash seeds are equal: at most 95.6 %.
constexpr double kMinSameHostFunctions = 0.98;
constexpr std::uint64_t kMinHostFunctions = 32;      // for telling two processes apart
constexpr std::uint64_t kMinFunctionsOfAPage = 100;  // for taking two snapshots for one process: Node has fewer
/// Where one of the two is missing all shared ids have to agree: different processes have 15 to 98 %.
constexpr double kMinAgreeingShare = 0.99;
constexpr std::uint64_t kMinSharedIds = 100;

bool has_functions(const EvidenceCheck& evidence) noexcept { return evidence.functions >= kMinFunctions; }
bool has_names(const EvidenceCheck& evidence) noexcept { return evidence.name_pairs >= kMinNamePairs; }

bool other_functions(const EvidenceCheck& evidence) noexcept {
  return has_functions(evidence) && evidence.function_share() < kMinSameFunctions;
}
bool other_order(const EvidenceCheck& evidence) noexcept {
  return has_names(evidence) && evidence.order_share() < kMinOrderedNames;
}
bool other_host_functions(const EvidenceCheck& evidence) noexcept {
  return evidence.host_functions >= kMinHostFunctions && evidence.host_function_share() < kMinSameHostFunctions;
}

bool agrees(const IdentityCheck& check) noexcept {
  const EvidenceCheck& evidence = check.evidence;
  // Two runs in Chromium may place all functions alike. So functions count only with a global object in both. A page
  // may have few functions of its own; the built-in ones of its global object do as well.
  const bool enough =
      (has_functions(evidence) || evidence.host_functions >= kMinFunctionsOfAPage) && has_names(evidence);
  return !other_functions(evidence) && !other_order(evidence) && !other_host_functions(evidence) &&
         (enough || check.share() >= kMinAgreeingShare);
}

/// Why they are not of one process. The clearest evidence comes first.
std::string difference_text(const IdentityCheck& check) {
  const EvidenceCheck& evidence = check.evidence;
  if (other_order(evidence)) {
    return fmt::format(
        "their global objects have {:.0f} % of neighbouring properties in the same order (one process: practically "
        "all, two: about half)",
        100 * evidence.order_share());
  }
  if (other_host_functions(evidence)) {
    return fmt::format(
        "of {} built-in functions that are properties of their global objects {:.1f} % are the same (one process: all)",
        evidence.host_functions, 100 * evidence.host_function_share());
  }
  if (other_functions(evidence)) {
    return fmt::format("of {} functions with the same id {:.1f} % are the same (one process: practically all)",
                       evidence.functions, 100 * evidence.function_share());
  }
  return fmt::format("of {} shared node ids {:.1f} % name the same object (one process: practically all)", check.shared,
                     100 * check.share());
}

}  // namespace

bool is_one_process(const IdentityCheck& check) noexcept { return check.shared >= kMinSharedIds && agrees(check); }

std::optional<std::string> fresh_ids_text(const std::string& older, const std::string& newer,
                                          const IdentityCheck& check) {
  if (!check.fresh_ids) {
    return std::nullopt;
  }
  return fmt::format(
      "{} and {} are of Bun, which gives every object a new id in each snapshot: no object can be followed, and only "
      "classes can be compared.",
      visible_text(older), visible_text(newer));
}

std::optional<std::string> different_processes_text(const std::string& older, const std::string& newer,
                                                    const IdentityCheck& check) {
  if (is_one_process(check)) {
    return std::nullopt;
  }
  if (agrees(check)) {
    return fmt::format("{} and {} share {} node ids, too few to tell that they are of one process", visible_text(older),
                       visible_text(newer), check.shared);
  }
  return fmt::format("{} and {} are not of one process: {}", visible_text(older), visible_text(newer),
                     difference_text(check));
}

std::vector<IdentityCheck> compare_neighbours(std::span<const Facts> facts) {
  std::vector<IdentityCheck> checks;
  for (std::size_t k = 1; k < facts.size(); ++k) {
    checks.push_back(compare_identity(facts[k - 1], facts[k]));
  }
  return checks;
}

std::vector<std::vector<std::size_t>> group_by_process(std::span<const Facts> facts) {
  std::vector<std::vector<std::size_t>> processes;
  for (std::size_t k = 0; k < facts.size(); ++k) {
    const auto process =
        std::find_if(processes.begin(), processes.end(), [&](const std::vector<std::size_t>& snapshots) {
          const IdentityCheck check = compare_identity(facts[snapshots.back()], facts[k]);
          return check.fresh_ids || is_one_process(check);
        });
    if (process == processes.end()) {
      processes.push_back({k});
    } else {
      process->push_back(k);
    }
  }
  return processes;
}

Findings findings_of_different_processes(std::span<const Facts> facts) {
  Findings findings;
  findings.by_constructor_only = true;
  findings.unexplained = Trajectory::steady;  // belongs to no suspect, so that the verdict cannot be "no leak"
  for (const Facts& f : facts) {
    findings.unexplained_levels.push_back(static_cast<double>(f.total_bytes));
  }
  findings.unexplained_bytes = findings.unexplained_levels.back() - findings.unexplained_levels.front();
  return findings;
}

}  // namespace heapdiff
