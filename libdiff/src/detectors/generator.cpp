// Generators and async functions that were suspended and never resume.

#include "detectors/evidence.h"
#include "v8/promises.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::detectors {

namespace {

/// A generator is named after its function, so it is recognised by its frame and its function.
bool is_generator(const SnapshotGraph& graph, NodeIndex n) {
  return graph.type(n) == NodeType::object && graph.find_target(n, EdgeType::internal, v8::kGeneratorFrameEdge) &&
         graph.find_target(n, EdgeType::internal, v8::kGeneratorFunctionEdge);
}

}  // namespace

std::optional<Finding> generator(const Candidate& candidate) {
  const auto generators = std::count_if(candidate.items.begin(), candidate.items.end(), [&](std::uint32_t i) {
    return is_generator(candidate.heap.graph, NodeIndex(i));
  });
  const bool most = 2 * static_cast<std::size_t>(generators) > candidate.items.size();
  if (!most && candidate.content.generators <= candidate.content.total / 3) {
    return std::nullopt;
  }
  Finding f{LeakKind::generator, store_or_wait(candidate), {}, {}};
  std::string function;
  for (const std::uint32_t i : candidate.items) {
    const NodeIndex made_by =
        candidate.heap.graph.find_target(NodeIndex(i), EdgeType::internal, v8::kGeneratorFunctionEdge);
    if (made_by && candidate.heap.graph.type(made_by) == NodeType::closure) {
      const std::uint32_t one[] = {made_by.get()};
      const auto literal = literals(candidate.heap, one);
      function = literal.empty() ? std::string() : literal.front().literal;
      break;
    }
  }
  f.why = fmt::format(
      "{} more generators{} are suspended, held by {}. Each keeps its frame: arguments, locals and "
      "scope, until it is finished or returned.",
      format_count(candidate.suspect.object_count_growth), function.empty() ? "" : " of " + function,
      holder_text(candidate));
  f.ruled_out.push_back(holders_ruled_out(candidate));
  return f;
}

}  // namespace heapdiff::detectors
