// Instances of a class of the program.

#include "detectors/evidence.h"
#include "v8/collections.h"
#include "v8/machinery.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

namespace {

/// A FinalizationRegistry keeps a held value until the value's target is collected. A held value that refers to its own
/// target is kept for ever.
Finding held_values(const Candidate& candidate) {
  Finding f{LeakKind::class_instance, StoreHint::Operation::any, {}, {}};
  f.why = fmt::format(
      "{} keeps {} more {} as held values: registered with `register(target, heldValue)`, let go when the target is "
      "collected. None of them was, so a held value probably leads to its own target, or the targets are kept "
      "elsewhere.",
      holder_text(candidate), format_count(candidate.suspect.object_count_growth), candidate.suspect.constructor);
  f.why += " " + cohorts_text(candidate);
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace

std::optional<Finding> class_instance(const Candidate& candidate) {
  if (candidate.suspect.holder == v8::kFinalizationRegistryClass) {
    return held_values(candidate);
  }
  const std::string& name = candidate.suspect.constructor;
  const bool named =
      !name.empty() && !v8::is_made_up_class(name) && name != v8::kObjectClass && !v8::is_system_class(name);
  const bool program = !candidate.suspect.holder.empty() && candidate.suspect.holder[0] != '(';
  if (!named && !program) {
    return std::nullopt;
  }
  Finding f{LeakKind::class_instance, StoreHint::Operation::construct, {}, {}};
  const auto counts = counts_of_class(candidate.facts, name);
  f.why = counts.empty()
              ? fmt::format("{} more {} are held by {}.", format_count(candidate.suspect.object_count_growth), name,
                            holder_text(candidate))
              : fmt::format("{} objects went from {} to {}; {} holds the new ones.", name, format_count(counts.front()),
                            format_count(counts.back()), holder_text(candidate));
  f.why += " " + cohorts_text(candidate);
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
