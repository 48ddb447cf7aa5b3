// A string that grows by appending, and slices that keep the strings that they were cut from.

#include "detectors/evidence.h"
#include "v8/strings.h"

namespace heapdiff::detectors {

std::optional<Finding> string_slices(const Candidate& candidate) {
  const HeapChecks& checks = *candidate.checks;
  const auto slices = checks.slices();
  if (!slices || candidate.suspect.constructor != v8::kSlicedStringClass) {
    return std::nullopt;
  }
  Finding f{LeakKind::string, store_operation(candidate), {}, LeakCause::string_slices};
  if (!say_slices(checks, candidate.ages, f.reasons)) {
    return std::nullopt;
  }
  say_growth(candidate, checks, f.reasons);
  rule_out_bounded_cache(candidate, checks, f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

std::optional<Finding> string(const Candidate& candidate) {
  const bool texts = candidate.content.strings > candidate.content.total * 9 / 10;
  // Pieces of one text hang together below few roots, one for each holder; texts in a collection are as many roots as
  // there are texts.
  const bool one_text = candidate.items.size() < 2 * candidate.suspect.levels.size() ||
                        candidate.items.size() <= candidate.group.holders.size();
  if (!texts || !one_text || candidate.suspect.label.find('*') != std::string::npos) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::string, StoreHint::Operation::string_append, {}};
  Sentence sentence;
  const Fact places = checks.places();
  sentence << by_number(places, "The text in ", "The texts in ");
  if (places.value() > 1) {
    sentence << places << " holders like ";
  }
  sentence << holder_name(candidate) << by_number(places, " grows", " grow") << " by appending: " << checks.text_bytes()
           << " in " << checks.text_pieces() << by_number(checks.text_pieces(), " piece", " pieces")
           << " came since the first snapshot, and the pieces of a text hang together, so that none can go alone.";
  f.reasons.say(sentence);
  if (const auto held = checks.items_held()) {
    Sentence not_many;
    not_many << "Not many strings in a collection: "
             << by_number(places, "the holder refers to ", "the holders refer to ") << *held
             << by_number(*held, " of the pieces.", " of the pieces only.");
    f.reasons.rule_out(held, not_many);
  }
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
