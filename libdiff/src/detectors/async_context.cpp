// Stores of AsyncLocalStorage that stay with resources which never end.

#include "detectors/evidence.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::detectors {

std::optional<Finding> async_context(const Case& c) {
  const auto steps = c.near_and_content();
  const bool context = std::any_of(steps.begin(), steps.end(), [](const SuspectStep& s) {
    return s.node == "AsyncContextFrame" || s.node == "AsyncLocalStorage" ||
           s.edge.find("kResourceStore") != std::string::npos || s.edge.find("context_frame") != std::string::npos ||
           s.edge.find("kAsyncContextFrame") != std::string::npos;
  });
  if (!context) {
    return std::nullopt;
  }
  Finding f{"async-context", store_or_wait(c), {}, {}};
  f.why = fmt::format(
      "{} more {} are stored for asynchronous work and reachable only through its resources, held by {}. The "
      "resource that carries the store does not end, so neither does the store.",
      format_count(c.suspect.object_count_growth), c.suspect.constructor, holder_text(c));
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
