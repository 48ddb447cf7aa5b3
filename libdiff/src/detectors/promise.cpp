// Promises that never settle.

#include "detectors/evidence.h"
#include "v8/promises.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heapdiff::detectors {

namespace {

/// A sentence on the suspended async functions among the new objects; empty when there are none.
std::string waiting_text(const Candidate& candidate) {
  double most = 0;
  for (const auto& [constructor, counts] : candidate.group.class_counts) {
    const std::string_view name = candidate.heap.classes.info(ClassIndex(constructor)).name;
    if (v8::is_generator_class(name)) {
      most = std::max(most, std::accumulate(counts.begin(), counts.end(), 0.0));
    }
  }
  return most == 0 ? std::string()
                   : fmt::format(" {} suspended async functions wait for them.", format_count(std::lround(most)));
}

}  // namespace

std::optional<Finding> promise(const Candidate& candidate) {
  const std::string& constructor = candidate.suspect.constructor;
  // A promise holds one reaction for each then(), await and Promise.race() that waits for it.
  const bool waits = constructor == v8::kPromiseClass || constructor == v8::kPromiseReactionClass ||
                     candidate.suspect.holder == v8::kPromiseClass;
  if (!waits && candidate.content.promises <= candidate.content.total / 2) {
    return std::nullopt;
  }
  Finding f{LeakKind::promise, store_or_wait(candidate), {}, {}};
  const auto counts = counts_of_class(candidate.facts, v8::kPromiseClass);
  f.why = counts.empty()
              ? fmt::format("{} more promises are pending under {}.",
                            format_count(candidate.suspect.object_count_growth), holder_text(candidate))
              : fmt::format("Promises went from {} to {}, and {} reaches the new ones.", format_count(counts.front()),
                            format_count(counts.back()), holder_text(candidate));
  f.why += waiting_text(candidate);
  f.why += " A promise that nothing settles keeps whoever waits for it, with all that their functions can see.";
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
