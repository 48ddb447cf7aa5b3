// Resources that are taken from a pool and do not come back.

#include "detectors/evidence.h"

#include <algorithm>

namespace heapdiff::detectors {

namespace {

/// Whether a collection of a pool is, by its name, of resources that can be taken.
bool is_of_free_ones(std::string_view name) {
  static constexpr std::string_view kWords[] = {"free", "idle", "avail", "unused", "spare"};
  return std::any_of(std::begin(kWords), std::end(kWords),
                     [&](std::string_view word) { return contains_word(name, word); });
}

void say_books(const std::vector<ClassShare>& books, const Fact& items, Reasons& reasons) {
  if (books.empty()) {
    return;
  }
  Sentence sentence;
  sentence << "Of " << items << " that came, the books of the pool have at the end: ";
  for (std::size_t i = 0; i < books.size(); ++i) {
    sentence << (i == 0 ? Words("") : Words(", ")) << Name{books[i].name} << " " << books[i].count;
  }
  reasons.say(sentence << ".");
  const auto idle = std::find_if(books.begin(), books.end(), [](const auto& b) { return is_of_free_ones(b.name); });
  if (idle != books.end() && 10 * idle->count.value() < items.value()) {
    Sentence taken;
    taken << (idle->count.value() == 0 ? Words("None is in \"") : Words("Hardly any are in \"")) << Name{idle->name}
          << "\": they were taken and not given back, so that the pool makes new ones.";
    reasons.say(taken.because(idle->count));
  }
}

}  // namespace

std::optional<Finding> pool(const Candidate& candidate) {
  const auto is_pool = [](const SuspectStep& s) {
    return (contains_word(s.node, "pool") && s.node_type == NodeType::object) || contains_word(s.edge, "pool");
  };
  if (!candidate.any_near(is_pool)) {
    return std::nullopt;
  }
  const HeapChecks& checks = *candidate.checks;
  Finding f{LeakKind::pool, StoreHint::Operation::any, {}};
  const auto steps = candidate.near();
  const auto step = std::find_if(steps.rbegin(), steps.rend(), is_pool);
  if (const auto counts = checks.heap_counts(candidate.suspect.constructor)) {
    Sentence sentence;
    sentence << Name{candidate.suspect.constructor} << " objects of the heap went from " << counts->first << " to "
             << counts->second << ".";
    f.reasons.say(sentence);
  }
  say_growth(candidate, checks, f.reasons);
  say_books(checks.books(step->node_id), checks.items(), f.reasons);
  rule_out_new_holders(candidate, checks, f.reasons);
  return f;
}

}  // namespace heapdiff::detectors
