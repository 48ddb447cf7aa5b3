#include "analysis/process_identity.h"

#include "heapdiff/snapshot/error.h"
#include "heapdiff/snapshot/visible_text.h"

#include <fmt/format.h>

namespace heapdiff {

namespace {

/// Measured: practically all shared ids agree in one process, 15 to 93 % in different ones.
constexpr double kSameProcess = 0.99;
constexpr std::uint64_t kFewSharedIds = 100;

}  // namespace

bool is_one_process(const IdentityCheck& check) noexcept {
  return check.shared >= kFewSharedIds && check.share() >= kSameProcess;
}

void require_one_process(const std::pair<std::string, std::string>& names, const IdentityCheck& check, bool force,
                         std::vector<std::string>& warnings) {
  if (is_one_process(check)) {
    return;
  }
  const bool few = check.shared < kFewSharedIds && check.share() >= kSameProcess;
  const std::string what =
      few ? fmt::format("{} and {} share {} node ids, too few to tell that they are of one process",
                        visible_text(names.first), visible_text(names.second), check.shared)
          : fmt::format(
                "{} and {} are not of one process: of {} shared node ids {:.1f} % name the same object (one "
                "process: practically all)",
                visible_text(names.first), visible_text(names.second), check.shared, 100 * check.share());
  if (!force) {
    throw Error(ErrorKind::input, what, "Give snapshots of one process, or use --force to go on all the same.");
  }
  warnings.push_back(what + ". Results that follow objects by id mean little.");
}

}  // namespace heapdiff
