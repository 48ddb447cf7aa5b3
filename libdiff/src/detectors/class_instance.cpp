// Instances of a class of the program.

#include "detectors/evidence.h"
#include "v8/machinery.h"
#include "v8/objects.h"

namespace heapdiff::detectors {

std::optional<Finding> class_instance(const Candidate& candidate) {
  const std::string& name = candidate.suspect.constructor;
  const bool named =
      !name.empty() && !v8::is_made_up_class(name) && name != v8::kObjectClass && !v8::is_system_class(name);
  const bool program = !candidate.suspect.holder.empty() && candidate.suspect.holder[0] != '(';
  if (!named && !program) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::class_instance, StoreHint::Operation::construct, {}};
  if (const auto counts = checks.heap_counts(name); counts && named) {
    Sentence sentence;
    sentence << Name{name} << " objects of the heap went from " << counts->first << " to " << counts->second << ".";
    f.reasons.say(sentence);
  }
  say_growth(candidate, checks, f.reasons);
  say_what_each_brings(checks, checks.gained(candidate.suspect.constructor), candidate.suspect.constructor, f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
