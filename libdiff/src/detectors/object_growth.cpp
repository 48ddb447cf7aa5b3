// An object that serves as a dictionary, gains keys and loses none.

#include "detectors/evidence.h"
#include "v8/objects.h"

namespace heapdiff::detectors {

std::optional<Finding> object_growth(const Candidate& candidate) {
  const std::string& holder = candidate.suspect.holder;
  const bool is_replaced = candidate.item_at > candidate.holder_at + 1 &&
                           v8::is_plain_object_class(candidate.suspect.path[candidate.holder_at + 1].node);
  if (!v8::is_plain_object_class(holder) && !is_replaced) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::object_growth, StoreHint::Operation::keyed_store, {}};
  if (const auto held = checks.items_held(); held && held->value() > 1) {
    Sentence dictionary;
    dictionary << (is_replaced && !v8::is_plain_object_class(holder) ? Words("An object of ") : Words(""))
               << holder_first(candidate) << " serves as a dictionary";
    if (const auto keyed = checks.items_with_keys()) {
      dictionary << ": " << *keyed
                 << by_number(*keyed, " object that came is under a key of its own",
                              " objects that came are each under a key of their own");
    }
    f.reasons.say(dictionary.because(*held) << ".");
  }
  say_growth(candidate, checks, f.reasons);
  say_what_each_brings(checks, checks.gained(candidate.suspect.constructor), candidate.suspect.constructor, f.reasons);
  if (is_replaced && !v8::is_plain_object_class(holder)) {
    Sentence replaced;
    f.reasons.say(replaced << "Each change replaces the object itself by a new one, which starts from the old one.");
  }
  rule_out_bounded_cache(candidate, checks, f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
