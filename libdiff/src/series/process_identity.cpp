// Which snapshots are of one process. Node ids mean something only within a process, and processes that run the same
// program share most of their ids by chance; so the types and names of the shared ids are compared.

#include "heapdiff/diff/series.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff {

namespace {

/// Measured: practically all shared ids agree in one process, 15 to 93 % in different ones.
constexpr double kMinAgreeingShare = 0.99;
constexpr std::uint64_t kMinSharedIds = 100;

}  // namespace

bool is_one_process(const IdentityCheck& check) noexcept {
  return check.shared >= kMinSharedIds && check.share() >= kMinAgreeingShare;
}

std::optional<std::string> different_processes_text(const std::string& older, const std::string& newer,
                                                    const IdentityCheck& check) {
  if (is_one_process(check)) {
    return std::nullopt;
  }
  if (check.share() >= kMinAgreeingShare) {
    return fmt::format("{} and {} share {} node ids, too few to tell that they are of one process", visible_text(older),
                       visible_text(newer), check.shared);
  }
  return fmt::format(
      "{} and {} are not of one process: of {} shared node ids {:.1f} % name the same object (one process: practically "
      "all)",
      visible_text(older), visible_text(newer), check.shared, 100 * check.share());
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
          return is_one_process(compare_identity(facts[snapshots.back()], facts[k]));
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
