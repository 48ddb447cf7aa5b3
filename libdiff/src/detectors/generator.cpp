// Generators and async functions that were suspended and never go on.

#include "detectors/evidence.h"

#include <fmt/format.h>

#include <algorithm>

namespace heapdiff::detectors {

namespace {

/// A generator is named after its function, so its frame tells: `parameters_and_registers` beside `function`.
bool is_generator(const SnapshotGraph& graph, NodeIndex n) {
  return graph.type(n) == NodeType::object && graph.find_target(n, EdgeType::internal, "parameters_and_registers") &&
         graph.find_target(n, EdgeType::internal, "function");
}

}  // namespace

std::optional<Finding> generator(const Case& c) {
  const auto generators = std::count_if(c.items.begin(), c.items.end(),
                                        [&](std::uint32_t i) { return is_generator(c.heap.graph, NodeIndex(i)); });
  const bool most = 2 * static_cast<std::size_t>(generators) > c.items.size();
  if (!most && c.content.generators <= c.content.total / 3) {
    return std::nullopt;
  }
  Finding f{"generator", store_or_wait(c), {}, {}};
  std::string function;
  for (const std::uint32_t i : c.items) {
    const NodeIndex made_by = c.heap.graph.find_target(NodeIndex(i), EdgeType::internal, "function");
    if (made_by && c.heap.graph.type(made_by) == NodeType::closure) {
      const std::uint32_t one[] = {made_by.get()};
      const auto literal = literals(c.heap, one);
      function = literal.empty() ? std::string() : literal.front().literal;
      break;
    }
  }
  f.why = fmt::format(
      "{} more generators{} are suspended, held by {}. Each keeps its frame: arguments, locals and "
      "scope, until it is finished or returned.",
      format_count(c.suspect.object_count_growth), function.empty() ? "" : " of " + function, holder_text(c));
  f.ruled_out.push_back(holders_ruled_out(c));
  return f;
}

}  // namespace heapdiff::detectors
