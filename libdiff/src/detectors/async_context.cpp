// Stores of AsyncLocalStorage that stay with asynchronous resources that never end.

#include "detectors/evidence.h"
#include "v8/promises.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::detectors {

std::optional<Finding> async_context(const Candidate& candidate) {
  const auto steps = candidate.near_and_content();
  const bool context = std::any_of(steps.begin(), steps.end(), [](const SuspectStep& s) {
    return v8::is_async_context_class(s.node) || v8::is_async_store_edge(s.edge);
  });
  if (!context) {
    return std::nullopt;
  }
  Finding f{LeakKind::async_context, store_or_wait(candidate), {}, {}};
  f.why = fmt::format(
      "{} more {} are stored for asynchronous work and reachable only through its resources, held by {}. The "
      "resource that carries the store does not end, so neither does the store.",
      format_count(candidate.suspect.object_count_growth), candidate.suspect.constructor, holder_text(candidate));
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
