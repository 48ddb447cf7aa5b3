// What was checked while the analysis ran. A check that fails ends the analysis, so that these sentences are facts.

#include "compose/report_parts.h"
#include "heapdiff/diff/quantity.h"

#include <fmt/format.h>

namespace heapdiff::compose {

namespace {

std::string new_bytes_text(const Findings& findings) {
  const auto bytes = [](std::int64_t size) { return format_bytes(static_cast<double>(size)); };
  return fmt::format(
      "New memory: {} in new objects and in stores that grew. {} of it is in suspects or levelled off, {} replaced "
      "others that were freed, {} is compiled code and shapes, {} is not attributed.",
      bytes(findings.new_bytes),
      bytes(findings.new_bytes - findings.overhead_bytes - findings.replaced_bytes - findings.unattributed_bytes),
      bytes(findings.replaced_bytes), bytes(findings.overhead_bytes), bytes(findings.unattributed_bytes));
}

}  // namespace

void set_self_check(RcaReport& report, const ReportInput& input) {
  const Findings& findings = *input.findings;
  report.self_check.push_back(
      input.facts.size() == 1
          ? std::string("Sizes: the root retains the sum of all shallow sizes.")
          : fmt::format("Sizes: in each of {} snapshots the root retains the sum of all shallow sizes.",
                        input.facts.size()));
  report.shared_id_agreement = input.least_identity_share;
  if (input.least_identity_share) {
    report.self_check.push_back(fmt::format("Identity: {:.2f} % of the ids that neighbours share name the same object.",
                                            100 * *input.least_identity_share));
  }
  if (!findings.by_constructor_only && !is_one_file(findings.ages)) {
    report.self_check.push_back(new_bytes_text(findings));
  }
  for (std::size_t i = 0; i < findings.suspects.size(); ++i) {
    const auto& traces = findings.suspects[i].traces;
    if (traces && traces->objects > 0) {
      report.self_check.push_back(fmt::format(
          "Allocation stacks: {:.0f} % of the new objects of suspect {} have one ({} of {}): a sample, not all.",
          100.0 * static_cast<double>(traces->traced_objects) / static_cast<double>(traces->objects), i + 1,
          traces->traced_objects, traces->objects));
    }
  }
}

}  // namespace heapdiff::compose
