// Instances of a class that something keeps.

#include "detectors/evidence.h"

#include <fmt/format.h>

namespace heapdiff::detectors {

namespace {

/// What was given to a FinalizationRegistry stays until its target is collected, or for ever when it leads to it.
Finding held_values(const Case& c) {
  Finding f{"class-instance", StoreHint::Operation::any, {}, {}};
  f.why = fmt::format(
      "{} keeps {} more {} as held values: registered with `register(target, heldValue)`, let go when the target is "
      "collected. None of them was, so a held value probably leads to its own target, or the targets are kept "
      "elsewhere.",
      holder_text(c), format_count(c.suspect.object_count_growth), c.suspect.constructor);
  f.why += " " + cohorts_text(c);
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace

std::optional<Finding> class_instance(const Case& c) {
  if (c.suspect.holder == "FinalizationRegistry") {
    return held_values(c);
  }
  const std::string& name = c.suspect.constructor;
  const bool named =
      !name.empty() && name[0] != '(' && name[0] != '{' && name != "Object" && !name.starts_with("system /");
  const bool program = !c.suspect.holder.empty() && c.suspect.holder[0] != '(';
  if (!named && !program) {
    return std::nullopt;
  }
  Finding f{"class-instance", StoreHint::Operation::construct, {}, {}};
  const auto counts = counts_of_class(c.facts, name);
  f.why = counts.empty() ? fmt::format("{} more {} are held by {}.", format_count(c.suspect.object_count_growth), name,
                                       holder_text(c))
                         : fmt::format("{} objects went from {} to {}; {} holds the new ones.", name,
                                       format_count(counts.front()), format_count(counts.back()), holder_text(c));
  f.why += " " + cohorts_text(c);
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
