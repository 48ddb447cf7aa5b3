// Promises that never settle.

#include "detectors/evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace heapdiff::detectors {

namespace {

/// How many suspended async functions are among the new objects.
std::string waiting_text(const Case& c) {
  double most = 0;
  for (const auto& [constructor, counts] : c.group.class_counts) {
    const std::string_view name = c.heap.classes.info(ClassIndex(constructor)).name;
    if (name.find("Generator") != std::string_view::npos) {
      most = std::max(most, std::accumulate(counts.begin(), counts.end(), 0.0));
    }
  }
  return most == 0 ? std::string()
                   : fmt::format(" {} suspended async functions wait for them.", format_count(std::lround(most)));
}

}  // namespace

std::optional<Finding> promise(const Case& c) {
  const std::string& constructor = c.suspect.constructor;
  // What a promise holds is who waits for it: its reactions, one more for each then() and each race.
  const bool waits = constructor == "Promise" || constructor == "PromiseReaction" || c.suspect.holder == "Promise";
  if (!waits && c.content.promises <= c.content.total / 2) {
    return std::nullopt;
  }
  Finding f{"promise", store_or_wait(c), {}, {}};
  const auto counts = counts_of_class(c.facts, "Promise");
  f.why = counts.empty() ? fmt::format("{} more promises are pending under {}.",
                                       format_count(c.suspect.object_count_growth), holder_text(c))
                         : fmt::format("Promises went from {} to {}, and {} reaches the new ones.",
                                       format_count(counts.front()), format_count(counts.back()), holder_text(c));
  f.why += waiting_text(c);
  f.why += " A promise that nothing settles keeps whoever waits for it, with all that their functions can see.";
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
